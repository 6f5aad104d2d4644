from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click
import pytest
from fake_collection import FakeAsker

from api import cli
from api.cli import group
from index.errors import IndexMissing
from index.records import BuildSummary, Filters, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.config import IndexConfig
    from qa.config import AskConfig

ROOT = Path(__file__).parents[2]


def hoidap(arguments: list[str]) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(str(ended.value.code))


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeAsker:
    """The asker behind every index except `nowhere`; no settings but the defaults."""
    monkeypatch.chdir(tmp_path)
    fake = FakeAsker()

    def open_asker(uri: str, _config: AskConfig, _watch: object = None) -> FakeAsker:
        if uri == "nowhere":
            raise IndexMissing("No index in nowhere. Build one:\n  hoidap build seeds/")
        return fake

    pipeline = ModuleType("qa.pipeline")
    pipeline.open_asker = open_asker  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "qa.pipeline", pipeline)
    monkeypatch.delitem(sys.modules, "api.http.serve", raising=False)
    return fake


def test_an_answer_is_the_words_the_sentence_and_the_place(
    asker: FakeAsker, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hoidap(["ask", "khi nào SCO Astana?"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "tháng 7",
        "“Hai bên gặp nhau tại Astana vào [tháng 7]”, ông nói.",
        '000_b1bb.txt:47-54  Đằng sau "tái hợp" <b>Nga</b> & Trung',
    ]
    (asked,) = asker.asked
    assert asked == {
        "question": "khi nào SCO Astana?",
        "top": None,
        "filters": None,
        "context": (),
        "repair": True,
    }
    assert asker.closed


def test_a_question_can_be_asked_as_typed(asker: FakeAsker) -> None:
    hoidap(["ask", "--as-typed", "khi nao SCO Astana?"])
    assert asker.asked[0]["repair"] is False


@pytest.mark.usefixtures("asker")
def test_declining_exits_with_1_and_shows_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["ask", "không có"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "No answer in this collection."
    assert out[2].startswith("000_b1bb.txt:14-65  “Hai bên")


@pytest.mark.usefixtures("asker")
def test_json_is_the_reply_that_http_gives(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["ask", "--json", "khi nào?"]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert (reply["answer"], reply["understood"]["steps"][0]["from"]) == ("tháng 7", "khi nao")


@pytest.mark.usefixtures("asker")
def test_explain_adds_what_was_understood_the_passages_and_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["ask", "--explain", "khi nào?"]) == 0
    out = capsys.readouterr().out
    for line in ("type        time, language vi", "accents     khi nao → khi nào", "took        7.9 ms"):
        assert line in out.splitlines()


def test_top_and_dates_reach_the_asker(asker: FakeAsker) -> None:
    assert hoidap(["ask", "a", "--top", "5", "--from", "2024-01-01", "--to", "2024-12-31"]) == 0
    assert asker.asked[0]["top"] == 5
    assert asker.asked[0]["filters"] == Filters(since="2024-01-01", until="2024-12-31")


@pytest.mark.usefixtures("asker")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["ask", "a", "--index", "nowhere"], "No index in nowhere. Build one: hoidap build seeds/"),
        (["ask", " \u200b"], 'The question is blank (" \u200b"); ask something such as "khi nào SCO Astana?".'),
        (["ask", ""], '"question" is empty; at least one character is needed.'),
        (["ask", "a" * 10_000], '"question" has 10000 characters; at most 500 are allowed.'),
        (["ask", "a", "--top", "0"], '"top" is 0; at least 1 is needed.'),
        (["ask", "a", "--top", "ba"], "Invalid value for '--top': 'ba' is not a valid integer. See hoidap ask --help."),
        (["ask", "a", "--from", "mai"], '"from" is "mai"; a date such as 2024-05-20 is needed.'),
        (["ask"], "Missing argument 'QUESTION'. See hoidap ask --help."),
        (["ask", "a", "b"], "Got unexpected extra argument"),
        (["build"], "Missing argument 'SOURCE...'. See hoidap build --help."),
        (["nope"], "No such command 'nope'. See hoidap --help."),
        (["--nope"], "No such option '--nope'. See hoidap --help."),
        (["serve", "--port", "70000"], '"port" is 70000; at most 65535 is allowed.'),
        (["serve", "--host", "no such host"], "Cannot listen on no such host port 8000: "),
        (["serve", "--index", "nowhere"], "No index in nowhere. Build one: hoidap build seeds/"),
    ],
)
def test_what_a_user_can_mend_is_one_line_on_stderr(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.serve.set_up_logging", lambda _format: None, raising=False)
    assert hoidap(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith(complaint)


@pytest.mark.usefixtures("asker")
def test_an_argument_that_is_not_utf_8_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["ask", os.fsdecode(b"khi n\xe0o")]) == 2
    assert capsys.readouterr().err.endswith("is not valid UTF-8; send it in UTF-8.\n")


@pytest.mark.usefixtures("asker")
def test_a_setting_that_is_wrong_is_one_line_on_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_TOP", "99")
    assert hoidap(["ask", "a"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("asker")
def test_a_crash_does_not_look_like_a_declined_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["ask", "crash"]) == 70
    assert "secret internals" in capsys.readouterr().err


def test_an_interrupted_command_ends_quietly(asker: FakeAsker, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    asker.ask = interrupt  # type: ignore[assignment,method-assign]
    assert hoidap(["ask", "a"]) == 130
    assert capsys.readouterr().err.strip() == ""
    assert asker.closed


def test_the_index_may_come_from_the_environment(
    asker: FakeAsker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOIDAP_INDEX", "nowhere")
    assert hoidap(["ask", "a"]) == 2
    assert "nowhere" in capsys.readouterr().err
    assert hoidap(["ask", "a", "--index", "here"]) == 0
    assert len(asker.asked) == 1


@pytest.mark.usefixtures("asker")
def test_control_characters_of_an_article_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["ask", "--explain", "a\x1b]0;title\x07"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_build_prints_what_it_did_and_every_skipped_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {}

    def build(
        sources: tuple[Path, ...],
        uri: str,
        _config: IndexConfig,
        *,
        prune: bool,
        progress: Callable[[str, int, int | None], None],
    ) -> BuildSummary:
        given.update(sources=sources, uri=uri, prune=prune)
        progress("reading", 1, None)
        progress("reading", 2, 2)
        skipped = (Skipped("ảnh[bold].txt", "not text"), Skipped("b" * 120, "empty"))
        counts = {"added": 2, "changed": 0, "unchanged": 3, "removed": 0, "vanished": 1}
        return BuildSummary(generation=4, articles=5, chunks=61, skipped=skipped, **counts)

    pipeline = ModuleType("index.pipeline")
    pipeline.build = build  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "index.pipeline", pipeline)
    assert hoidap(["build", "a", "b", "--index", "x", "--prune"]) == 0
    assert given == {"sources": (Path("a"), Path("b")), "uri": "x", "prune": True}
    out = capsys.readouterr().out
    joined = "".join(char for char in out if char not in " \n│")
    assert "5articles,61chunks,generation4:2added,0changed,3unchanged,0removed,2skipped" in joined
    assert "1articlesofearlierbuildsarenotamongthesesourcesandstay;--pruneremovesthem." in joined
    assert "ảnh[bold].txt" in joined
    assert joined.count("b") > 120


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap([]) == 0
    out = capsys.readouterr().out
    for command in ("build", "ask", "serve"):
        assert f"\n  {command} " in out


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["--version"]) == 0
    assert capsys.readouterr().out.startswith("hoidap ")


@click.command()
@click.argument("gold")
def evaluate(gold: str) -> int:
    """Measure."""
    click.echo(f"measured {gold}")
    return 1


def test_other_packages_add_commands_by_entry_points(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(group, "_plugins", lambda: (EntryPoint("eval", f"{__name__}:evaluate", group.PLUGINS),))
    assert hoidap(["--help"]) == 0
    assert re.search(r"\n  eval +Measure\.\n", capsys.readouterr().out)
    assert hoidap(["eval", "questions.jsonl"]) == 1
    assert capsys.readouterr().out == "measured questions.jsonl\n"


def test_a_command_that_cannot_be_loaded_says_why_and_does_not_spoil_the_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(group, "_plugins", lambda: (EntryPoint("eval", "no_such_module:evaluate", group.PLUGINS),))
    assert hoidap(["--help"]) == 0
    capsys.readouterr()
    assert hoidap(["eval", "gold", "--report", "x"]) == 2
    assert capsys.readouterr().err == "hoidap eval cannot be loaded: No module named 'no_such_module'.\n"


def test_starting_imports_nothing_heavy() -> None:
    heavy = """
        litestar uvicorn structlog rich msgspec numpy faiss tantivy torch sentence_transformers qa.pipeline
        ftfy datasketch
    """.split()
    code = f"import sys, api.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


@pytest.mark.usefixtures("asker")
def test_a_reader_that_goes_away_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert hoidap(["ask", "a"]) == 141
    assert capsys.readouterr().err == ""
