"""What the documents claim is so: the file map, the settings, the commands."""

import re
import subprocess
import tomllib
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from api.cli import main
from api.config import ServeConfig
from index.config import IndexConfig
from qa.config import AskConfig

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VIETNAMESE = (ROOT / "README.vi.md").read_text(encoding="utf-8")
SECTIONS = {"index": IndexConfig, "qa": AskConfig, "api": ServeConfig}
CONFIG = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))


def tracked_files() -> set[str]:
    """What git knows of the packages, new files included."""
    command = [
        "git",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        "index",
        "qa",
        "api",
        "bench",
        "train",
    ]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return {line for line in listed.splitlines() if (ROOT / line).exists()}


def mapped_files() -> set[str]:
    """The paths of the README's file map: a folder line, then its files indented."""
    block = README.split("## File map")[1].split("```")[1]
    folder, paths = "", set()
    for line in block.splitlines():
        if match := re.match(r"^(\S+/)\s", line):
            folder = match[1]
        elif match := re.match(r"^  (\S+)\s", line):
            paths.add(folder + match[1])
    return paths


def test_every_module_stands_in_the_file_map() -> None:
    modules = {path for path in tracked_files() if path.endswith(".py") and not path.endswith("__init__.py")}
    assert modules - mapped_files() == set()


def test_every_path_of_the_file_map_exists() -> None:
    assert {path for path in mapped_files() if not (ROOT / path).exists()} == set()


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
