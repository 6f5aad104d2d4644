from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import filelock
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli import hoidap

from api.beside import KeyFile, KeysDamaged, Scope
from api.beside import keys as keys_module
from index.errors import HoidapError

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path, now=lambda: NOW)


def test_a_key_is_found_again_by_itself_only(key_file: KeyFile) -> None:
    key, token = key_file.add("site", ["ask"])
    assert re.fullmatch(rf"hoidap_{key.id}_[A-Za-z0-9_-]{{43}}", token)
    assert key_file.find(token) == key
    for wrong in ("", token[:-1], token + "A", token.upper(), f"hoidap_{key.id}_", f"hoidap_00000000{token[15:]}", "ü"):
        assert key_file.find(wrong) is None


def test_nothing_of_the_secret_is_kept(key_file: KeyFile, tmp_path: Path) -> None:
    _, token = key_file.add("site", ["ask"])
    kept = (tmp_path / "keys.json").read_text("utf-8")
    assert token.split("_", 2)[2] not in kept
    assert hashlib.sha256(token.encode()).hexdigest() in kept


def test_the_file_is_its_owners_alone(key_file: KeyFile, tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        key_file.add("site", ["ask"])
    finally:
        os.umask(umask)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"keys.json", "keys.lock"}


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [(["ask"], {"ask"}), (["write"], {"ask", "write"}), (["admin"], {"ask", "write", "admin"})],
)
def test_write_includes_ask_and_admin_includes_all(key_file: KeyFile, scopes: list[Scope], allowed: set[Scope]) -> None:
    key, _ = key_file.add("site", scopes)
    every: tuple[Scope, ...] = ("ask", "write", "admin")
    assert {scope for scope in every if key.allows(scope)} == allowed


def test_a_key_works_until_its_last_day_is_over(tmp_path: Path) -> None:
    now = [NOW]
    key_file = KeyFile(tmp_path, now=lambda: now[0])
    key, token = key_file.add("site", ["ask"], date(2024, 5, 21))
    now[0] = datetime(2024, 5, 21, 23, 59, 59, tzinfo=UTC)
    assert key_file.find(token) == key
    now[0] = datetime(2024, 5, 22, tzinfo=UTC)
    assert key_file.find(token) is None
    assert key_file.keys() == (key,)


def test_a_day_that_is_over_is_refused_and_today_is_not(key_file: KeyFile) -> None:
    with pytest.raises(HoidapError, match="2024-05-19 is over"):
        key_file.add("site", ["ask"], date(2024, 5, 19))
    assert key_file.add("site", ["ask"], date(2024, 5, 20))[0].expires == date(2024, 5, 20)


@pytest.mark.parametrize("name", ["", " ", "a" * 101, "a\nb", "a\x1b[1m"])
def test_a_name_must_be_readable(key_file: KeyFile, name: str) -> None:
    with pytest.raises(HoidapError, match="name"):
        key_file.add(name, ["ask"])


def test_a_key_that_another_process_makes_or_revokes_is_seen_at_the_next_look(tmp_path: Path) -> None:
    service, command = KeyFile(tmp_path), KeyFile(tmp_path)
    assert service.keys() == ()
    key, token = command.add("site", ["ask"])
    assert service.find(token) == key
    _, other = command.add("other", ["ask"])
    command.revoke(key.id)
    assert service.find(token) is None
    assert service.find(other) is not None


def test_an_unchanged_file_is_not_read_again(key_file: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    key, token = key_file.add("site", ["ask"])
    key_file.keys()
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("read again"))
    assert key_file.find(token) == key


def test_a_file_that_is_removed_leaves_no_key(key_file: KeyFile, tmp_path: Path) -> None:
    _, token = key_file.add("site", ["ask"])
    assert key_file.find(token)
    (tmp_path / "keys.json").unlink()
    assert key_file.find(token) is None


KEY = {"id": "0" * 8, "name": "a", "scopes": ["ask"], "sha256": "0" * 64, "created": "2024-05-20T12:00:00Z"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"keys": {}}',
        json.dumps({"keys": [KEY | {"scopes": ["all"]}]}),
        json.dumps({"keys": [KEY | {"scopes": []}]}),
        json.dumps({"keys": [KEY | {"sha256": ""}]}),
        json.dumps({"keys": [KEY | {"id": "../x"}]}),
        json.dumps({"keys": [KEY | {"expires": "soon"}]}),
        json.dumps({"keys": [KEY | {"more": 1}]}),
        json.dumps({"keys": [KEY, KEY]}),
        json.dumps({"keys": [KEY], "more": 1}),
        "\udcff",
    ],
)
def test_a_damaged_file_is_an_error_that_names_it_and_is_not_written_over(
    key_file: KeyFile, tmp_path: Path, content: str
) -> None:
    _, token = key_file.add("site", ["ask"])
    assert key_file.find(token)
    damaged = os.fsencode(content)
    (tmp_path / "keys.json").write_bytes(damaged)
    for use in (key_file.keys, lambda: key_file.find(token), lambda: key_file.add("b", ["ask"])):
        with pytest.raises(KeysDamaged, match=r"keys\.json"):
            use()
    assert (tmp_path / "keys.json").read_bytes() == damaged


