"""Tasks for several processes: results in order, a bounded number of tasks at once, and progress as they finish.

A pool lives as long as its `with`; what is called inside finds it without being handed it. Without one, or while there
is little to do, every task runs in this process, by the same functions and with the same results.
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

SERIAL_TASKS = 4
"""Tasks that run in this process before workers are started, which takes a second each."""
TASKS_PER_WORKER = 3
"""Tasks submitted for each worker at once: one that runs, and some so that it never waits."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
"""Keeps libraries from starting a thread for every core in every worker."""


class WorkerPool:
    """Processes that are started when there is much to do."""

    def __init__(self, processes: int, progress: Progress) -> None:
        self.processes = processes or cores()
        self.progress = progress
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, work: Callable[[Item], Result], item: Item) -> Future[Result]:
        """Run a task in a worker."""
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self.processes, context, initializer=_start_worker)
        return self._executor.submit(work, item)

    def shutdown(self) -> None:
        """End the workers, each after the task that it runs."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


_POOL: ContextVar[WorkerPool | None] = ContextVar("pool", default=None)


@contextlib.contextmanager
def worker_pool(processes: int, progress: Progress) -> Iterator[None]:
    """Let so many processes run tasks meanwhile; 0: as many as there are cores, 1: none but this one.

    Raises:
        BuildError: a worker died.
    """
    pool = WorkerPool(processes, progress)
    token = _POOL.set(pool)
    try:
        yield
    except BrokenProcessPool as error:
        raise BuildError(
            f"One of the {pool.processes} processes that share the work died, perhaps for want of memory. "
            "What was done is kept: run the same command again, with HOIDAP_PROCESSES=1 if it happens again."
        ) from error
    finally:
        _POOL.reset(token)
        pool.shutdown()


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def report_progress(stage: str, done: int, total: int | None) -> None:
    """Say how far a stage is, if somebody listens."""
    if (pool := _POOL.get()) is not None:
        pool.progress(stage, done, total)


def tracked(items: Iterable[Item], stage: str, total: int | None = None) -> Iterator[Item]:
    """The same items; progress is reported as they are taken."""
    for number, item in enumerate(items, 1):
        report_progress(stage, number, total)
        yield item


def parallel_map(
    work: Callable[[Item], Result], items: Iterable[Item], *, shared: Callable[[Item], bool] = lambda _item: True
) -> Iterator[Result]:
    """What `work` makes of every item, in their order.

    `work` is called in workers too, so it must be a function of a module, or a `partial` of one.
    `shared`: which items are worth sending to a worker.
    """
    queue = TaskQueue(work, shared)
    try:
        for item in items:
            yield from queue.submit(item)
        yield from queue.drain()
    finally:
        queue.cancel()


class TaskQueue(Generic[Item, Result]):
    """Tasks that are submitted as they come up, while other work goes on; the results come in the same order.

    `work`, `shared`: as for `parallel_map`.
    """

    def __init__(self, work: Callable[[Item], Result], shared: Callable[[Item], bool] = lambda _item: True) -> None:
        self._work = work
        self._shared = shared
        self._pending: deque[Future[Result]] = deque()
        self._serial = 0

    def submit(self, item: Item) -> Iterator[Result]:
        """Submit a task; what is finished by now."""
        pool = _POOL.get()
        shared = self._shared(item)
        if pool is None or pool.processes == 1 or self._serial < SERIAL_TASKS or not shared:
            self._serial += shared
            # Pending results come first, but this does not wait for them: the workers have something to do meanwhile.
            self._pending.append(_completed(self._work, item))
        else:
            self._pending.append(pool.submit(self._work, item))
        most = TASKS_PER_WORKER * pool.processes if pool else len(self._pending)
        while self._pending and (self._pending[0].done() or len(self._pending) > most):
            yield self._pending.popleft().result()

    def drain(self) -> Iterator[Result]:
        """The results of all that is still pending."""
        while self._pending:
            yield self._pending.popleft().result()

    def cancel(self) -> None:
        """Give up what is still pending."""
        while self._pending:
            self._pending.popleft().cancel()


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """So many items at a time."""
    items = iter(items)
    while batch := list(itertools.islice(items, size)):
        yield batch


def _completed(work: Callable[[Item], Result], item: Item) -> Future[Result]:
    """The future of a task that ran in this process."""
    future: Future[Result] = Future()
    future.set_result(work(item))
    return future


def _start_worker() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that one is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(ONE_THREAD)  # numpy and the like are imported with the first task
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
