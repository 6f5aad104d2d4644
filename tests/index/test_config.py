from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from index.config import IndexConfig, settings
from index.errors import ConfigError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("CONFIG", *(field.upper() for field in IndexConfig.__struct_fields__)):
        monkeypatch.delenv(f"HOIDAP_{name}", raising=False)
    return tmp_path


class Places(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    places: list[str] = []
    counts: Annotated[list[int], msgspec.Meta(max_length=3)] = []


def test_without_a_file_the_defaults_hold() -> None:
    assert settings("index", IndexConfig) == IndexConfig()


def test_the_file_overrides_the_defaults(folder: Path) -> None:
    (folder / "config.toml").write_text("[index]\nchunk_syllables = 80\n", encoding="utf-8")
    assert settings("index", IndexConfig) == IndexConfig(chunk_syllables=80)


def test_the_environment_overrides_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.toml").write_text("[index]\nchunk_syllables = 80\nmax_file_mb = 2\n", encoding="utf-8")
    monkeypatch.setenv("HOIDAP_CHUNK_SYLLABLES", "90")
    assert settings("index", IndexConfig) == IndexConfig(chunk_syllables=90, max_file_mb=2.0)


def test_another_file_can_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other.toml").write_text("[index]\noverlap_sentences = 2\n", encoding="utf-8")
    monkeypatch.setenv("HOIDAP_CONFIG", "other.toml")
    assert settings("index", IndexConfig).overlap_sentences == 2


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_CONFIG", "none.toml")
    with pytest.raises(ConfigError, match=r"none\.toml"):
        settings("index", IndexConfig)


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("[index]\nchunk_sylables = 80", "chunk_sylables"),
        ("[indx]\nchunk_syllables = 80", "indx"),
        ("[index]\nchunk_syllables = 5", "chunk_syllables"),
        ("[index]\nchunk_syllables = 'many'", "chunk_syllables"),
        ("[index]\noverlap_sentences = -1", "overlap_sentences"),
        ("[index]\nmax_file_mb = 0", "max_file_mb"),
        ("[index]\nmax_file_mb = nan", "max_file_mb"),
        ("index = 5", "index"),
        ("[index", "config.toml"),
    ],
)
def test_what_cannot_be_is_an_error_that_names_it(folder: Path, toml: str, named: str) -> None:
    (folder / "config.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        settings("index", IndexConfig)


def test_a_bad_value_in_the_environment_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_MAX_FILE_MB", "big")
    with pytest.raises(ConfigError, match="max_file_mb"):
        settings("index", IndexConfig)


@pytest.mark.parametrize(("value", "places"), [("a", ["a"]), ("a, b ,c", ["a", "b", "c"]), ("", []), (" , a,", ["a"])])
def test_a_list_is_written_with_commas_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str, places: list[str]
) -> None:
    monkeypatch.setenv("HOIDAP_PLACES", value)
    assert settings("api", Places).places == places


def test_entries_of_a_list_from_the_environment_are_read_as_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_COUNTS", "1,2")
    assert settings("api", Places).counts == [1, 2]
    monkeypatch.setenv("HOIDAP_COUNTS", "1,two")
    with pytest.raises(ConfigError, match="counts"):
        settings("api", Places)


def test_the_environment_overrides_a_list_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.toml").write_text("[api]\nplaces = ['a', 'b']\n", encoding="utf-8")
    assert settings("api", Places).places == ["a", "b"]
    monkeypatch.setenv("HOIDAP_PLACES", "c")
    assert settings("api", Places).places == ["c"]


def test_a_file_that_cannot_be_decoded_is_an_error(folder: Path) -> None:
    (folder / "config.toml").write_bytes(b"[index]\nembedder = '\xff'")
    with pytest.raises(ConfigError, match=r"config\.toml"):
        settings("index", IndexConfig)


def test_a_folder_is_no_file(folder: Path) -> None:
    (folder / "config.toml").mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml"):
        settings("index", IndexConfig)


def test_an_endless_size_is_an_error(folder: Path) -> None:
    (folder / "config.toml").write_text("[index]\nmax_file_mb = inf", encoding="utf-8")
    with pytest.raises(ConfigError, match="max_file_mb"):
        settings("index", IndexConfig)


def test_config_toml_of_the_repository_says_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_CONFIG", str(Path(__file__).parents[2] / "config.toml"))
    assert settings("index", IndexConfig) == IndexConfig()
