from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_collection import ARTICLE, QUOTE, START, TEXT

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PATH = f"/articles/{ARTICLE.id}"


def test_articles_come_in_pages(client: TestClient[Litestar]) -> None:
    first = client.get("/articles").json()
    assert (first["total"], first["offset"], first["limit"], first["generation"]) == (1, 0, 20, 1)
    assert [entry["source"] for entry in first["articles"]] == [ARTICLE.source]
    assert "text" not in first["articles"][0]
    assert client.get("/articles?offset=1").json()["articles"] == []


def test_an_article_is_json_unless_a_browser_asks(client: TestClient[Litestar]) -> None:
    response = client.get(PATH)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["vary"] == "Accept"
    assert response.json()["text"] == TEXT
    assert response.json()["boilerplate"][0] == [0, 10]
    page = client.get(PATH, headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html;q=0.1, application/json", "text/html;q=inf", ";;", ""]
)
def test_whoever_does_not_prefer_html_gets_json(client: TestClient[Litestar], accept: str) -> None:
    assert client.get(PATH, headers={"Accept": accept}).headers["content-type"] == "application/json"


def test_the_text_is_what_offsets_count_in_byte_for_byte(client: TestClient[Litestar]) -> None:
    response = client.get(f"{PATH}/text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.content == TEXT.encode()
    assert response.content.decode()[START : START + len(QUOTE)] == QUOTE


def test_the_link_of_a_citation_leads_to_the_marked_words(client: TestClient[Litestar]) -> None:
    link = client.get("/ask", params={"q": "a"}).json()["answers"][0]["citation"]["link"]
    page = client.get(link, headers=BROWSER).text
    assert f'<mark id="quote">{QUOTE}</mark>' in page


@pytest.mark.parametrize("article_id", ["nope", "0" * 16, "%00", "%ff", "a" * 5000, "<b>", "'; drop table"])
@pytest.mark.parametrize("ending", ["", "/text"])
def test_an_unknown_id_is_a_problem(client: TestClient[Litestar], article_id: str, ending: str) -> None:
    response = client.get(f"/articles/{article_id}{ending}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].startswith("There is no article ")


@pytest.mark.parametrize(
    "query", ["start=1", "end=2", "start=2&end=2", "start=3&end=2", f"start=0&end={len(TEXT) + 1}"]
)
def test_a_quote_that_is_no_range_of_the_text_is_refused(client: TestClient[Litestar], query: str) -> None:
    for headers in ({}, BROWSER):
        response = client.get(f"{PATH}?{query}", headers=headers)
        assert response.status_code == 400
        assert response.json()["detail"].endswith(f"a quote needs both, start before end, end at most {len(TEXT)}.")


@pytest.mark.parametrize("query", ["start=-1&end=2", "start=a&end=b", "start=1&end=2&x=3", f"start=0&end={'9' * 50}"])
def test_a_quote_that_is_no_number_is_refused(client: TestClient[Litestar], query: str) -> None:
    assert client.get(f"{PATH}?{query}", headers=BROWSER).status_code == 400
