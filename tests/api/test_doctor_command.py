from __future__ import annotations

import json
from pathlib import Path

import pytest

from api import cli

SEEDS = Path(__file__).parents[2] / "seeds"


def hoidap(arguments: list[str]) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(str(ended.value.code))


def squeezed(out: str) -> str:
    """What a table says, without its lines and blanks."""
    return "".join(char for char in out if char.isalnum() or char in ".:;,→%")


def test_the_table_says_what_is_wrong_where_and_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    assert hoidap(["doctor", str(SEEDS)]) == 0
    out = squeezed(capsys.readouterr().out)
    assert out.startswith("6files,5articles5vi,4,754syllables,1dated2021")
    for words in ("advice4nodatefound", "→Givepublishedinjsonl", "001_11cc2ca7f4bdb1c9.txt:53%".replace("_", "")):
        assert words in out


def test_json_is_the_report_with_as_many_examples_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["doctor", "--json", "--examples", "1", str(SEEDS)]) == 0
    first = capsys.readouterr().out
    report = json.loads(first)
    assert (report["articles"], report["findings"][0]["kind"], report["findings"][0]["count"]) == (5, "undated", 4)
    assert [len(finding["examples"]) for finding in report["findings"]] == [1, 1, 1]
    assert hoidap(["doctor", "--json", "--examples", "1", str(SEEDS)]) == 0
    assert capsys.readouterr().out == first


def test_problems_do_not_change_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff")
    assert hoidap(["doctor", str(tmp_path)]) == 0
    assert "notUTF8byte0" in squeezed(capsys.readouterr().out)


def test_a_sound_folder_and_an_empty_one_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["doctor", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("There is no article to build from.\n")
    words = " ".join(f"từ{n}" for n in range(40))
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": words, "published": "2024-05-20"}), encoding="utf-8")
    assert hoidap(["doctor", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("Nothing wrong was found.\n")


def test_control_characters_of_an_article_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a[bold]\x1b.txt").write_text("Một \x1b]0;tiêu đề\x07 khác\n" + "chữ " * 200, encoding="utf-8")
    assert hoidap(["doctor", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "a[bold]" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["doctor", "nowhere"], "nowhere does not exist. Name a folder or a file to build from.\n"),
        (["doctor"], "Missing argument 'SOURCE...'. See hoidap doctor --help.\n"),
        (["doctor", "a", "--examples", "0"], "Invalid value for '--examples': 0 is not in the range x>=1."),
    ],
)
def test_what_a_user_can_mend_is_one_line_on_stderr(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert hoidap(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(complaint)
    assert len(captured.err.splitlines()) == 1
