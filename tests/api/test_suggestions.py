from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_collection import ARTICLE, FakeAsker, FakeSnapshot
from litestar.testing import TestClient

from api.beside import FeedbackBook
from api.collection import LiveCollection
from api.config import ServeConfig
from api.http import ServiceParts, create_app
from api.http.questions import AskedQuestions, Guide
from api.http.questions.suggestions import Titled

if TYPE_CHECKING:
    from pathlib import Path

    from litestar import Litestar

TITLED = Titled(article=ARTICLE.id, title=ARTICLE.title)
SNAPSHOT = FakeSnapshot(1)


def suggested(typed: str, *popular: str, examples: tuple[str, ...] = (), count: int = 6) -> tuple[str, ...]:
    return Guide(examples).suggest(typed, SNAPSHOT, popular, count).questions  # type: ignore[arg-type]


def test_every_typed_word_begins_a_word_of_what_is_suggested_with_or_without_accents() -> None:
    questions = ("Khi nào họp ở Astana?", "Khi nào bầu cử?")
    assert suggested("khi na", *questions) == questions
    assert suggested("astana kh", *questions) == questions[:1]
    assert suggested("BẦU", *questions) == questions[1:]
    assert suggested("hi", *questions) == ()


def test_examples_of_the_owner_come_first_and_nothing_comes_twice() -> None:
    assert suggested("khi", "Khi b?", "Khi a?", examples=("Khi a?", "Khi c?")) == ("Khi a?", "Khi c?", "Khi b?")


def test_half_of_the_places_are_for_titles_where_there_are_so_many() -> None:
    questions = [f"Nga {number}?" for number in range(9)]
    found = Guide().suggest("nga", SNAPSHOT, questions, 4)  # type: ignore[arg-type]
    assert len(found.questions) == 3
    assert found.articles == (TITLED,)
    assert len(Guide().suggest("nga", SNAPSHOT, questions, 1).questions) == 1  # type: ignore[arg-type]


def test_a_title_is_found_by_its_words_and_not_by_those_of_its_text() -> None:
    guide = Guide()
    assert guide.suggest("tai hop nga", SNAPSHOT, (), 6).articles == (TITLED,)  # type: ignore[arg-type]
    assert guide.suggest("nga astana", SNAPSHOT, (), 6).articles == ()  # type: ignore[arg-type]


def test_the_last_word_may_be_unfinished() -> None:
    assert Guide().suggest("tái hợ", SNAPSHOT, (), 6).articles == (TITLED,)  # type: ignore[arg-type]
    assert Guide().suggest("ng", SNAPSHOT, (), 6).articles == (TITLED,)  # type: ignore[arg-type]


def test_signs_alone_suggest_nothing() -> None:
    assert suggested("?!", "Khi nào?") == ()


def test_the_examples_are_those_that_are_answered_and_asked_once_a_generation() -> None:
    asker, guide = FakeAsker(), Guide(("không có", "một?", "hai?", "ba?", "bốn?", "năm?"))
    for _ in range(2):
        assert guide.overview(asker, ()).examples == ("một?", "hai?", "ba?", "bốn?")  # type: ignore[arg-type]
    assert [one["question"] for one in asker.asked] == ["không có", "một?", "hai?", "ba?", "bốn?"]
    asker.snapshot.generation = 2
    guide.overview(asker, ())  # type: ignore[arg-type]
    assert len(asker.asked) == 10


@pytest.fixture
def client(tmp_path: Path) -> TestClient[Litestar]:
    asker = FakeAsker()
    collection = LiveCollection(lambda: asker, lambda: "fake 1")
    asked = AskedQuestions(tmp_path, 1, clock=iter(range(0, 100_000, 10)).__next__)
    return TestClient(
        create_app(
            ServiceParts(collection, FeedbackBook(tmp_path), config=ServeConfig(examples=["ví dụ?"]), asked=asked)
        )
    )


def test_what_was_asked_and_answered_over_http_is_suggested(client: TestClient[Litestar]) -> None:
    with client:
        assert client.get("/suggest", params={"q": "khi"}).json() == {"questions": [], "articles": []}
        client.post("/ask", json={"question": "khi nào họp?"})
        client.get("/ask", params={"q": "khi nào về?"})
        client.post("/ask", json={"question": "khi nào không họp?"})
        client.post("/ask", json={"question": "khi nào khác?", "filters": {"source": "a*"}})
        client.post("/ask", json={"question": "khi nào nữa?", "context": ["khi nào họp?"]})
        client.post("/ask", json={"question": "khi nào gõ?", "repair": False})
        found = client.get("/suggest", params={"q": "khi nao"}).json()["questions"]
        assert sorted(found) == ["khi nào họp", "khi nào về"]


def test_the_collection_describes_itself(client: TestClient[Litestar]) -> None:
    with client:
        reply = client.get("/collection").json()
        assert (reply["articles"], reply["chunks"], reply["generation"]) == (1, 2, 1)
        assert reply["newest"][0]["title"] == ARTICLE.title
        assert reply["examples"] == ["ví dụ?"]


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=a&top=0", "q=a&top=21", "q=a&x=1", f"q={'a' * 501}"])
def test_bad_input_is_refused(client: TestClient[Litestar], query: str) -> None:
    with client:
        assert client.get(f"/suggest?{query}").status_code == 400
