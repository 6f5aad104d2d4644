"""Whether the service is alive, and ready to answer."""

from litestar import get
from litestar.di import NamedDependency

from api.collection import LiveCollection
from api.http.contract import problems
from api.http.guard import OPEN
from api.records import Health, Readiness
from api.validation import RequestError


@get("/healthz", opt={"scope": OPEN}, sync_to_thread=False)
def healthz() -> Health:
    """The process is alive."""
    return Health()


@get(
    "/readyz",
    opt={"scope": OPEN},
    sync_to_thread=True,
    responses=problems({503: "The newest generation is not the one that answers."}),
)
def readyz(opened: NamedDependency[LiveCollection]) -> Readiness:
    """Index and models are open and answer from the newest generation."""
    with opened.asker() as asker:
        if opened.failure is not None:
            raise RequestError(f"The newest generation cannot be opened: {opened.failure}", status=503)
        snapshot = asker.snapshot
        return Readiness(generation=snapshot.generation, articles=snapshot.article_count, chunks=snapshot.chunk_count)
