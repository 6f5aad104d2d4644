"""Traffic: which requests, when, and what came back."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from bench.wire import Received
from qa.config import MAX_TOP

OK, BUSY = 200, 503
EVERYWHERE = (None, "*", "**", "***")
"""Filters that keep every article; to the service each makes another question."""

Send = Callable[[str], Awaitable[Received]]


class Outcome(NamedTuple):
    """A request, and what came of it `seconds` after it was due."""

    target: str
    seconds: float
    received: Received

    @property
    def refused(self) -> bool:
        """Whether the service said that it is busy, and when to come again."""
        return self.received.status == BUSY and "retry-after" in self.received.headers


class _Cited(msgspec.Struct, frozen=True):
    source: str
    start: int
    end: int


class _Answer(msgspec.Struct, frozen=True):
    text: str
    citation: _Cited


class _Index(msgspec.Struct, frozen=True):
    generation: int


class Said(msgspec.Struct, frozen=True):
    """What a reply says: the answer, and each answer with its place."""

    answer: str | None
    answers: tuple[_Answer, ...]


class _Stamped(msgspec.Struct, frozen=True):
    index: _Index


def said(body: bytes) -> Said:
    """What a reply to a question says, without what may differ: time, scores, generation."""
    return msgspec.json.decode(body, type=Said)


def generation(body: bytes) -> int:
    """The generation that a reply to a question comes from."""
    return msgspec.json.decode(body, type=_Stamped).index.generation


def wrong(outcomes: Iterable[Outcome], before: Mapping[str, Said]) -> int:
    """How many replies say something else than the one to the same request before."""
    accepted = (outcome for outcome in outcomes if outcome.received.status == OK)
    return sum(said(outcome.received.body) != before[outcome.target] for outcome in accepted)


def percentile(values: Iterable[float], share: float) -> float:
    """The least value that this share of all does not exceed (nearest rank); of nothing NaN."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)), 1) - 1] if ranked else math.nan


def distinct(questions: Sequence[str], count: int) -> list[str]:
    """So many different requests of the same cost: each question again and again, with another `top` and filter.

    There are never more than questions times `MAX_TOP` times filters.
    """
    forms = itertools.product(EVERYWHERE, range(1, MAX_TOP + 1), dict.fromkeys(questions))
    return [asked(question, top, source) for source, top, question in itertools.islice(forms, count)]


def asked(question: str, top: int | None = None, source: str | None = None) -> str:
    """The address of a question."""
    given = {"q": question, "top": top, "source": source}
    return "/ask?" + urlencode({name: value for name, value in given.items() if value is not None})


def schedule(rate: float, seconds: float) -> list[float]:
    """When requests are due, in seconds from the start: so many a second, at equal distances."""
    return [number / rate for number in range(int(rate * seconds))]


async def timed(send: Send, target: str, due: float) -> Outcome:
    """Send a request and time it from when it was due, so that a client that falls behind hides nothing."""
    received = await send(target)
    return Outcome(target, time.perf_counter() - due, received)


async def closed_loop(send: Send, targets: Iterable[str], clients: int, seconds: float = math.inf) -> list[Outcome]:
    """So many clients, each asking again as soon as it has its reply, until time or targets run out."""
    until = time.perf_counter() + seconds
    shared = iter(targets)

    async def client() -> list[Outcome]:
        return [await timed(send, target, time.perf_counter()) for target in _until(shared, until)]

    found = await asyncio.gather(*(client() for _ in range(clients)))
    return [outcome for each in found for outcome in each]


async def open_loop(send: Send, targets: Iterable[str], due: Sequence[float]) -> list[Outcome]:
    """Send each request when it is due, whether the ones before it are answered or not."""
    began = time.perf_counter()
    running = []
    for target, wait in zip(itertools.cycle(targets), due, strict=False):
        await asyncio.sleep(max(began + wait - time.perf_counter(), 0))
        running.append(asyncio.create_task(timed(send, target, began + wait)))
    return list(await asyncio.gather(*running))


def _until(targets: Iterator[str], until: float) -> Iterator[str]:
    while time.perf_counter() < until and (target := next(targets, None)) is not None:
        yield target
