"""What the documents claim is so: the file map, the settings, the commands."""

import re
import tomllib
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from api.cli import main
from api.config import ServeConfig
from bench.house import MAP_HEADING, MAPPED, file_map
from index.config import IndexConfig
from qa.config import AskConfig

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VIETNAMESE = (ROOT / "README.vi.md").read_text(encoding="utf-8")
SECTIONS = {"index": IndexConfig, "qa": AskConfig, "api": ServeConfig}
CONFIG = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))


def test_the_file_map_is_what_the_docstrings_say() -> None:
    written = MAPPED.read_text(encoding="utf-8").partition(MAP_HEADING)[2].strip().strip("`").strip()
    assert written == file_map(), "run: python -m bench.house --map"


def test_every_module_says_what_it_is() -> None:
    assert [line for line in file_map().splitlines() if len(line.split()) < 2] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_config_toml_holds_every_setting_with_its_default(section: str) -> None:
    assert CONFIG[section] == msgspec.to_builtins(SECTIONS[section]())


def test_config_toml_has_no_other_section() -> None:
    assert set(CONFIG) == set(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_readme_names_every_setting(section: str) -> None:
    assert [name for name in CONFIG[section] if f"`{name}`" not in README] == []


@pytest.mark.parametrize(
    "command", ["build", "ask", "serve", "keys", "mcp", "doctor", "check", "eval", "calibrate", "bench"]
)
def test_every_command_has_help_and_stands_in_the_readme(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output
    assert f"hoidap {command}" in README


def test_every_hoidap_command_of_the_vietnamese_readme_exists() -> None:
    shown = set(re.findall(r"(?:^|`)hoidap ([a-z]+)", VIETNAMESE, flags=re.MULTILINE))
    assert {"build", "serve"} <= shown
    assert shown - set(main.list_commands(click.Context(main))) == set()


def test_every_make_target_of_the_vietnamese_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    shown = set(re.findall(r"(?:^|`)make ([a-z-]+)", VIETNAMESE, flags=re.MULTILINE))
    assert {"serve", "test", "install"} <= shown
    assert shown - targets == set()


def test_every_option_of_the_vietnamese_readme_is_one_of_its_command() -> None:
    for command, line in re.findall(r"^hoidap ([a-z]+) (.*)", VIETNAMESE, flags=re.MULTILINE):
        own = main.get_command(click.Context(main), command)
        assert own is not None
        assert set(re.findall(r"--[a-z-]+", line)) <= {option for each in own.params for option in each.opts}


@pytest.mark.parametrize("name", ["README.md", "README.vi.md", "docs/deploy.md", "docs/milvus.md"])
def test_every_file_that_a_document_links_to_exists(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []
