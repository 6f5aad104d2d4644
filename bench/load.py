"""How the service bears load: overload, memory, mean clients, changes while it is asked. `hoidap bench load`.

Client and service share the machine; the table says how much of the processor each of them took.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import click
import msgspec

from api.collection import KEPT_REPLIES
from bench import hostile
from bench.changes import change_while_asked
from bench.service import Service, running
from bench.sets import SEEDS, gold_named
from bench.traffic import (
    OK,
    Outcome,
    Said,
    Send,
    asked,
    closed_loop,
    distinct,
    open_loop,
    percentile,
    said,
    schedule,
    wrong,
)
from bench.wire import LOST, Received, Wires
from index.errors import HoidapError

CAPACITY_SECONDS = 10.0
OVERLOAD = 2.0
"""Times the capacity."""
MORE_THAN_KEPT = 1.5
CLIENTS = 12
"""For each worker; more than work at once by default, so that there is always one waiting."""
HONEST_SHARE = 0.5
"""Of the capacity, asked for beside mean clients."""
HONEST_SECONDS = 15.0
WARMING = 0.1
"""Share of the requests after which memory is first looked at: caches fill, and the allocator takes what it keeps."""
QUESTIONS = 30
MOST_BEHIND = 1.0
"""Seconds within which every worker answers from the last change."""
LONG_NAME = "load-long.txt"
LONG_ARTICLE = "Dòng này được viết để bài dài ra, không nói gì thêm về bất cứ điều gì.\n" * 70_000
"""More than what systems keep of a reply for a client that does not read."""
MILLISECONDS = 1000


class Plan(NamedTuple):
    """What is measured: workers, seconds of overload, requests for memory, changes (of one worker there are none)."""

    workers: int
    seconds: float
    requests: int
    changes: int


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the table; `most` is what it may be, None where nothing is promised."""

    part: str
    name: str
    value: float
    unit: str = ""
    most: float | None = None

    @property
    def failed(self) -> bool:
        """Whether it is more than it may be."""
        return self.most is not None and not self.value <= self.most


class _Loaded(NamedTuple):
    """A service with what it was asked before the load.

    Attributes:
        send: over a new connection each time: of those that are kept one worker may have most.
    """

    service: Service
    wires: Wires
    send: Send
    before: dict[str, Said]


def measure_load(index: str, plan: Plan) -> list[Figure]:
    """Measure a service on a copy of an index.

    Raises:
        HoidapError: no index, or no service could be started on it.
    """
    questions = [question.question for question in gold_named(SEEDS).questions]
    with running(index, plan.workers) as service:
        return asyncio.run(_measured(service, questions, plan))


def table(figures: Sequence[Figure], workers: int) -> str:
    """The figures in lines, with what they may be."""
    head = f"{workers} worker(s); client and service share {os.cpu_count()} cores"
    lines = [
        f"{figure.part:14}{figure.name:38}{figure.value:>12,.2f} {figure.unit:6}{_limit(figure)}".rstrip()
        for figure in figures
    ]
    return "\n".join([head, *lines])


def _limit(figure: Figure) -> str:
    if figure.most is None:
        return ""
    return f"at most {figure.most:g}: {'FAIL' if figure.failed else 'OK'}"


async def _measured(service: Service, questions: Sequence[str], plan: Plan) -> list[Figure]:
    """All parts, one after the other."""
    wires = Wires(service.port)
    send = partial(wires.send, headers={"Connection": "close"})
    # More than the workers remember together, in turn: when a request comes again it is forgotten.
    targets = distinct(questions, int(MORE_THAN_KEPT * KEPT_REPLIES * plan.workers))
    click.echo(f"asking {len(targets)} questions before the load ...", err=True)
    loaded = _Loaded(service, wires, send, await _before(send, targets))
    found, rate = await _capacity(loaded, plan)
    found += await _overload(loaded, rate, plan)
    found += await _memory(loaded, questions, plan)
    found += await _beside_mean_clients(loaded, rate * HONEST_SHARE)
    if plan.workers > 1 and plan.changes:
        found += await _changes(service, questions, plan)
    await wires.close()
    return found


