"""The open collection that all requests share."""

from __future__ import annotations

import datetime as dt
import functools
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import structlog

from api.asking import answer
from index.errors import HoidapError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.records import AskRequest
    from qa.pipeline import Asker
    from qa.records import Reply

CHECK_SECONDS = 0.5
"""How often a request looks for a newer generation."""
RETRY_SECONDS = 10.0
"""How long to wait after a generation could not be opened: opening loads models, which costs most of a second."""

KEPT_REPLIES = 512
"""Replies of a generation that are kept for the same question asked again; one is about 5 kB."""
log = structlog.get_logger("hoidap")


class _Opened:
    """An asker and the requests that are using it."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        # Of the asker alone: a method of this object would keep both in memory until Python looks for circles.
        self.reply = functools.lru_cache(KEPT_REPLIES)(functools.partial(_reply, asker))
        self.users = 0
        self.retired = False
        self.settled = False


def _reply(asker: Asker, request: AskRequest, _today: dt.date) -> tuple[Reply, float]:
    """A reply, and when it was made, by which one that had been kept is known."""
    return answer(asker, request), time.perf_counter()


class LiveCollection:
    """The newest generation of an index, kept open; one that was built beside the running service is swapped in.

    The request that notices a newer generation opens it, while others go on with the old one. The old one is
    closed after its last request. When the newer one cannot be opened the old one goes on serving.

    Args:
        open_newest: opens the newest generation with its models.
        newest_version: names it as `Snapshot.version` does, cheap.
        clock: seconds, for how often to look.
        note: is told of every reply, and whether it had been kept.
    """

    def __init__(
        self,
        open_newest: Callable[[], Asker],
        newest_version: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
        note: Callable[[Reply, bool], None] = lambda _reply, _repeated: None,
    ) -> None:
        self.failure: str | None = None
        """Why the newest generation is not the one that serves; None when it is."""
        self._open_newest = open_newest
        self._newest_version = newest_version
        self._clock = clock
        self._note = note
        self._counting = threading.Lock()
        self._looking = threading.Lock()
        self._next_look = 0.0
        self._opened: _Opened | None = None

    def open(self) -> None:
        """Open index and models, unless they are open.

        Raises:
            HoidapError: no index, another embedder's, damaged, or a model that cannot be loaded.
        """
        if self._opened is None:
            self._opened = _Opened(self._open_newest())
            self._next_look = self._clock() + CHECK_SECONDS

    def close(self) -> None:
        """Give index and models back."""
        if (opened := self._opened) is not None:
            self._opened = None
            self._retire(opened)

    def ask(self, request: AskRequest) -> Reply:
        """Answer a question, or find the reply to it that this generation has given today.

        Raises:
            FilterError: a filter makes no sense.
        """
        began = time.perf_counter()
        with self._using() as opened:
            reply, made = opened.reply(request, dt.datetime.now().astimezone().date())
            self._note(reply, made < began)
        return msgspec.structs.replace(reply, took_ms=round((time.perf_counter() - began) * 1000, 2))

    def version(self) -> str:
        """Names the state that answers now, unlike any other."""
        with self.asker() as asker:
            return asker.version

    @contextmanager
    def asker(self) -> Iterator[Asker]:
        """The asker of the newest generation; it stays open until the block is left."""
        with self._using() as opened:
            yield opened.asker

    @contextmanager
    def _using(self) -> Iterator[_Opened]:
        self._look()
        with self._counting:
            if (opened := self._opened) is None:
                raise HoidapError("The index is not open.")
            opened.users += 1
        try:
            yield opened
        finally:
            with self._counting:
                opened.users -= 1
                last = opened.retired and not opened.users
            if last:
                opened.asker.close()

    def refresh(self) -> None:
        """Swap a newer generation in now: one that this process has just made."""
        with self._looking:
            self._swap()

    def _look(self) -> None:
        """Swap a newer generation in, when it is time to look and nobody else is looking."""
        if self._clock() < self._next_look or not self._looking.acquire(blocking=False):
            return
        try:
            self._swap()
        finally:
            self._looking.release()

    def _swap(self) -> None:
        try:
            self._swap_newest_in()
            self.failure = None
        except Exception as error:  # noqa: BLE001 — whatever is wrong with the new one, the old one can still serve
            self.failure = str(error) or type(error).__name__
            log.warning("newer_generation_not_opened", reason=self.failure)
        finally:
            self._next_look = self._clock() + (RETRY_SECONDS if self.failure else CHECK_SECONDS)

    def _swap_newest_in(self) -> None:
        old = self._opened
        # Not by number: a folder that was removed and built again starts at 1, and so may this one have.
        if old is None:
            return
        if self._newest_version() == old.asker.snapshot.version:
            if not old.settled:
                old.asker.snapshot.settle()
                old.settled = True
            return
        new = _Opened(self._open_newest())
        with self._counting:
            self._opened = new
        self._retire(old)
        log.info("generation_opened", generation=new.asker.snapshot.generation)

    def _retire(self, opened: _Opened) -> None:
        with self._counting:
            opened.retired = True
            unused = not opened.users
        if unused:
            opened.asker.close()
