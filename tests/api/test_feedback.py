from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fake_collection import ARTICLE, QUOTE, START
from test_cli import hoidap

from api.beside import Entry, FeedbackBook, feedback
from api.beside.gold import gold_rows
from bench.formats import read_gold
from index.errors import HoidapError

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

PLACE = {"article": ARTICLE.id, "start": START, "end": START + len(QUOTE)}
RIGHT = {"question": "khi nào SCO Astana?", "verdict": "right", "citation": PLACE}


def entry(question: str = "khi nào?", verdict: str = "right", quote: str = "tháng 7", source: str = "a.txt") -> Entry:
    return Entry(generation=1, question=question, verdict=verdict, source=source, start=0, end=7, quote=quote)  # type: ignore[arg-type]


def test_an_opinion_is_kept_with_the_words_of_the_article(client: TestClient[Litestar], tmp_path: Path) -> None:
    reply = client.post("/feedback", json=RIGHT | {"reason": "good", "note": "đúng"})
    assert (reply.status_code, reply.json()) == (201, {"id": 1})
    (kept,) = FeedbackBook(tmp_path).entries()
    assert (kept.source, kept.quote, kept.reason, kept.note) == (ARTICLE.source, QUOTE, "good", "đúng")
    assert kept.generation == 1


def test_a_whole_citation_may_be_sent_as_ask_returned_it(client: TestClient[Litestar]) -> None:
    citation = client.post("/ask", json={"question": "khi nào?"}).json()["answers"][0]["citation"]
    assert client.post("/feedback", json=RIGHT | {"citation": citation}).status_code == 201


def test_that_no_answer_was_expected_needs_no_citation(client: TestClient[Litestar], tmp_path: Path) -> None:
    body = {"question": "ai vô địch?", "verdict": "no_answer_expected"}
    assert client.post("/feedback", json=body).status_code == 201
    assert FeedbackBook(tmp_path).entries()[0].source is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"verdict": "maybe"}, "verdict"),
        ({"citation": None}, "citation"),
        ({"citation": PLACE | {"article": "nowhere"}}, "There is no article"),
        ({"citation": PLACE | {"end": START}}, "start before end"),
        ({"citation": PLACE | {"end": 10**9}}, "start before end"),
        ({"citation": PLACE | {"start": -1}}, "citation.start"),
        ({"question": " "}, "blank"),
        ({"question": "a" * 501}, "question"),
        ({"note": "a" * 1001}, "note"),
        ({"address": "x"}, "address"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_says_why(
    client: TestClient[Litestar], tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    reply = client.post("/feedback", json=RIGHT | changes)
    assert reply.status_code == 400
    assert said in reply.json()["detail"]
    assert FeedbackBook(tmp_path).entries() == []


def test_a_full_book_takes_no_more(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(feedback, "MOST_ENTRIES", 1)
    assert client.post("/feedback", json=RIGHT).status_code == 201
    assert client.post("/feedback", json=RIGHT).status_code == 507
    assert len(FeedbackBook(tmp_path).entries()) == 1


def test_a_place_that_cannot_be_written_is_unavailable(client: TestClient[Litestar], tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").write_bytes(b"not a database" * 100)
    assert client.post("/feedback", json=RIGHT).status_code == 503
    with pytest.raises(HoidapError, match="cannot be read"):
        FeedbackBook(tmp_path).entries()


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    book = FeedbackBook(tmp_path)
    threads = [threading.Thread(target=lambda: [book.add(entry()) for _ in range(5)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(book.entries()) == 40


def test_right_answers_of_one_question_are_one_row_of_gold() -> None:
    said = [entry(), entry(quote="vào tháng 7"), entry(source="b.txt"), entry("ai?", "no_answer_expected")]
    first, second = gold_rows(said)
    assert first.answers == ["tháng 7", "vào tháng 7"]
    assert (first.source, first.kind) == ("a.txt|b.txt", "time")
    assert (second.answers, second.kind) == ([], "none")


def test_what_is_disputed_or_only_wrong_is_no_gold() -> None:
    said = [entry(), entry(verdict="wrong"), entry("ở đâu?", "wrong"), entry("ai?"), entry("ai?", "no_answer_expected")]
    assert list(gold_rows(said)) == []


def test_what_is_exported_is_gold_that_eval_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seeds_index: str
) -> None:
    book = FeedbackBook(Path(seeds_index))
    book.add(entry())
    book.add(entry("ai vô địch World Cup?", "no_answer_expected"))
    capsys.readouterr()
    assert hoidap(["feedback", "export", "--index", seeds_index]) == 0
    captured = capsys.readouterr()
    (Path(seeds_index) / "feedback.sqlite").unlink()
    path = tmp_path / "gold.jsonl"
    path.write_text(captured.out, encoding="utf-8")
    assert [question.answers for question in read_gold(path).questions] == [("tháng 7",), ()]
    assert "2 opinions, 2 gold questions" in captured.err


def test_a_mistyped_index_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hoidap(["feedback", "export", "--index", str(tmp_path / "nowhere")]) == 2
    assert "No index" in capsys.readouterr().err


def test_nothing_said_is_nothing_exported(capsys: pytest.CaptureFixture[str], seeds_index: str) -> None:
    assert hoidap(["feedback", "export", "--index", seeds_index]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert json.dumps("0 opinions")[1:-1] in captured.err
