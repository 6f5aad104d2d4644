from __future__ import annotations

from pathlib import Path

import pytest

from api.beside import beside
from index.errors import HoidapError


def test_beside_a_folder_is_in_the_folder() -> None:
    assert beside("some/.hoidap") == Path("some/.hoidap")


def test_beside_a_server_is_a_folder_of_the_collections_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert beside("milvus://localhost:19530/tin") == Path(".hoidap-tin")
    assert (tmp_path / ".hoidap-tin").is_dir()


def test_a_setting_names_another_folder_for_what_is_beside_a_server_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_BESIDE", str(tmp_path / "shared" / "tin"))
    assert beside("milvus://localhost/tin") == tmp_path / "shared" / "tin"
    assert beside("folder") == Path("folder")


def test_a_folder_that_cannot_be_made_is_an_error_that_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOIDAP_BESIDE", str(tmp_path / "file" / "tin"))
    with pytest.raises(HoidapError, match="setting beside"):
        beside("milvus://localhost/tin")
