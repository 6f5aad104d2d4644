import json
from pathlib import Path

import pytest

from bench.gold import GoldError, read_gold

ROW = {"question": "khi nào?", "answers": ["tháng 7"], "source": "a.txt|b.txt", "kind": "time", "variant": ""}


def test_a_row_names_every_file_that_answers(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(ROW), encoding="utf-8")
    assert read_gold(path).questions[0].sources == {"a.txt", "b.txt"}


@pytest.mark.parametrize("line", ["{", "[]", '{"question": 1, "answers": []}', json.dumps(ROW | {"colour": "red"})])
def test_a_broken_row_names_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + line, encoding="utf-8")
    with pytest.raises(GoldError, match=r"questions\.jsonl:2"):
        read_gold(path)


def test_a_squad_file_brings_its_articles(tmp_path: Path) -> None:
    answered = {"question": "Ai?", "answers": [{"text": "Bình", "answer_start": 0}]}
    paragraph = {"context": "Bình đến.", "qas": [answered, {"question": "Khi nào?", "answers": []}]}
    path = tmp_path / "gold.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": [paragraph]}]}), encoding="utf-8")
    gold = read_gold(path)
    assert gold.articles[0]["text"] == "Bình đến."
    assert [question.kind for question in gold.questions] == ["", "none"]
    assert gold.questions[0].source == "squad.jsonl#0"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"  \n"])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(GoldError):
        read_gold(path)
