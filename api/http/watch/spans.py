"""Spans for OpenTelemetry, when its extra is installed; a question never stands in one."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar.plugins import InitPlugin
    from opentelemetry.trace import Span, TracerProvider

LIBRARY = "opentelemetry.instrumentation.asgi"
WITH_QUERY = ("http.url", "http.target", "url.full", "url.query")
"""Attributes in which the library puts the query string, and with it the question."""


def tracing(provider: TracerProvider | None = None) -> list[InitPlugin]:
    """The plugin that makes a span of each request; none without the extra `telemetry`.

    `provider`: where the spans go; without it where OpenTelemetry is set up to send them.
    """
    if not _is_installed():
        return []
    from litestar.plugins.opentelemetry import (  # noqa: PLC0415 — only with the extra
        OpenTelemetryConfig,
        OpenTelemetryPlugin,
    )

    config = OpenTelemetryConfig(server_request_hook_handler=_without_question, tracer_provider=provider)
    return [OpenTelemetryPlugin(config)]


def _is_installed() -> bool:
    try:
        return find_spec(LIBRARY) is not None
    except ModuleNotFoundError:  # a part of its name is missing
        return False


def _without_question(span: Span, scope: dict[str, Any]) -> None:
    """Leave of an address its path."""
    for name in WITH_QUERY:
        span.set_attribute(name, "" if name == "url.query" else str(scope["path"]))
