"""What the service tells Prometheus, and notes of each request."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from fake_collection import ARTICLE, FakeAsker
from litestar.testing import TestClient
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from api.beside import FeedbackBook
from api.collection import LiveCollection
from api.http import ServiceParts, create_app
from api.http.watch import FOLDER, count_reply

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from litestar import Litestar


def told(client: TestClient[Litestar]) -> dict[tuple[str, ...], float]:
    """Every number by its name and the values of its labels, in the order of their names."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def grown(client: TestClient[Litestar], *paths: str) -> dict[tuple[str, ...], float]:
    """What some requests add."""
    before = told(client)
    for path in paths:
        client.get(path)
    after = told(client)
    return {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}


def test_requests_are_counted_by_route_method_and_status(client: TestClient[Litestar]) -> None:
    more = grown(client, "/ask?q=a", "/ask?q=b", "/ask", f"/articles/{ARTICLE.id}", "/articles/nope")
    assert more["hoidap_requests_total", "GET", "/ask", "200"] == 2
    assert more["hoidap_requests_total", "GET", "/ask", "400"] == 1
    assert more["hoidap_requests_total", "GET", "/articles/{article_id}", "404"] == 1
    assert more["hoidap_request_seconds_count", "/ask"] == 3


def test_invented_addresses_and_methods_make_no_new_numbers(client: TestClient[Litestar]) -> None:
    for number in range(5):
        client.get(f"/nothing/{number}")
        client.request(f"GRAB{number}", f"/nothing/{number}")
    routes = {name[1:3] for name in told(client) if name[0] == "hoidap_requests_total"}
    assert not [route for route in routes if "nothing" in route[1] or "GRAB" in route[0]]
    assert ("none", "none") in routes


def test_answers_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    collection = LiveCollection(FakeAsker, lambda: 1, note=count_reply)
    with TestClient(create_app(ServiceParts(collection, FeedbackBook(tmp_path)))) as client:
        more = grown(client, "/ask?q=x1", "/ask?q=x1", "/ask?q=không")
    answers = {name[1]: count for name, count in more.items() if name[0] == "hoidap_answers_total"}
    assert answers == {"answered": 1, "repeated": 1, "declined": 1}


def test_the_state_of_the_collection_is_told(client: TestClient[Litestar]) -> None:
    numbers = told(client)
    names = ("hoidap_generation", "hoidap_articles", "hoidap_waiting", "hoidap_at_work")
    assert {name: numbers[name,] for name in names} == dict(zip(names, (1, 1, 0, 0), strict=True))


def test_a_worker_that_was_killed_is_not_told_any_more(
    client: TestClient[Litestar], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process, generation in ((ended.pid, 1.0), (os.getpid(), 7.0)):
        numbers = MmapedDict(str(tmp_path / f"gauge_livemin_{process}.db"))
        numbers.write_value(mmap_key("hoidap_generation", "hoidap_generation", [], [], ""), generation, 0.0)
        numbers.close()
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert told(client)["hoidap_generation",] == 7


def test_every_reply_has_a_number_that_its_line_in_the_log_has_too(client: TestClient[Litestar]) -> None:
    with capture_logs(processors=[]) as lines:
        numbers = {client.get(path).headers["x-request-id"] for path in ("/ask?q=a", "/ask?q=a", "/nope")}
    assert len(numbers) == 3
    assert [(line["path"], line["status"]) for line in lines if line["event"] == "response"] == [
        ("/ask", 200),
        ("/ask", 200),
        ("/nope", 404),
    ]
