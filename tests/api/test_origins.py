from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import pytest
from fake_collection import ARTICLE, FakeAsker
from litestar.testing import TestClient

from api.beside import FeedbackBook, KeyFile
from api.collection import LiveCollection
from api.config import ServeConfig
from api.http import ServiceParts, create_app
from index.config import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response
    from litestar import Litestar

SITE, OTHER = "https://news.example", "https://evil.example"
SHARED = ["/ask?q=a", "/search?q=a", "/articles", f"/articles/{ARTICLE.id}", f"/articles/{ARTICLE.id}/text"]
OWN = ["/", "/healthz", "/readyz", "/schema/openapi.json", "/feedback/export", "/nope", "/asking"]


@contextmanager
def service(folder: Path, *origins: str) -> Iterator[TestClient[Litestar]]:
    asker = FakeAsker()
    config = ServeConfig(allowed_origins=list(origins), requests_per_minute=60)
    app = create_app(
        ServiceParts(LiveCollection(lambda: asker, lambda: 1), FeedbackBook(folder), KeyFile(folder), config)
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def cors_headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


def preflight(client: TestClient[Litestar], path: str, method: str, origin: str = SITE) -> Response:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    return client.options(path, headers={"Origin": origin, **asked})


def test_without_the_setting_no_other_site_reads_anything(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        for path in [*SHARED, *OWN]:
            assert cors_headers(client.get(path, headers={"Origin": SITE})) == {}
        assert cors_headers(preflight(client, "/ask", "POST")) == {}


def test_a_named_site_may_ask_and_another_may_not(tmp_path: Path) -> None:
    with service(tmp_path, SITE) as client:
        for path in SHARED:
            reply = client.get(path, headers={"Origin": SITE})
            assert reply.headers["access-control-allow-origin"] == SITE
            assert reply.headers["vary"] == "Accept, Origin"
            other = client.get(path, headers={"Origin": OTHER})
            assert "access-control-allow-origin" not in other.headers
            assert client.get(path).headers["vary"] == "Accept, Origin"


@pytest.mark.parametrize("origin", [SITE, "*"])
def test_everything_else_stays_with_the_own_pages(tmp_path: Path, origin: str) -> None:
    with service(tmp_path, origin) as client:
        for path in OWN:
            assert cors_headers(client.get(path, headers={"Origin": SITE})) == {}
            assert cors_headers(preflight(client, path, "GET")) == {}


def test_every_site_may_ask_where_that_is_set_but_never_with_credentials(tmp_path: Path) -> None:
    with service(tmp_path, "*") as client:
        reply = client.get("/ask?q=a", headers={"Origin": OTHER})
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers
        assert "access-control-allow-credentials" not in preflight(client, "/ask", "POST", OTHER).headers


@pytest.mark.parametrize(
    ("path", "method", "origin", "allowed"),
    [
        ("/ask", "POST", SITE, True),
        ("/feedback", "POST", SITE, True),
        ("/articles", "GET", SITE, True),
        ("/ask", "POST", OTHER, False),
        ("/ask", "POST", "https://news.example.evil.example", False),
        ("/ask", "POST", "http://news.example", False),
        ("/ask", "POST", "null", False),
        ("/articles/a", "PUT", SITE, False),
        ("/articles/a", "DELETE", SITE, False),
        ("/feedback/export", "GET", SITE, False),
    ],
)
def test_a_browser_asks_first_and_is_told_what_it_may_send(
    tmp_path: Path, path: str, method: str, origin: str, *, allowed: bool
) -> None:
    with service(tmp_path, SITE) as client:
        reply = preflight(client, path, method, origin)
        granted = reply.status_code == 204 and reply.headers.get("access-control-allow-origin") == origin
        assert granted is allowed
        if allowed:
            assert {"authorization", "content-type"} <= set(
                reply.headers["access-control-allow-headers"].lower().split(", ")
            )


def test_a_refusal_can_be_read_by_the_site_that_was_refused(tmp_path: Path) -> None:
    with service(tmp_path, SITE) as client:
        reply = client.get("/ask?q=a", headers={"Origin": SITE, "Authorization": "Bearer x"})
        assert reply.status_code == 401
        assert reply.headers["access-control-allow-origin"] == SITE


@pytest.mark.parametrize("origins", [[], [SITE], ["*"]])
def test_the_files_of_the_pages_may_be_embedded_anywhere(tmp_path: Path, origins: list[str]) -> None:
    with service(tmp_path, *origins) as client:
        assert client.get("/assets/chat.js").headers["cross-origin-resource-policy"] == "cross-origin"
        assert "cross-origin-resource-policy" not in client.get("/ask?q=a").headers


@pytest.mark.parametrize("origin", ["https://*.example", "example.org", "https://a.b/", "https://a.b/c", "null", "**"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="allowed_origins"):
        msgspec.convert({"allowed_origins": [origin]}, ServeConfig)


@pytest.mark.parametrize("proxy", ["10.0.0.1/8", "proxy.example", "", "10.0.0.0/33"])
def test_what_is_no_address_is_no_proxy(proxy: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="trusted_proxies"):
        msgspec.convert({"trusted_proxies": [proxy]}, ServeConfig)


def test_origins_and_proxies_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOIDAP_ALLOWED_ORIGINS", "https://a.example, http://localhost:8080")
    monkeypatch.setenv("HOIDAP_TRUSTED_PROXIES", "10.0.0.5,2001:db8::/32")
    monkeypatch.setenv("HOIDAP_OPEN_READING", "false")
    config = settings("api", ServeConfig)
    assert config.allowed_origins == ["https://a.example", "http://localhost:8080"]
    assert config.trusted_proxies == ["10.0.0.5", "2001:db8::/32"]
    assert config.open_reading is False