async def _before(send: Send, targets: Sequence[str]) -> dict[str, Said]:
    outcomes = await closed_loop(send, targets, CLIENTS)
    if refused := [outcome.received for outcome in outcomes if outcome.received.status != OK]:
        raise HoidapError(f"A question was not answered before the load began: {_shown(refused[0])}")
    return {outcome.target: said(outcome.received.body) for outcome in outcomes}


async def _capacity(loaded: _Loaded, plan: Plan) -> tuple[list[Figure], float]:
    """Questions a second with more clients than work at once, and what the processor did."""
    click.echo(f"capacity: {CAPACITY_SECONDS:g} s ...", err=True)
    busy, own, began = loaded.service.busy(), time.process_time(), time.perf_counter()
    targets = itertools.cycle(loaded.before)
    outcomes = await closed_loop(loaded.send, targets, CLIENTS * plan.workers, CAPACITY_SECONDS)
    took = time.perf_counter() - began
    rate = sum(outcome.received.status == OK for outcome in outcomes) / took
    part = "capacity"
    return [
        Figure(part=part, name="questions a second", value=rate),
        *_times(part, "reply", outcomes),
        Figure(part=part, name="cores taken by the service", value=(loaded.service.busy() - busy) / took),
        Figure(part=part, name="cores taken by the client", value=(time.process_time() - own) / took),
        *_statuses(part, outcomes),
        Figure(part=part, name="wrong answers", value=wrong(outcomes, loaded.before), most=0),
    ], rate


async def _overload(loaded: _Loaded, rate: float, plan: Plan) -> list[Figure]:
    """Twice what the service can, whether it answers or not."""
    click.echo(f"{OVERLOAD:g} x capacity: {plan.seconds:g} s ...", err=True)
    before = loaded.service.resident()
    outcomes = await open_loop(loaded.send, list(loaded.before), schedule(OVERLOAD * rate, plan.seconds))
    refused = [outcome for outcome in outcomes if outcome.refused]
    part = f"{OVERLOAD:g} x capacity"
    return [
        Figure(part=part, name="requests a second", value=OVERLOAD * rate),
        *_times(part, "accepted", [outcome for outcome in outcomes if outcome.received.status == OK]),
        *_times(part, "refused", refused),
        Figure(part=part, name="refused with Retry-After", value=100 * len(refused) / max(len(outcomes), 1), unit="%"),
        *_statuses(part, outcomes),
        Figure(part=part, name="wrong answers", value=wrong(outcomes, loaded.before), most=0),
        Figure(part=part, name="memory before", value=before, unit="MB"),
        Figure(part=part, name="memory after", value=loaded.service.resident(), unit="MB"),
    ]


async def _memory(loaded: _Loaded, questions: Sequence[str], plan: Plan) -> list[Figure]:
    """Many cheap requests, and what memory they leave behind."""
    click.echo(f"memory: {plan.requests} requests ...", err=True)
    articles = msgspec.json.decode((await loaded.wires.send("/articles")).body)["articles"]
    targets = _cheap(questions[:QUESTIONS], [article["id"] for article in articles])
    warming = int(plan.requests * WARMING)
    outcomes = await closed_loop(loaded.wires.send, itertools.islice(targets, warming), CLIENTS)
    before, began = loaded.service.resident(), time.perf_counter()
    outcomes += await closed_loop(loaded.wires.send, itertools.islice(targets, plan.requests - warming), CLIENTS)
    took, after = time.perf_counter() - began, loaded.service.resident()
    part = "memory"
    return [
        Figure(part=part, name="requests", value=len(outcomes)),
        Figure(part=part, name="requests a second", value=(plan.requests - warming) / took),
        Figure(part=part, name=f"memory after {warming} of them", value=before, unit="MB"),
        Figure(part=part, name="growth in the others", value=after - before, unit="MB"),
        *_statuses(part, outcomes),
    ]


