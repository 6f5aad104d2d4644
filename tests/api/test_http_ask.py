from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_collection import ARTICLE, QUOTE, TEXT

from index.records import Filters

if TYPE_CHECKING:
    from fake_collection import FakeAsker
    from litestar import Litestar
    from litestar.testing import TestClient


def test_a_question_by_link_is_answered_with_its_citation(client: TestClient[Litestar]) -> None:
    response = client.get("/ask", params={"q": "khi nào SCO Astana?"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    reply = response.json()
    assert (reply["question"], reply["answered"], reply["answer"]) == ("khi nào SCO Astana?", True, "tháng 7")
    cited = reply["answers"][0]["citation"]
    assert TEXT[cited["start"] : cited["end"]] == cited["quote"] == QUOTE
    assert reply["understood"]["steps"] == [{"kind": "accents", "from": "khi nao", "to": "khi nào"}]


def test_a_posted_question_is_answered_the_same(client: TestClient[Litestar]) -> None:
    posted = client.post("/ask", json={"question": "khi nào SCO Astana?"})
    assert posted.status_code == 200
    linked = client.get("/ask", params={"q": "khi nào SCO Astana?"}).json()
    assert {**posted.json(), "took_ms": 0} == {**linked, "took_ms": 0}


def test_the_same_question_again_is_not_worked_on_again(client: TestClient[Litestar], asker: FakeAsker) -> None:
    for path in ("/ask?q=a", "/ask?q=a", "/ask?q=a&top=2", "/ask?q=b"):
        client.get(path)
    assert [(asked["question"], asked["top"]) for asked in asker.asked] == [("a", None), ("a", 2), ("b", None)]


def test_declining_is_a_reply_with_the_nearest_passages(client: TestClient[Litestar]) -> None:
    reply = client.get("/ask", params={"q": "không có trong bài"}).json()
    assert (reply["answered"], reply["answer"], reply["answers"]) == (False, None, [])
    assert reply["passages"][0]["source"] == ARTICLE.source


def test_everything_that_is_asked_reaches_the_asker(client: TestClient[Litestar], asker: FakeAsker) -> None:
    body = {"question": "a", "top": 7, "filters": {"from": "2024-01-01", "language": "vi"}, "context": ["trước"]}
    body |= {"repair": False}
    assert client.post("/ask", json=body).status_code == 200
    filters = Filters(since="2024-01-01", language="vi")
    given = {"question": "a", "top": 7, "filters": filters, "context": ("trước",), "repair": False}
    assert asker.asked == [given]


def test_a_link_can_ask_for_the_question_as_typed(client: TestClient[Litestar], asker: FakeAsker) -> None:
    client.get("/ask", params={"q": "a", "repair": "false"})
    client.get("/search", params={"q": "a", "repair": "false"})
    client.get("/ask", params={"q": "a"})
    assert [asked["repair"] for asked in asker.asked] == [False, False, True]


def test_filters_can_be_given_in_the_link(client: TestClient[Litestar], asker: FakeAsker) -> None:
    params = {"q": "a", "top": 20, "source": "2024/*.txt", "from": "2024-01-01", "to": "2024-12-31", "language": "vi"}
    assert client.get("/ask", params=params).status_code == 200
    given = Filters(source="2024/*.txt", since="2024-01-01", until="2024-12-31", language="vi")
    assert (asker.asked[0]["top"], asker.asked[0]["filters"]) == (20, given)


def test_without_top_and_filters_the_asker_decides(client: TestClient[Litestar], asker: FakeAsker) -> None:
    client.get("/ask", params={"q": "a"})
    client.post("/ask", json={"question": "b", "top": None})
    assert [(asked["top"], asked["filters"]) for asked in asker.asked] == [(None, None), (None, None)]


def test_search_returns_passages_ten_unless_told(client: TestClient[Litestar], asker: FakeAsker) -> None:
    reply = client.get("/search", params={"q": "a"}).json()
    assert set(reply) == {"question", "understood", "passages", "index", "took_ms"}
    assert asker.asked == [{"question": "a", "top": 10, "filters": None, "repair": True}]


@pytest.mark.parametrize("question", ["Ý?", "5", "?", "a" * 500, "🙂", "a\x00b", "\u200bnào", "ngoại trưởng‍"])
def test_a_question_in_which_something_can_be_read_is_asked_unchanged(
    client: TestClient[Litestar], asker: FakeAsker, question: str
) -> None:
    assert client.post("/ask", json={"question": question}).status_code == 200
    assert client.get("/ask", params={"q": question}).status_code == 200
    assert [asked["question"] for asked in asker.asked] == [question]
