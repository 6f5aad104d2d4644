from __future__ import annotations

import asyncio
import json
import os
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from fake_collection import ARTICLE, QUOTE, START, FakeAsker
from litestar import Request, delete, get, post, put
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath, JSONBody
from litestar.testing import TestClient
from structlog.testing import capture_logs
from test_http_errors import detail_of

from api.beside import FeedbackBook, KeyFile
from api.beside import Scope as KeyScope
from api.collection import LiveCollection
from api.config import ServeConfig
from api.http import ServiceParts, create_app
from api.http.guard import Access

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from litestar import Litestar
    from litestar.types import ASGIApp, Receive, Scope, Send

OPEN_PATHS = ["/", "/healthz", "/readyz", "/assets/chat.js", "/schema", "/schema/openapi.json"]
READING = [
    "/ask?q=a",
    "/search?q=a",
    "/articles",
    f"/articles/{ARTICLE.id}",
    f"/articles/{ARTICLE.id}/text",
    "/metrics",
]


@put("/written/{article_id:str}", opt={"scope": "write"}, sync_to_thread=False)
def put_written(article_id: FromPath[str]) -> str:
    return article_id


@delete("/written/{article_id:str}", opt={"scope": "write"}, sync_to_thread=False, status_code=200)
def delete_written(article_id: FromPath[str]) -> str:
    return article_id


@get("/mistyped", opt={"scope": "rite"}, sync_to_thread=False)
def mistyped() -> str:
    return "secret"


@post("/read-body", opt={"scope": "write"}, sync_to_thread=False)
def read_body(data: JSONBody[dict[str, str]]) -> dict[str, str]:
    return data