def test_the_key_of_the_damage_table_is_right_but_for_the_damage(key_file: KeyFile, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [KEY]}), encoding="utf-8")
    assert key_file.keys()[0].id == KEY["id"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=40))
def test_no_content_lets_a_token_in(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys.json").write_bytes(content)
    with pytest.raises(KeysDamaged):
        KeyFile(tmp_path).find("hoidap_00000000_a")


def test_a_folder_in_the_place_of_the_file_is_an_error(key_file: KeyFile, tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(KeysDamaged, match="cannot be read"):
        key_file.keys()


def test_writing_that_fails_leaves_the_old_keys_and_no_rest(
    key_file: KeyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = key_file.add("site", ["ask"])

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keys_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        key_file.add("other", ["ask"])
    assert key_file.keys() == (key,)
    assert {path.name for path in tmp_path.iterdir()} == {"keys.json", "keys.lock"}


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    threads = [threading.Thread(target=lambda: KeyFile(tmp_path).add("site", ["ask"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = KeyFile(tmp_path).keys()
    assert len({key.id for key in kept}) == 8


def test_a_locked_file_is_an_error_that_says_so(
    key_file: KeyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "LOCK_SECONDS", 0)
    with filelock.FileLock(tmp_path / "keys.lock"), pytest.raises(HoidapError, match="locked"):
        key_file.add("site", ["ask"])


@pytest.fixture
def index(seeds_index: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An index without keys."""
    monkeypatch.setenv("HOIDAP_INDEX", seeds_index)
    yield Path(seeds_index)
    for name in ("keys.json", "keys.lock"):
        (Path(seeds_index) / name).unlink(missing_ok=True)


def test_add_prints_the_key_once_on_stdout_and_says_so_on_stderr(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hoidap(["keys", "add", "my site", "--scope", "write", "--expires", "2999-12-31"]) == 0
    captured = capsys.readouterr()
    key = KeyFile(index).find(captured.out.strip())
    assert key is not None
    assert (key.name, key.scopes, key.expires) == ("my site", ["write"], date(2999, 12, 31))
    assert "only time" in captured.err
    assert captured.out.strip() not in captured.err


def test_list_tells_all_but_the_secret(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, token = KeyFile(index).add("my site", ["ask"])
    KeyFile(index, now=lambda: NOW).add("old", ["admin"], date(2024, 5, 21))
    assert hoidap(["keys", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == [key.id, "ask", str(key.created.date()), "without", "end", "my", "site"]
    assert second.endswith("until 2024-05-21  old  (expired)")
    assert hoidap(["keys", "list", "--json"]) == 0
    out = capsys.readouterr().out
    assert [row["name"] for row in json.loads(out)] == ["my site", "old"]
    assert set(json.loads(out)[0]) == {"id", "name", "scopes", "created", "expires"}
    assert token.split("_", 2)[2] not in out
    assert key.sha256 not in out


def test_a_revoked_key_is_gone(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, token = KeyFile(index).add("site", ["ask"])
    assert hoidap(["keys", "revoke", key.id]) == 0
    assert KeyFile(index).find(token) is None
    capsys.readouterr()
    assert hoidap(["keys", "list"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["add", "a"], "Missing option '--scope'"),
        (["add", "a", "--scope", "all"], "Invalid value for '--scope'"),
        (["add", "a", "--scope", "ask", "--expires", "soon"], "Invalid value for '--expires'"),
        (["add", "a", "--scope", "ask", "--expires", "2020-01-01"], "--expires 2020-01-01 is over"),
        (["add", " ", "--scope", "ask"], "A key's name has"),
        (["revoke", "00000000"], "No key has the id '00000000'"),
        (["list", "--index", "nowhere"], "No index in nowhere."),
        (["add", "a", "--scope", "ask", "--index", "nowhere"], "No index in nowhere."),
    ],
)
def test_what_a_user_can_mend_is_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hoidap(["keys", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(complaint)
    assert len(captured.err.splitlines()) == 1


def test_a_whole_key_in_the_place_of_an_id_is_not_repeated(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, token = KeyFile(index).add("site", ["ask"])
    assert hoidap(["keys", "revoke", token]) == 2
    captured = capsys.readouterr()
    assert key.id not in captured.out + captured.err
    assert KeyFile(index).find(token)
