"""`hoidap eval` and `hoidap bench` as a user has them, on small sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import bench.asking
from api import cli

if TYPE_CHECKING:
    from index.records import BuildSummary

TEXTS = {
    "khi.txt": "Hội nghị thượng đỉnh SCO diễn ra tại Astana vào tháng 7. Lãnh đạo tám nước đã đến dự.",
    "mua.txt": "Mưa lớn làm ngập nhiều tuyến đường ở Đà Nẵng hôm 12/10. Học sinh được nghỉ học hai ngày.",
}
QUESTIONS = [
    {"question": "Hội nghị SCO diễn ra khi nào?", "answers": ["tháng 7"], "source": "khi.txt", "kind": "time"},
    {"question": "Mưa lớn làm ngập đường ở đâu?", "answers": ["Đà Nẵng"], "source": "mua.txt", "kind": "where"},
    {"question": "Ai vô địch World Cup 2022?", "answers": [], "kind": "none"},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with two articles and three questions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOIDAP_INDEX", raising=False)
    (tmp_path / "corpus").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in QUESTIONS)
    (tmp_path / "questions.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def hoidap(*arguments: str) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    return int(str(ended.value.code))


def test_a_corpus_is_evaluated_without_an_index(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus") == 0
    out = capsys.readouterr().out
    assert "3 questions, 2 articles, 2 passages" in out
    assert "answerable" in out
    assert not (folder / ".hoidap").exists()


def test_a_report_is_a_page_and_lines_that_the_next_run_is_compared_with(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("eval", "questions.jsonl", "--corpus", "corpus", "--report", "out")
    assert hoidap(*command) == 0
    (first,) = (folder / "out").glob("*.jsonl")
    first.rename(folder / "out" / "20200101T000000.jsonl")
    assert "before:" not in capsys.readouterr().out
    assert hoidap(*command) == 0
    assert "before:" in capsys.readouterr().out
    assert "Compared with" in (folder / "out" / "report.html").read_text(encoding="utf-8")
    header, *rows = (folder / "out" / "20200101T000000.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(header)["run"]["settings"]["embedder"] == "bundled"
    assert [json.loads(row)["gold"]["question"] for row in rows] == [row["question"] for row in QUESTIONS]


def test_a_run_can_be_compared_with_one_that_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus", "--report", "out") == 0
    (run,) = (folder / "out").glob("*.jsonl")
    capsys.readouterr()
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus", "--against", str(run)) == 0
    assert "0 won, 0 lost, 0 changed words, 0 not in both" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_two_settings_are_compared_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    command = (
        "eval",
        "questions.jsonl",
        "--corpus",
        "corpus",
        "--compare",
        "default",
        "threshold=1,chunk_syllables=10",
    )
    assert hoidap(*command) == 0
    out = capsys.readouterr().out
    assert "after:  threshold=1,chunk_syllables=10" in out
    assert "lost: Hội nghị SCO diễn ra khi nào?" in out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("changes", ["threshold", "colour=red", "threshold=2", "top=x", "top=1,top=2"])
def test_a_setting_that_is_none_is_refused(changes: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus", "--compare", "default", changes) == 2
    assert changes.partition("=")[0] in capsys.readouterr().err


def test_an_index_keeps_its_recipe(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("build", "corpus") == 0
    assert hoidap("eval", "questions.jsonl", "--compare", "default", "chunk_syllables=50") == 2
    assert "--corpus" in capsys.readouterr().err
    assert (folder / ".hoidap").exists()


@pytest.mark.usefixtures("folder")
def test_questions_can_be_asked_without_their_accents(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus", "--variant", "no_accents", "--wrong") == 0
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus", "--variant", "nonsense") == 2
    assert "no_accents" in capsys.readouterr().err


def test_a_set_that_brings_its_articles_is_not_asked_of_an_index(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    squad = {
        "data": [{"paragraphs": [{"context": "Bình đến Huế.", "qas": [{"question": "Ai đến Huế?", "answers": []}]}]}]
    }
    (folder / "gold.json").write_text(json.dumps(squad), encoding="utf-8")
    assert hoidap("eval", "gold.json", "--index", "mine") == 2
    assert "would not be asked" in capsys.readouterr().err
    assert hoidap("eval", "gold.json") == 0


def test_a_quote_is_held_against_the_file_and_not_against_the_index(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus") == 0
    assert "fidelity 1.000" in capsys.readouterr().out
    right = bench.asking.build

    def build_and_change(*arguments: Any, progress: Any) -> BuildSummary:  # noqa: ANN401 — as build takes them
        built = right(*arguments, progress=progress)
        for path in (folder / "corpus").iterdir():
            path.write_text("XXX" + path.read_text(encoding="utf-8"), encoding="utf-8")
        return built

    monkeypatch.setattr(bench.asking, "build", build_and_change)
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus") == 0
    assert "fidelity 0.000  consistent 1.000" in capsys.readouterr().out


def test_articles_that_cannot_be_indexed_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"context": text, "question": "Ai?", "answers": []} for text in ("Bình đến Huế.", "nhị\0phân" * 9)]
    (folder / "gold.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert hoidap("eval", "gold.jsonl") == 0
    assert "1 articles could not be indexed" in capsys.readouterr().err
    (folder / "gold.jsonl").write_text(json.dumps(rows[1]), encoding="utf-8")
    assert hoidap("eval", "gold.jsonl") == 2
    assert "None of the articles of gold" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_markup_in_a_gold_set_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.dumps(row | {"kind": kind}) for row, kind in zip(QUESTIONS, ("[/b]", "[red]x :smile:"), strict=False)]
    Path("odd.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert hoidap("eval", "odd.jsonl", "--corpus", "corpus", "--wrong") == 0
    out = capsys.readouterr().out
    assert "[/b]" in out
    assert "[red]x :smile:" in out


def test_a_report_that_cannot_be_written_is_refused_before_the_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out").write_text("a file", encoding="utf-8")
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus", "--report", "out") == 2
    captured = capsys.readouterr()
    assert "out cannot be a folder for reports" in captured.err
    assert captured.out == ""


@pytest.mark.usefixtures("folder")
def test_a_comparison_of_settings_has_a_report_too() -> None:
    command = ("eval", "questions.jsonl", "--corpus", "corpus", "--report", "out", "--compare", "default", "top=1")
    assert hoidap(*command) == 0
    assert "Compared with default" in Path("out/report.html").read_text(encoding="utf-8")
    assert hoidap(*command, "--against", "out") == 2


@pytest.mark.usefixtures("folder")
def test_a_judged_folder_is_evaluated_by_its_ranks(capsys: pytest.CaptureFixture[str]) -> None:
    Path("beir/qrels").mkdir(parents=True)
    rows = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in TEXTS.items()]
    Path("beir/corpus.jsonl").write_text("\n".join(rows), encoding="utf-8")
    Path("beir/queries.jsonl").write_text('{"_id": "1", "text": "mưa ngập Đà Nẵng"}', encoding="utf-8")
    Path("beir/qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n1\tmua.txt\t1\n", encoding="utf-8")
    assert hoidap("eval", "beir", "--report", "out", "--wrong") == 0
    out = capsys.readouterr().out
    assert "nDCG@10" in out
    assert "answerable" not in out


@pytest.mark.usefixtures("folder")
def test_a_set_of_other_files_is_refused_and_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    Path("corpus/khi.txt").unlink()
    Path("corpus/mua.txt").rename("corpus/khac.txt")
    assert hoidap("eval", "questions.jsonl", "--corpus", "corpus") == 2
    assert "No file that questions names" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "arguments", [["nowhere.jsonl"], ["questions.jsonl"], ["questions.jsonl", "--against", "no.jsonl"]]
)
def test_what_is_missing_is_one_line_and_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("eval", *arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("folder")
def test_a_first_figure_needs_no_gold(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("eval", "mine.jsonl", "--suggest", "3", "--corpus", "corpus") == 0
    assert "questions in mine.jsonl" in capsys.readouterr().out
    assert hoidap("eval", "mine.jsonl", "--corpus", "corpus") == 0
    assert hoidap("eval", "mine.jsonl", "--suggest", "3", "--corpus", "corpus") == 2


def test_the_gate_fails_with_exit_code_1(folder: Path) -> None:
    context = {"context": TEXTS["khi.txt"], "qas": [{"question": "Ai đến?", "answers": [{"text": "tám nước"}]}]}
    (folder / "gold.json").write_text(json.dumps({"data": [{"paragraphs": [context]}]}), encoding="utf-8")
    text = '[[condition]]\nname = "a"\ncommand = ""\nset = "gold.json"\nexpected = { "fused.Success@1" = 1.0 }\n'
    (folder / "conditions.toml").write_text(text.replace("Success", "Sucess"), encoding="utf-8")
    assert hoidap("bench", "gate", "--conditions", "conditions.toml") == 1
    (folder / "conditions.toml").write_text(text, encoding="utf-8")
    assert hoidap("bench", "gate", "--conditions", "conditions.toml") == 0


def test_an_unknown_system_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap("bench", "peers", "--only", "elastic") == 2
    assert "hoidap, txtai, haystack" in capsys.readouterr().err
