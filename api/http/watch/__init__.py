"""What the service tells of itself: log, metrics, spans, whether it is alive and ready."""

from __future__ import annotations

from api.http.watch.health import healthz, readyz
from api.http.watch.prometheus import (
    FEEDBACK,
    FOLDER,
    REFUSED,
    count_reply,
    forget_process,
    metrics,
    tell_generation,
    time_stage,
)
from api.http.watch.requests import WatchedService, note_response
from api.http.watch.spans import tracing

__all__ = [
    "FEEDBACK",
    "FOLDER",
    "REFUSED",
    "WatchedService",
    "count_reply",
    "forget_process",
    "healthz",
    "metrics",
    "note_response",
    "readyz",
    "tell_generation",
    "time_stage",
    "tracing",
]
