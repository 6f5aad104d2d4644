"""Requests that schemathesis makes of the OpenAPI document, valid and not, to the service over the five articles.

All its checks run: no failure of the service, no status, type, header or reply that the document does not name, nothing
refused that it allows, nothing taken that it forbids. `make fuzz` makes more requests (HOIDAP_FUZZ: of each operation).
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import structlog
from fake_collection import FakeAsker
from hypothesis import HealthCheck, settings
from litestar.testing import TestClient
from schemathesis import GenerationMode

from api.beside import FeedbackBook, KeyFile
from api.collection import LiveCollection
from api.http import ServiceParts, create_app
from api.http.articles.writing import ENDINGS
from index.clean import article_id
from index.edit import Editor
from index.stores import store_at
from qa.config import AskConfig
from qa.pipeline import open_asker

DRAWN = int(os.environ.get("HOIDAP_FUZZ", "10"))
"""Requests drawn for each operation, besides those (up to a hundred) that are always derived from limits and types."""
LEAST = 300 if DRAWN < 300 else 2000
PAGE = "text/html"
ARTICLE = article_id("000_b1bbe682103b1e53.txt")
LENGTH = 1000
"""Code points that the article has at least."""


class Service:
    """Passes requests on: schemathesis wants an application before any index can be built."""

    def __init__(self) -> None:
        asker = FakeAsker()
        self.behind = create_app(ServiceParts(LiveCollection(lambda: asker, lambda: 1), FeedbackBook(Path("nowhere"))))
        self.key = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 — ASGI
        if scope["type"] == "http":  # whoever sets `behind` starts and ends it
            await self.behind(scope, receive, send)


service = Service()
documented = schemathesis.openapi.from_asgi("/schema/openapi.json", service)


@pytest.fixture(scope="module", autouse=True)
def five_articles(seeds_index: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real application answers."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    place = tmp_path_factory.mktemp("fuzz")
    index = str(shutil.copytree(seeds_index, place / "index"))
    keys = KeyFile(place)
    _, service.key = keys.add("fuzz", ["admin"])
    collection = LiveCollection(lambda: open_asker(index, AskConfig()), store_at(index).version)
    service.behind = create_app(ServiceParts(collection, FeedbackBook(place), keys, editor=Editor(index)))
    with TestClient(service.behind):
        yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[tuple[str, int]]]:
    """Requests by operation and status: not fewer than were asked for; `make fuzz` tells them."""
    made: Counter[tuple[str, int]] = Counter()
    yield made
    assert made.total() >= LEAST
    if "HOIDAP_FUZZ" in os.environ:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            told = request.config.get_terminal_writer()
            told.line(f"\n{made.total()} requests")
            for (operation, status), count in sorted(made.items()):
                told.line(f"{count:6} {status} {operation}")


@documented.parametrize()
@settings(max_examples=DRAWN, suppress_health_check=list(HealthCheck))
def test_a_request_gets_what_the_document_promises(case: schemathesis.Case, tally: Counter[tuple[str, int]]) -> None:
    if case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE:
        name_what_is_there(case, every_other=tally.total() % 2 == 1)
    if case.media_type in ENDINGS or not str(case.path_parameters.get("rest", "a")).strip("/"):
        return  # any bytes are a text of these types; without a rest it is the other route
    if case.operation.path.startswith("/articles") and case.method != "GET" and not is_wrong(case, "path"):
        name_another_article(case)
    key = {} if is_wrong(case, "header") else {"Authorization": f"Bearer {service.key}"}
    response = case.call(headers=key)
    tally[case.operation.label, response.status_code] += 1
    case.validate_response(response)


def name_what_is_there(case: schemathesis.Case, *, every_other: bool) -> None:
    """Keep the rules that no schema can state: ids of articles, ranges of their text, a verdict is on an answer."""
    if "article_id" in case.path_parameters and (every_other or case.query):
        case.path_parameters["article_id"] = ARTICLE
        case.headers.update({"Accept": PAGE} if every_other else {})
    if case.operation.path == "/articles/{article_id}" and case.query:
        case.query = quoted(case.query.get("start"))
    if case.operation.path == "/feedback" and isinstance(case.body, dict):
        case.body["citation"] = {"article": ARTICLE, **quoted(len(case.body["question"]))}


def is_wrong(case: schemathesis.Case, part: str) -> bool:
    """Whether a part of a request was drawn against the document."""
    parts = case.meta.components if case.meta else {}
    return any(one.value == part and drawn.mode == GenerationMode.NEGATIVE for one, drawn in parts.items())


def name_another_article(case: schemathesis.Case) -> None:
    """Leave the article that is asked about; put in what can be read."""
    case.path_parameters.update(dict.fromkeys(case.path_parameters, "fuzz.html"))
    if isinstance(case.body, dict) and isinstance(text := case.body.get("text"), str) and text:
        case.body["text"] = "Tin. " + "".join(char for char in text if char.isprintable())


def quoted(start: object) -> dict[str, int]:
    """A range of the article."""
    first = start % LENGTH if isinstance(start, int) else 0
    return {"start": first, "end": first + 7}
