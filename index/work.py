"""Work that several processes share: results in order, no more at once than they can hold, and word of how far it is.

A crew is there for the length of a `with`; what is called inside finds it without being handed it. Without one, or
while there is little to do, all is done in this process, by the same functions and with the same results.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextvars import ContextVar
from multiprocessing.connection import wait
from typing import Generic, TypeVar

from index.errors import BuildError

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, how much is done, and how much there is (None: not known)."""

Item = TypeVar("Item")
Result = TypeVar("Result")

ALONE = 4
"""Pieces of work that are done here before others are asked for help, whose start takes a second each."""
WAITING = 3
"""Pieces for each process that are out at once: one at work, and some so that it never waits."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
"""Keeps libraries from starting a thread for every core in every process."""


class Crew:
    """Processes that are started when there is much to do."""

    def __init__(self, processes: int, progress: Progress) -> None:
        self.processes = processes or cores()
        self.progress = progress
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, work: Callable[[Item], Result], item: Item) -> Future[Result]:
        """Have an item worked on."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.processes, context, initializer=_enlist)
        return self._pool.submit(work, item)

    def dismiss(self) -> None:
        """End the processes, each after what it is at."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


_CREW: ContextVar[Crew | None] = ContextVar("crew", default=None)


@contextlib.contextmanager
def crew(processes: int, progress: Progress) -> Iterator[None]:
    """Have so many processes help with what is done meanwhile; 0: as many as there are cores, 1: none.

    Raises:
        BuildError: one of them died.
    """
    hired = Crew(processes, progress)
    before = _CREW.set(hired)
    try:
        yield
    except BrokenProcessPool as error:
        raise BuildError(
            f"One of the {hired.processes} processes that share the work died, perhaps for want of memory. "
            "What was done is kept: run the same command again, with HOIDAP_PROCESSES=1 if it happens again."
        ) from error
    finally:
        _CREW.reset(before)
        hired.dismiss()


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def report(stage: str, done: int, total: int | None) -> None:
    """Say how far a stage is, if somebody listens."""
    if (hired := _CREW.get()) is not None:
        hired.progress(stage, done, total)


def counted(items: Iterable[Item], stage: str, total: int | None = None) -> Iterator[Item]:
    """The same items; progress is said as they are taken."""
    for number, item in enumerate(items, 1):
        report(stage, number, total)
        yield item


def mapped(
    work: Callable[[Item], Result], items: Iterable[Item], *, shared: Callable[[Item], bool] = lambda _item: True
) -> Iterator[Result]:
    """What `work` makes of every item, in their order.

    `work` is called in other processes too, so it must be a function of a module, or a `partial` of one.
    `shared`: which items are worth handing over.
    """
    line = Line(work, shared)
    try:
        for item in items:
            yield from line.put(item)
        yield from line.rest()
    finally:
        line.drop()


class Line(Generic[Item, Result]):
    """Work that is handed out as it comes up, while other work goes on; the results come in the same order.

    `work`, `shared`: as for `mapped`.
    """

    def __init__(self, work: Callable[[Item], Result], shared: Callable[[Item], bool] = lambda _item: True) -> None:
        self._work = work
        self._shared = shared
        self._out: deque[Future[Result]] = deque()
        self._alone = 0

    def put(self, item: Item) -> Iterator[Result]:
        """Have an item worked on; what is finished by now."""
        hired = _CREW.get()
        shared = self._shared(item)
        if hired is None or hired.processes == 1 or self._alone < ALONE or not shared:
            self._alone += shared
            # What is out comes first; it is not waited for, so the others have something to do meanwhile.
            self._out.append(_done(self._work, item))
        else:
            self._out.append(hired.submit(self._work, item))
        while self._out and (self._out[0].done() or (hired and len(self._out) > WAITING * hired.processes)):
            yield self._out.popleft().result()

    def rest(self) -> Iterator[Result]:
        """All that is still out."""
        while self._out:
            yield self._out.popleft().result()

    def drop(self) -> None:
        """Forget what is still out."""
        while self._out:
            self._out.popleft().cancel()


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """So many items at a time."""
    items = iter(items)
    while batch := list(itertools.islice(items, size)):
        yield batch


def _done(work: Callable[[Item], Result], item: Item) -> Future[Result]:
    """A result that is there already."""
    future: Future[Result] = Future()
    future.set_result(work(item))
    return future


def _enlist() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that one is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(ONE_THREAD)  # numpy and the like are imported with the first piece of work
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
