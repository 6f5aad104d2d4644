from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_cli import hoidap

from api.beside import KeyFile
from api.config import ServeConfig
from api.http.guard import check_exposure
from index.errors import HoidapError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Litestar

EVERYWHERE = "0.0.0.0"  # noqa: S104 — the question is whether that is refused


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "", "198.51.100.7"])
def test_an_address_that_others_reach_needs_keys_and_closed_reading_or_a_word(tmp_path: Path, host: str) -> None:
    keys = KeyFile(tmp_path)
    with pytest.raises(HoidapError):
        check_exposure(ServeConfig(host=host), keys)
    with pytest.raises(HoidapError):
        check_exposure(ServeConfig(host=host, open_reading=False), keys)
    check_exposure(ServeConfig(host=host, public=True), keys)
    keys.add("site", ["ask"])
    with pytest.raises(HoidapError):
        check_exposure(ServeConfig(host=host), keys)
    check_exposure(ServeConfig(host=host, open_reading=False), keys)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_needs_nothing(tmp_path: Path, host: str) -> None:
    check_exposure(ServeConfig(host=host), KeyFile(tmp_path))


def test_damaged_keys_are_told_before_anything_listens(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{", encoding="utf-8")
    for config in (ServeConfig(), ServeConfig(host=EVERYWHERE, public=True)):
        with pytest.raises(HoidapError, match="damaged"):
            check_exposure(config, KeyFile(tmp_path))


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seeds_index: str) -> Iterator[list[ServeConfig]]:
    """The settings of every service that would have started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOIDAP_INDEX", seeds_index)
    serve = importlib.import_module("api.http.serve")  # as the command does: when it runs
    started = []

    def run(_app: Litestar | str, config: ServeConfig, _workers: int) -> None:
        started.append(config)

    monkeypatch.setattr(serve, "_run", run)
    monkeypatch.setattr(serve, "set_up_logging", lambda _format: None)
    monkeypatch.setattr(serve, "check_address", lambda _host, _port: None)
    yield started
    for name in ("keys.json", "keys.lock"):
        (Path(seeds_index) / name).unlink(missing_ok=True)


def test_serving_everybody_unguarded_is_one_line_that_says_both_ways_out(
    served: list[ServeConfig], capsys: pytest.CaptureFixture[str]
) -> None:
    assert hoidap(["serve", "--host", EVERYWHERE]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    for word in ("0.0.0.0 is open", "hoidap keys add", "open_reading = false", "--public"):
        assert word in line
    assert served == []


def test_public_may_be_said_by_option_or_by_setting(served: list[ServeConfig], monkeypatch: pytest.MonkeyPatch) -> None:
    assert hoidap(["serve", "--host", EVERYWHERE, "--public"]) == 0
    monkeypatch.setenv("HOIDAP_PUBLIC", "true")
    assert hoidap(["serve", "--host", EVERYWHERE]) == 0
    assert [config.public for config in served] == [True, True]


def test_keys_and_closed_reading_let_it_serve(served: list[ServeConfig], monkeypatch: pytest.MonkeyPatch) -> None:
    assert hoidap(["keys", "add", "site", "--scope", "ask"]) == 0
    assert hoidap(["serve", "--host", EVERYWHERE]) == 2
    monkeypatch.setenv("HOIDAP_OPEN_READING", "false")
    assert hoidap(["serve", "--host", EVERYWHERE]) == 0
    assert len(served) == 1
