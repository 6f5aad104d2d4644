"""Run the service under uvicorn, in this process or in several."""

from __future__ import annotations

import os
import socket
import tempfile
from functools import partial
from typing import TYPE_CHECKING

import structlog
import uvicorn

from api.beside import FeedbackBook, KeyFile, beside
from api.collection import LiveCollection
from api.config import ServeConfig
from api.http.app import ServiceParts, create_app
from api.http.connections import PatientProtocol
from api.http.guard import check_exposure
from api.http.questions import AskedQuestions
from api.http.watch import FOLDER, count_reply, tell_generation, time_stage, tracing
from api.log import set_up_logging
from index.config import settings
from index.edit import Editor
from index.errors import HoidapError
from index.stores import store_at
from qa.config import AskConfig
from qa.pipeline import open_asker

if TYPE_CHECKING:
    from litestar import Litestar

    from qa.pipeline import Asker

INDEX_VARIABLE = "HOIDAP_INDEX"
AT_ONCE_VARIABLE = "HOIDAP_AT_ONCE"
"""More threads than a worker's share of the cores wait for each other: 41 ms of processor a question, not 33."""
GRACE_SECONDS = 10
"""How long a running request may take to finish when the service is told to stop."""

START_SECONDS = 60
"""How long a worker may take to start, and a busy one to say that it lives."""

log = structlog.get_logger("hoidap")


def serve(uri: str, config: ServeConfig, workers: int) -> None:
    """Answer over HTTP until told to stop.

    Raises:
        HoidapError: the index cannot be opened, the address is taken, or others would reach it unguarded.
    """
    set_up_logging(config.log_format)
    check_exposure(config, KeyFile(beside(uri)))
    collection = collection_at(uri)
    collection.open()
    check_address(config.host, config.port)
    address = f"[{config.host}]" if ":" in config.host else config.host
    log.info("serving", address=f"http://{address}:{config.port}", index=uri, workers=workers)
    if workers == 1:
        _run(_app(uri, collection, config), config, workers)
    else:
        # Each worker opens the index by itself; the parent has seen that it can be opened.
        collection.close()
        os.environ[INDEX_VARIABLE] = uri
        os.environ[AT_ONCE_VARIABLE] = str(config.at_once or max((os.cpu_count() or 1) // workers, 1))
        with tempfile.TemporaryDirectory(prefix="hoidap-metrics-") as folder:
            os.environ[FOLDER] = folder
            _run("api.http.serve:worker", config, workers)


def worker() -> Litestar:
    """The application of one of several processes, which know the index by the environment."""
    config = settings("api", ServeConfig)
    set_up_logging(config.log_format)
    uri = os.environ[INDEX_VARIABLE]
    return _app(uri, collection_at(uri), config)


def _app(uri: str, collection: LiveCollection, config: ServeConfig) -> Litestar:
    """The application with what lies beside the index."""
    folder = beside(uri)
    asked = AskedQuestions(folder, config.suggest_after)
    return create_app(
        ServiceParts(collection, FeedbackBook(folder), KeyFile(folder), config, Editor(uri), asked, tracing())
    )


def collection_at(uri: str) -> LiveCollection:
    """The collection of an index; nothing is opened yet."""
    return LiveCollection(
        partial(_open_newest, uri, settings("qa", AskConfig)), store_at(uri).version, note=count_reply
    )


def _open_newest(uri: str, config: AskConfig) -> Asker:
    asker = open_asker(uri, config, time_stage)
    tell_generation(asker.snapshot)
    return asker


def check_address(host: str, port: int) -> None:
    """Find out that an address is taken before uvicorn does, which would only log it.

    Raises:
        HoidapError: it is taken, or not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise HoidapError(f"Cannot listen on {host} port {port}: {reason}. Give another --host or --port.") from error


def _run(app: Litestar | str, config: ServeConfig, workers: int) -> None:
    uvicorn.run(
        app,
        factory=isinstance(app, str),
        host=config.host,
        port=config.port,
        workers=workers,
        loop="api.http.connections:FairLoop" if workers > 1 else "auto",
        lifespan="on",
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=START_SECONDS,
    )