def _cheap(questions: Sequence[str], articles: Sequence[str]) -> Iterator[str]:
    """A repeated question, a search, the list, an article, and a sign of life, for ever."""
    for question, article in zip(itertools.cycle(questions), itertools.cycle(articles), strict=False):
        yield from (asked(question), asked(question, 5).replace("/ask", "/search"), "/articles")
        yield from (f"/articles/{article}", "/healthz")


async def _beside_mean_clients(loaded: _Loaded, rate: float) -> list[Figure]:
    """Honest questions without and beside clients that want to keep connections open."""
    click.echo(f"mean clients: {HONEST_SECONDS + hostile.LAST:g} s ...", err=True)
    service, send = loaded.service, loaded.send
    key = {"Authorization": f"Bearer {service.token}", "Content-Type": "text/plain; charset=utf-8"}
    stored = await loaded.wires.send(f"/articles/{LONG_NAME}", "PUT", LONG_ARTICLE.encode(), key)
    target = f"/articles/{msgspec.json.decode(stored.body)['article']}/text"
    alone = await open_loop(send, list(loaded.before), schedule(rate, HONEST_SECONDS))
    before = service.resident()
    jobs = {name: [mean(service.port) for _ in range(count)] for name, (count, mean) in hostile.KINDS.items()}
    jobs["not reading"] = [hostile.deaf(service.port, target) for _ in range(hostile.DEAF)]
    mean = asyncio.gather(*(asyncio.gather(*each) for each in jobs.values()))
    beside = await open_loop(send, list(loaded.before), schedule(rate, hostile.LAST))
    closed = await mean
    await loaded.wires.send(target.removesuffix("/text"), "DELETE", headers=key)
    part = "mean clients"
    return [
        Figure(part=part, name="honest questions a second", value=rate),
        *_times(part, "honest, alone", alone),
        *_times(part, "honest, beside them", beside),
        *_statuses(part, [*alone, *beside]),
        *(
            Figure(part=part, name=f"{len(each)} {name}: never closed", value=each.count(False), most=0)
            for name, each in zip(jobs, closed, strict=True)
        ),
        Figure(part=part, name="memory before", value=before, unit="MB"),
        Figure(part=part, name="memory after", value=service.resident(), unit="MB"),
    ]


async def _changes(service: Service, questions: Sequence[str], plan: Plan) -> list[Figure]:
    """Changes while questions run, and whether all workers then say the same."""
    click.echo(f"{plan.changes} changes while questions run ...", err=True)
    found = await change_while_asked(service, questions[:QUESTIONS], plan.changes)
    part = "changes"
    return [
        Figure(part=part, name="changes a second", value=plan.changes / found.seconds),
        Figure(part=part, name="questions meanwhile", value=found.asked),
        Figure(part=part, name="changes told to come again", value=found.refused),
        Figure(part=part, name="failed", value=found.failed, most=0),
        Figure(part=part, name="until all workers have the last", value=found.behind, unit="s", most=MOST_BEHIND),
        Figure(part=part, name="replies unlike another worker's", value=found.unlike, most=0),
        Figure(part=part, name="answers unlike before the changes", value=found.moved, most=0),
    ]


def _times(part: str, name: str, outcomes: Sequence[Outcome]) -> list[Figure]:
    """Median and 99th percentile."""
    times = [outcome.seconds * MILLISECONDS for outcome in outcomes]
    return [
        Figure(part=part, name=f"{name}, p{share}", value=percentile(times, share / 100), unit="ms")
        for share in (50, 99)
        if times
    ]


def _statuses(part: str, outcomes: Sequence[Outcome]) -> list[Figure]:
    """What was neither answered nor refused properly, by status."""
    others = [outcome.received for outcome in outcomes if outcome.received.status != OK and not outcome.refused]
    counts = Counter(received.status for received in others)
    for received in others[:1]:
        click.echo(f"{part}: {_shown(received)}", err=True)
    named = [
        Figure(part=part, name="no reply" if status == LOST else f"status {status}", value=count, most=0)
        for status, count in sorted(counts.items())
    ]
    return named or [Figure(part=part, name="any other status", value=0, most=0)]


def _shown(received: Received) -> str:
    return f"{received.status} {received.body[:300].decode(errors='replace')}"
