"""Where the time of a question goes: stages that do not overlap, each with its own seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Watch = Callable[[str, float], None]
"""Told a stage and the seconds that it took."""

STAGES = ("understand", "vectors", "words", "passages", "compare", "features", "network", "decide")
"""In the order of answering: the question is repaired; the two searches; passages are fetched and copies told apart;
their words compared; windows described; the reader's network; spans ranked, chosen and cited."""


class Times:
    """Seconds of each stage; what runs inside a stage under a name of its own counts there alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._counted = 0.0

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Count what runs inside."""
        began, before = time.perf_counter(), self._counted
        try:
            yield
        finally:
            elapsed = time.perf_counter() - began
            self.seconds[name] = self.seconds.get(name, 0.0) + elapsed - (self._counted - before)
            self._counted = before + elapsed


_current: ContextVar[Times | None] = ContextVar("hoidap_times", default=None)


@contextmanager
def measured(watch: Watch) -> Iterator[None]:
    """Measure the stages that run inside, in this thread, and tell of each; within another, that one tells."""
    if _current.get() is not None:
        yield
        return
    times = Times()
    token = _current.set(times)
    try:
        yield
    finally:
        _current.reset(token)
    for name, seconds in times.seconds.items():
        watch(name, seconds)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """What runs inside belongs to a stage, where anybody measures."""
    if (times := _current.get()) is None:
        yield
        return
    with times.measure(name):
        yield
