from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_collection import FakeAsker
from litestar.testing import TestClient

from api.beside import FeedbackBook
from api.collection import CHECK_SECONDS, LiveCollection
from api.http import ServiceParts, create_app
from api.http.app import SECURITY_HEADERS
from api.http.pages import WIDGET
from index.errors import IndexDamaged, IndexMissing

if TYPE_CHECKING:
    from litestar import Litestar

BOOK = FeedbackBook(Path("nowhere"))
ROUTES = {
    "/ask": {"get", "post"},
    "/search": {"get"},
    "/suggest": {"get"},
    "/collection": {"get"},
    "/articles": {"get"},
    "/articles/{article_id}": {"get", "put", "delete"},
    "/articles/{article_id}/{rest}": {"put"},
    "/articles/{article_id}/text": {"get"},
    "/feedback": {"post"},
    "/feedback/export": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
}


def test_a_live_service_says_so(client: TestClient[Litestar]) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_ready_service_names_the_generation_that_answers(client: TestClient[Litestar]) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "generation": 1, "articles": 1, "chunks": 2}


@pytest.mark.parametrize("path", ["/", "/ask?q=a", "/ask", "/nope", "/assets/chat.js", "/schema", "/ask?q=crash"])
def test_every_response_carries_the_security_headers(client: TestClient[Litestar], path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_no_inline_script_or_style_is_allowed() -> None:
    assert "unsafe" not in SECURITY_HEADERS["Content-Security-Policy"]
    assert SECURITY_HEADERS["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; ")


@pytest.mark.parametrize("name", ["index.html", "article.html"])
def test_pages_hold_no_inline_script_or_style_and_name_files_that_exist(
    client: TestClient[Litestar], name: str
) -> None:
    page = (WIDGET / name).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    for path in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page):
        assert client.get(path).status_code == 200


def test_the_chat_page_is_at_the_root(client: TestClient[Litestar]) -> None:
    response = client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="vi">' in response.text


def test_the_script_never_writes_html() -> None:
    script = "".join(path.read_text(encoding="utf-8") for path in WIDGET.glob("*.js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


def test_the_schema_tells_every_route_its_purpose_and_its_problems(client: TestClient[Litestar]) -> None:
    schema = client.get("/schema").json()
    assert {path: set(operations) for path, operations in schema["paths"].items()} == ROUTES
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["description"]
            for parameter in operation.get("parameters", ()):
                assert parameter["description"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    content = answer["content"]["application/problem+json"]
                    assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_the_schema_says_what_a_request_may_hold(client: TestClient[Litestar]) -> None:
    schema = client.get("/schema").json()
    records = schema["components"]["schemas"]
    asked = records["AskRequest"]
    assert (asked["additionalProperties"], records["Filters"]["additionalProperties"]) == (False, False)
    assert asked["properties"]["context"]["items"]["maxLength"] == asked["properties"]["question"]["maxLength"] == 500
    assert records["Filters"]["properties"]["from"]["anyOf"][0]["format"] == "date"
    article = schema["paths"]["/articles/{article_id}"]["get"]
    assert {
        field["name"]: field["schema"].get("minimum") for field in article["parameters"] if field["in"] == "query"
    } == {
        "start": 0,
        "end": 0,
        "quotes": None,
        "lang": None,
    }
    assert set(article["responses"]["200"]["content"]) == {"application/json", "text/html"}


def test_index_and_models_are_closed_when_the_service_ends() -> None:
    asker = FakeAsker()
    with TestClient(create_app(ServiceParts(LiveCollection(lambda: asker, lambda: 1), BOOK))):
        assert not asker.closed
    assert asker.closed


def test_a_rebuild_beside_the_running_service_is_served_and_a_failure_is_told() -> None:
    now, newest, built = [0.0], [1], {1: FakeAsker(1), 2: FakeAsker(2)}

    def open_newest() -> FakeAsker:
        if newest[0] not in built:
            raise IndexDamaged("The index in .hoidap is damaged.")
        return built[newest[0]]

    collection = LiveCollection(open_newest, lambda: newest[0], clock=lambda: now[0])
    with TestClient(create_app(ServiceParts(collection, BOOK))) as client:
        newest[0] = 2
        assert client.get("/ask?q=a").json()["index"]["generation"] == 1
        now[0] += CHECK_SECONDS
        assert client.get("/ask?q=a").json()["index"]["generation"] == 2
        newest[0] = 3
        now[0] += CHECK_SECONDS
        assert client.get("/ask?q=a").json()["index"]["generation"] == 2
        unready = client.get("/readyz")
        assert unready.status_code == 503
        assert unready.json()["detail"] == "The newest generation cannot be opened: The index in .hoidap is damaged."


def test_a_service_without_an_index_does_not_start() -> None:
    def open_newest() -> FakeAsker:
        raise IndexMissing("No index in .hoidap. Build one: hoidap build seeds/")

    app = create_app(ServiceParts(LiveCollection(open_newest, lambda: 1), BOOK))
    with pytest.RaisesGroup(IndexMissing, flatten_subgroups=True), TestClient(app):
        pass
