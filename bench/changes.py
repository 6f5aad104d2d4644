"""Articles put in and taken out while questions are asked: no request may fail, no worker may stay behind."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from bench.service import Service
from bench.traffic import BUSY, OK, Outcome, Said, asked, closed_loop, generation, said
from bench.wire import Received, Wire, Wires

KEPT = 10
"""Articles of one writer that are in the collection at a time."""
WRITERS = 2
CLIENTS = 4
TRIES = 100
PAUSE = 0.1
"""Seconds before a refused change is tried again."""
LONGEST = 30.0
"""Seconds after which a worker that has not seen the last change counts as left behind."""


class Changed(NamedTuple):
    """What came of the changes.

    Attributes:
        seconds: of all changes.
        refused: changes that were told to come again, and did.
        failed: changes and questions that were neither done nor told to come again.
        behind: seconds from the last change until every worker answers from it.
        unlike: replies in which a worker differs from the first, in answer or generation.
        moved: answers unlike those before the changes, though the same articles are there again.
    """

    seconds: float
    refused: int
    failed: int
    asked: int
    behind: float
    unlike: int
    moved: int


class _Done(msgspec.Struct, frozen=True):
    article: str
    generation: int


def changes(count: int, kept: int = KEPT) -> Iterator[tuple[str, int]]:
    """The order of half as many `put` as changes, each `remove`d a little later; in the end nothing is left."""
    puts = count // 2
    for number in range(puts + kept):
        if number < puts:
            yield "put", number
        if 0 <= number - kept < puts:
            yield "remove", number - kept


def text(number: int) -> str:
    """An article unlike the others, on what the questions do not ask for."""
    return f"Hợp tác xã số {number} thu hoạch {number * 7 + 3} tấn lúa.\n\nVụ sau bắt đầu vào ngày {number % 28 + 1}/3."


async def change_while_asked(service: Service, questions: Sequence[str], count: int) -> Changed:
    """Change articles and ask meanwhile, then compare what each worker says."""
    wires = Wires(service.port)
    targets = [asked(question) for question in questions]
    before = {target: said((await wires.send(target)).body) for target in targets}
    done = asyncio.Event()
    began = time.perf_counter()
    asking = asyncio.create_task(closed_loop(wires.send, _while_not(done, targets), CLIENTS))
    written = await asyncio.gather(*(_write(service, name, count // WRITERS) for name in range(WRITERS)))
    ended = time.perf_counter()
    done.set()
    newest = max(found.generation for found, _, _ in written if found)
    to_each = await service.wires()
    await asyncio.gather(*(_seen(wire, targets[0], newest) for wire in to_each.values()))
    behind = time.perf_counter() - ended
    outcomes = await asking
    unlike, moved = await _compared(list(to_each.values()), before, newest)
    for wire in to_each.values():
        await wire.close()
    await wires.close()
    return Changed(
        seconds=ended - began,
        refused=sum(refused for _, refused, _ in written),
        failed=sum(failed for _, _, failed in written) + sum(_failed(outcome) for outcome in outcomes),
        asked=len(outcomes),
        behind=behind,
        unlike=unlike,
        moved=moved,
    )


async def _write(service: Service, writer: int, count: int) -> tuple[_Done | None, int, int]:
    """One writer's changes, each over a connection of its own: the last one, how many were refused, how many failed."""
    last, refused, failed = None, 0, 0
    ids: dict[int, str] = {}
    for kind, number in changes(count):
        received, again = await _change(service, kind, f"load-{writer}-{number}.txt", ids.get(number, ""), number)
        refused += again
        if received.status not in {OK, OK + 1}:
            failed += 1
            continue
        last = msgspec.json.decode(received.body, type=_Done)
        ids[number] = last.article
    return last, refused, failed


async def _change(service: Service, kind: str, name: str, article: str, number: int) -> tuple[Received, int]:
    """The last reply to a change, and how often it was told to come again."""
    headers = {"Authorization": f"Bearer {service.token}", "Connection": "close"}
    plain = {**headers, "Content-Type": "text/plain; charset=utf-8"}
    refused, wires = 0, Wires(service.port)
    while True:
        if kind == "put":
            received = await wires.send(f"/articles/{name}", "PUT", text(number).encode(), plain)
        else:
            received = await wires.send(f"/articles/{article}", "DELETE", headers=headers)
        if refused == TRIES or not (received.status == BUSY and "retry-after" in received.headers):
            await wires.close()
            return received, refused
        refused += 1
        await asyncio.sleep(PAUSE)


async def _seen(wire: Wire, target: str, newest: int) -> None:
    """Ask one worker until it answers from the newest generation, or for long enough."""
    until = time.perf_counter() + LONGEST
    while time.perf_counter() < until:
        received = await wire.send(target)
        if received.status == OK and generation(received.body) >= newest:
            return
        await asyncio.sleep(0.01)


async def _compared(wires: Sequence[Wire], before: dict[str, Said], newest: int) -> tuple[int, int]:
    """Replies of a worker unlike the first one's, and answers unlike those before."""
    unlike = moved = 0
    for target, expected in before.items():
        bodies = [(await wire.send(target)).body for wire in wires]
        first = said(bodies[0])
        unlike += sum((said(body), generation(body)) != (first, newest) for body in bodies)
        moved += first != expected
    return unlike, moved


def _failed(outcome: Outcome) -> bool:
    return outcome.received.status != OK and not outcome.refused


def _while_not(done: asyncio.Event, targets: Sequence[str]) -> Iterator[str]:
    return itertools.takewhile(lambda _: not done.is_set(), itertools.cycle(targets))
