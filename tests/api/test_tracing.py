"""Spans of requests, without what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_collection import FakeAsker
from litestar.testing import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.beside import FeedbackBook
from api.collection import LiveCollection
from api.http import ServiceParts, create_app
from api.http.watch import spans

if TYPE_CHECKING:
    from pathlib import Path


def test_a_request_is_a_span_that_does_not_hold_the_question(tmp_path: Path) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app = create_app(
        ServiceParts(LiveCollection(FakeAsker, lambda: 1), FeedbackBook(tmp_path), plugins=spans.tracing(provider))
    )
    with TestClient(app) as client:
        assert client.get("/ask?q=bimat", headers={"Authorization": "Basic bimat"}).status_code == 200
    finished = exporter.get_finished_spans()
    assert "GET /ask" in {span.name for span in finished}
    assert "bimat" not in "".join(span.to_json() for span in finished)


def test_without_the_extra_there_is_no_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(spans.tracing()) == 1
    monkeypatch.setattr(spans, "LIBRARY", "opentelemetry.nothing.here")
    assert spans.tracing() == []
