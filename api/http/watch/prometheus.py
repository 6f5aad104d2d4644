"""What the service tells Prometheus: requests, time by stage, answers and refusals, the queue, the generation.

Several workers write their numbers into files of one folder (`PROMETHEUS_MULTIPROC_DIR`), and each adds all of them up.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from api.collection import LiveCollection
from api.http.contract import problems

if TYPE_CHECKING:
    from index.stores import Snapshot
    from qa.records import Reply

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

REQUESTS = Counter("hoidap_requests", "Requests by route, method and status.", ["route", "method", "status"])
LATENCY = Histogram("hoidap_request_seconds", "From a request's headers to its reply.", ["route"], buckets=SECONDS)
STAGES = Histogram("hoidap_stage_seconds", "Time of each stage of answering.", ["stage"], buckets=SECONDS)
ANSWERS = Counter("hoidap_answers", "Questions answered, declined, or answered from memory.", ["outcome"])
REFUSED = Counter("hoidap_refused", "Requests that were refused because too many were waiting.")
WAITING = Gauge("hoidap_waiting", "Requests that wait for their turn.", multiprocess_mode="livesum")
AT_WORK = Gauge("hoidap_at_work", "Requests that are being worked on.", multiprocess_mode="livesum")
GENERATION = Gauge(
    "hoidap_generation", "The generation that answers; of several workers the oldest.", multiprocess_mode="livemin"
)
ARTICLES = Gauge("hoidap_articles", "Articles in the collection.", multiprocess_mode="livemax")
FEEDBACK = Counter("hoidap_feedback", "What readers said of answers.", ["verdict"])


def count_reply(reply: Reply, repeated: bool) -> None:  # noqa: FBT001 — as a collection tells it
    """Count a question that was asked."""
    ANSWERS.labels("repeated" if repeated else "answered" if reply.answered else "declined").inc()


def time_stage(stage: str, seconds: float) -> None:
    """Note how long a stage of answering took."""
    STAGES.labels(stage).observe(seconds)


def tell_generation(snapshot: Snapshot) -> None:
    """Note what answers from now on."""
    GENERATION.set(snapshot.generation)
    ARTICLES.set(snapshot.article_count)


def forget_process() -> None:
    """Leave no number of this process behind that only counts while it lives."""
    if FOLDER in os.environ:
        mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


def forget_killed() -> None:
    """The same for processes that were killed: an old generation would be told for as long as the service runs."""
    for path in Path(os.environ[FOLDER]).glob("gauge_live*.db"):
        process = int(path.stem.rpartition("_")[2])
        if not _lives(process):
            mark_process_dead(process)  # type: ignore[no-untyped-call]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)  # sends nothing
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@get(
    "/metrics",
    sync_to_thread=True,
    responses={
        200: ResponseSpec(
            str, description="Prometheus' text format.", media_type=MediaType.TEXT, generate_examples=False
        ),
        **problems({400: "A parameter, of which there are none."}),
    },
)
def metrics(request: Request[object, object, State], opened: NamedDependency[LiveCollection]) -> Response[bytes]:
    """What the service has done, for Prometheus."""
    turns = request.app.state.turns
    WAITING.set(turns.waiting)
    AT_WORK.set(turns.at_work)
    with opened.asker() as asker:
        tell_generation(asker.snapshot)
    registry = REGISTRY
    if FOLDER in os.environ:
        forget_killed()
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