@contextmanager
def service(folder: Path, peer: str = "testclient", **changes: object) -> Iterator[TestClient[ASGIApp]]:
    """The service with a route for every scope."""
    asker = FakeAsker()
    collection = LiveCollection(lambda: asker, lambda: 1)
    app = create_app(ServiceParts(collection, FeedbackBook(folder), KeyFile(folder), ServeConfig(**changes)))  # type: ignore[arg-type]
    for handler in (put_written, delete_written, mistyped, read_body):
        app.register(handler)

    async def seen_from(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["client"] = (peer, 5000)
        await app(scope, receive, send)

    with TestClient(seen_from, raise_server_exceptions=False) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def made(folder: Path, scope: KeyScope) -> dict[str, str]:
    """The header of a new key."""
    return bearer(KeyFile(folder).add("test", [scope])[1])


def test_without_keys_reading_is_open_and_the_rest_says_how_to_make_one(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        assert {client.get(path).status_code for path in [*OPEN_PATHS, *READING]} == {200}
        for method, path, scope in (("PUT", "/written/a", "write"), ("GET", "/feedback/export", "admin")):
            detail = detail_of(client.request(method, path), 403)
            assert detail.endswith(f"`hoidap keys add NAME --scope {scope}`.")


def test_where_nobody_gave_the_service_keys_nobody_writes(client: TestClient[Litestar]) -> None:
    detail_of(client.get("/feedback/export"), 403)
    detail_of(client.get("/feedback/export", headers=bearer("hoidap_00000000_a")), 401)


@pytest.mark.parametrize(
    ("scope", "statuses"),
    [
        ("ask", {"/ask": 200, "/written/a": 403, "/feedback/export": 403}),
        ("write", {"/ask": 200, "/written/a": 200, "/feedback/export": 403}),
        ("admin", {"/ask": 200, "/written/a": 200, "/feedback/export": 200}),
    ],
)
def test_a_key_opens_what_its_scope_includes(tmp_path: Path, scope: KeyScope, statuses: dict[str, int]) -> None:
    headers = made(tmp_path, scope)
    with service(tmp_path, open_reading=False) as client:
        assert client.post("/ask", json={"question": "a"}, headers=headers).status_code == statuses["/ask"]
        assert client.put("/written/a", headers=headers).status_code == statuses["/written/a"]
        assert client.delete("/written/a", headers=headers).status_code == statuses["/written/a"]
        assert client.get("/feedback/export", headers=headers).status_code == statuses["/feedback/export"]


def test_a_scope_that_is_missing_is_named(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        response = client.put("/written/a", headers=made(tmp_path, "ask"))
        assert detail_of(response, 403) == "This key may ask; a key with the scope write is needed."
        assert 'scope="write"' in response.headers["www-authenticate"]


def test_writing_without_a_key_is_401_once_there_are_keys(tmp_path: Path) -> None:
    made(tmp_path, "ask")
    with service(tmp_path) as client:
        response = client.put("/written/a")
        assert "scope write" in detail_of(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("keys_exist", [True, False])
def test_reading_can_be_closed_and_pages_and_health_checks_stay_open(tmp_path: Path, *, keys_exist: bool) -> None:
    if keys_exist:
        made(tmp_path, "ask")
    with service(tmp_path, open_reading=False) as client:
        assert {client.get(path).status_code for path in OPEN_PATHS} == {200}
        for path in READING:
            response = client.get(path)
            assert "Authorization: Bearer KEY" in detail_of(response, 401)
            assert response.headers["www-authenticate"] == "Bearer"
        assert client.post("/feedback", json={}).status_code == 401
        assert {client.get(path, headers=made(tmp_path, "ask")).status_code for path in READING} == {200}


@pytest.mark.parametrize("path", [*OPEN_PATHS, *READING, "/feedback/export"])
def test_a_key_that_does_not_work_is_401_everywhere(tmp_path: Path, path: str) -> None:
    keys = KeyFile(tmp_path)
    revoked, token = keys.add("revoked", ["admin"])
    keys.revoke(revoked.id)
    then = KeyFile(tmp_path, now=lambda: datetime(2024, 5, 20, tzinfo=UTC))
    _, expired = then.add("expired", ["admin"], date(2024, 5, 20))
    _, valid = keys.add("valid", ["admin"])
    with service(tmp_path) as client:
        for wrong in (token, expired, valid[:-1], "", "x"):
            response = client.get(path, headers=bearer(wrong))
            assert detail_of(response, 401) == "This key is wrong, expired or revoked."
            assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert client.get(path, headers=bearer(valid)).status_code == 200


def test_a_running_service_sees_new_and_revoked_keys_at_once(tmp_path: Path) -> None:
    command = KeyFile(tmp_path)
    with service(tmp_path) as client:
        key, token = command.add("site", ["write"])
        assert client.put("/written/a", headers=bearer(token)).status_code == 200
        command.revoke(key.id)
        assert client.put("/written/a", headers=bearer(token)).status_code == 401


def test_the_scheme_may_be_written_in_any_case_and_others_are_no_keys(tmp_path: Path) -> None:
    token = made(tmp_path, "ask")["Authorization"].split()[1]
    with service(tmp_path, open_reading=False) as client:
        assert client.get("/ask?q=a", headers={"Authorization": f"bEARER  {token} "}).status_code == 200
        for other in ("Basic dTpw", token, "", f"Bearer{token}", f"Token {token}"):
            assert client.get("/ask?q=a", headers={"Authorization": other}).status_code == 401
            assert client.get("/healthz", headers={"Authorization": other}).status_code == 200


def test_two_keys_at_once_are_refused(tmp_path: Path) -> None:
    right = made(tmp_path, "admin")["Authorization"].encode()
    headers = [(b"authorization", right), (b"authorization", b"Bearer x")]
    connection: Request[Any, Any, Any] = Request({"type": "http", "headers": headers})  # type: ignore[typeddict-item]
    access = Access(KeyFile(tmp_path), ServeConfig())
    with pytest.raises(NotAuthorizedException, match="more than once"):
        asyncio.run(access.check(connection, mistyped))


@pytest.mark.parametrize("content", ["", "{}", '{"keys": [{}]}', "\x00"])
def test_a_damaged_file_opens_nothing_that_needs_a_key(tmp_path: Path, content: str) -> None:
    headers = made(tmp_path, "admin")
    (tmp_path / "keys.json").write_text(content, encoding="utf-8")
    with service(tmp_path, open_reading=False) as client:
        for sent in ({}, headers):
            for path in ("/ask?q=a", "/feedback/export"):
                detail = detail_of(client.get(path, headers=sent), 503)
                assert detail == "The keys cannot be read just now; the service's log says why."
        assert client.get("/healthz").status_code == 200


def test_a_route_whose_scope_is_mistyped_opens_for_nobody(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        assert client.get("/mistyped").status_code == 403
        assert client.get("/mistyped", headers=made(tmp_path, "admin")).status_code == 403


def test_nothing_of_a_body_is_read_before_the_key_is(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        assert client.post("/read-body", content=b"{", headers={"Content-Type": "application/json"}).status_code == 403


def test_no_part_of_a_key_is_logged_or_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = made(tmp_path, "ask")["Authorization"].split()[1]
    parts = {token.split("_", 2)[1], token.split("_", 2)[2], token[:-1]}
    headers = bearer(token)
    with capture_logs() as logs, service(tmp_path) as client:
        replies = [
            client.get("/ask?q=a", headers=headers),
            client.get("/ask?q=crash", headers=headers),
            client.get("/ask?q=", headers=headers),
            client.post("/ask", content=b"{", headers=headers),
            client.put("/written/a", headers=headers),
            client.get("/ask?q=a", headers=bearer(token + "x")),
            client.get("/ask?q=a", headers={"Authorization": f"Basic {token}"}),
            client.get("/nope", headers=headers),
            # In a wrong place, by mistake:
            client.get(f"/nope/{token}"),
            client.put(f"/written/{token}", headers=headers),
            client.get(f"/articles/{token}"),
            client.get(f"/ask?q=a&{token}=1"),
            client.post("/ask", content=b"{}", headers={"Content-Type": token}),
        ]
    assert [reply.status_code for reply in replies] == [200, 500, 400, 415, 403, 401, 200, 404, 404, 403, 404, 400, 415]
    captured = capsys.readouterr()
    logged = " ".join(f"{entry} {entry.get('exc_info')!r}" for entry in logs)
    assert logged.count("'response'") == len(replies)
    told = "".join(reply.text + str(reply.headers) for reply in replies)
    for part in parts:
        for place in (logged, told, captured.out, captured.err):
            assert part not in place


def test_feedback_is_exported_as_a_list_or_as_lines(tmp_path: Path) -> None:
    headers = made(tmp_path, "admin")
    place = {"article": ARTICLE.id, "start": START, "end": START + len(QUOTE)}
    row = {"question": "khi nào?", "answers": [QUOTE], "source": ARTICLE.source, "kind": "time", "variant": "feedback"}
    none = {"question": "ai?", "answers": [], "source": "", "kind": "none", "variant": "feedback"}
    with service(tmp_path) as client:
        assert client.get("/feedback/export", headers=headers).json() == []
        client.post("/feedback", json={"question": "khi nào?", "verdict": "right", "citation": place})
        client.post("/feedback", json={"question": "ai?", "verdict": "no_answer_expected"})
        reply = client.get("/feedback/export", headers=headers)
        assert reply.headers["content-type"] == "application/json"
        assert reply.json() == [row, none]
        lines = client.get("/feedback/export", headers=headers | {"Accept": "application/x-ndjson"})
        assert lines.headers["content-type"].startswith("application/x-ndjson")
        assert [json.loads(line) for line in lines.text.splitlines()] == [row, none]
        assert client.get("/feedback/export", headers=headers | {"Accept": "*/*;q=inf"}).status_code == 200


def limited(client: TestClient[ASGIApp], headers: dict[str, str] | None = None, times: int = 3) -> list[int]:
    return [client.get("/ask?q=a", headers=headers).status_code for _ in range(times)]


def test_a_client_that_asks_too_often_waits_and_health_checks_never_do(tmp_path: Path) -> None:
    with service(tmp_path, requests_per_minute=2) as client:
        assert limited(client) == [200, 200, 429]
        response = client.get("/search?q=a")
        assert detail_of(response, 429).startswith("More than 2 requests a minute; wait ")
        assert 1 <= int(response.headers["retry-after"]) <= 30
        assert response.headers["ratelimit-limit"] == "2"
        assert {client.get(path).status_code for path in OPEN_PATHS * 3} == {200}


def test_each_key_has_its_own_share_and_a_wrong_one_counts_for_its_address(tmp_path: Path) -> None:
    first, second = made(tmp_path, "ask"), made(tmp_path, "ask")
    with service(tmp_path, requests_per_minute=2) as client:
        assert limited(client, first) == [200, 200, 429]
        assert limited(client, second) == [200, 200, 429]
        assert limited(client, bearer("x")) == [401, 401, 429]
        assert limited(client, times=1) == [429]


def test_without_the_setting_nobody_waits(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        assert set(limited(client, times=50)) == {200}


def forwarded(client: TestClient[ASGIApp], *values: str) -> int:
    headers = [("X-Forwarded-For", value) for value in values]
    return client.get("/ask?q=a", headers=headers).status_code


def test_a_client_that_no_proxy_stands_before_cannot_pose_as_others(tmp_path: Path) -> None:
    with service(tmp_path, "198.51.100.7", requests_per_minute=1, trusted_proxies=["10.0.0.0/8"]) as client:
        assert [forwarded(client, f"203.0.113.{number}") for number in range(3)] == [200, 429, 429]


def test_clients_behind_a_trusted_proxy_are_told_apart_by_what_it_wrote(tmp_path: Path) -> None:
    with service(tmp_path, "10.0.0.1", requests_per_minute=1, trusted_proxies=["10.0.0.0/8"]) as client:
        assert forwarded(client, "203.0.113.1") == 200
        assert forwarded(client, "203.0.113.2") == 200
        assert forwarded(client, "203.0.113.99, 203.0.113.1") == 429
        assert forwarded(client, "203.0.113.98", "203.0.113.1") == 429


@pytest.mark.skipif(os.getuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_opens_nothing(tmp_path: Path) -> None:
    headers = made(tmp_path, "admin")
    (tmp_path / "keys.json").chmod(0)
    with service(tmp_path) as client:
        assert client.get("/feedback/export", headers=headers).status_code == 503
