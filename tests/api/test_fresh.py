"""Replies that a client has already are not made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_collection import ARTICLE, FakeAsker
from litestar.testing import TestClient

from api.collection import CHECK_SECONDS, LiveCollection
from api.http import ServiceParts, create_app

if TYPE_CHECKING:
    from pathlib import Path

    from litestar import Litestar

from api.beside import FeedbackBook

FRESH = ["/ask?q=a", "/search?q=a", "/articles", f"/articles/{ARTICLE.id}", f"/articles/{ARTICLE.id}/text"]


@pytest.mark.parametrize("path", FRESH)
def test_a_reply_that_the_client_has_is_not_sent_again(client: TestClient[Litestar], path: str) -> None:
    first = client.get(path)
    assert first.headers["etag"].startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_question_that_the_client_has_the_reply_to_is_not_worked_on(
    client: TestClient[Litestar], asker: FakeAsker
) -> None:
    tag = client.get("/ask?q=a").headers["etag"]
    asker.asked.clear()
    client.get("/ask?q=b", headers={"If-None-Match": tag})
    assert asker.asked == []


@pytest.mark.parametrize("path", ["/", "/readyz", "/metrics", "/ask", "/ask?q=%20", "/articles/nope"])
def test_what_may_change_or_is_no_reply_has_no_tag(client: TestClient[Litestar], path: str) -> None:
    assert "etag" not in client.get(path).headers


@pytest.mark.parametrize(("path", "status"), [("/articles/nope", 404), ("/ask?q=%20", 400), ("/ask?q=a", 200)])
def test_who_asks_for_anything_at_all_is_told_what_there_is(
    client: TestClient[Litestar], path: str, status: int
) -> None:
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == status


def test_a_page_has_another_tag_than_the_record(client: TestClient[Litestar]) -> None:
    path = f"/articles/{ARTICLE.id}"
    assert client.get(path).headers["etag"] != client.get(path, headers={"Accept": "text/html"}).headers["etag"]


def test_another_generation_has_another_tag(tmp_path: Path) -> None:
    now, newest = [0.0], [1]
    collection = LiveCollection(lambda: FakeAsker(newest[0]), lambda: newest[0], clock=lambda: now[0])
    with TestClient(create_app(ServiceParts(collection, FeedbackBook(tmp_path)))) as client:
        tag = client.get("/ask?q=a").headers["etag"]
        newest[0], now[0] = 2, CHECK_SECONDS
        changed = client.get("/ask?q=a", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["index"]["generation"]) == (200, 2)
