from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from fake_collection import FakeAsker

from api.collection import CHECK_SECONDS, RETRY_SECONDS, LiveCollection
from api.records import AskRequest
from index.errors import HoidapError, IndexMissing

if TYPE_CHECKING:
    from qa.records import Reply


class Disk:
    """A collection that the tests rebuild at will, and a clock that they set."""

    def __init__(self) -> None:
        self.generation = 1
        self.now = 0.0
        self.looks = 0
        self.opened: list[FakeAsker] = []
        self.broken = False

    def newest(self) -> int:
        self.looks += 1
        return self.generation

    def open_newest(self) -> FakeAsker:
        if self.broken:
            raise IndexMissing("No index in .hoidap.")
        self.opened.append(FakeAsker(self.generation))
        return self.opened[-1]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def collection(disk: Disk) -> LiveCollection:
    collection = LiveCollection(disk.open_newest, disk.newest, clock=lambda: disk.now)
    collection.open()
    return collection


def generation_of(collection: LiveCollection) -> int:
    with collection.asker() as asker:
        return asker.snapshot.generation


def test_opening_twice_opens_once(collection: LiveCollection, disk: Disk) -> None:
    collection.open()
    assert len(disk.opened) == 1


def test_a_collection_that_is_not_open_says_so(disk: Disk) -> None:
    collection = LiveCollection(disk.open_newest, disk.newest)
    with pytest.raises(HoidapError, match="not open"), collection.asker():
        pass


def test_the_disk_is_looked_at_no_more_than_twice_a_second(collection: LiveCollection, disk: Disk) -> None:
    for _ in range(100):
        generation_of(collection)
        disk.now += CHECK_SECONDS / 50
    assert disk.looks in {1, 2}


def test_an_unchanged_index_is_not_opened_again(collection: LiveCollection, disk: Disk) -> None:
    disk.now += CHECK_SECONDS
    assert generation_of(collection) == 1
    assert len(disk.opened) == 1


def test_the_old_generation_stays_open_for_the_request_that_uses_it(collection: LiveCollection, disk: Disk) -> None:
    with collection.asker() as old:
        disk.generation, disk.now = 2, CHECK_SECONDS
        assert generation_of(collection) == 2
        assert not disk.opened[0].closed
        assert old.ask("a").index.generation == 1
    assert disk.opened[0].closed
    assert not disk.opened[1].closed


def test_an_index_that_was_built_anew_is_served_although_its_number_is_lower(
    collection: LiveCollection, disk: Disk
) -> None:
    disk.generation, disk.now = 5, CHECK_SECONDS
    assert generation_of(collection) == 5
    disk.generation, disk.now = 1, 2 * CHECK_SECONDS
    assert generation_of(collection) == 1


def test_when_the_new_one_does_not_open_the_old_one_goes_on(collection: LiveCollection, disk: Disk) -> None:
    disk.generation, disk.broken, disk.now = 2, True, CHECK_SECONDS
    assert generation_of(collection) == 1
    assert collection.failure == "No index in .hoidap."
    disk.broken = False
    disk.now += RETRY_SECONDS / 2
    assert generation_of(collection) == 1
    disk.now += RETRY_SECONDS
    assert generation_of(collection) == 2
    assert collection.failure is None


def test_a_request_does_not_wait_for_another_one_that_opens(disk: Disk) -> None:
    opening, may_open = threading.Event(), threading.Event()

    def open_slowly() -> FakeAsker:
        if disk.opened:
            opening.set()
            assert may_open.wait(5)
        return disk.open_newest()

    collection = LiveCollection(open_slowly, disk.newest, clock=lambda: disk.now)
    collection.open()
    disk.generation, disk.now = 2, CHECK_SECONDS
    opener = threading.Thread(target=generation_of, args=(collection,))
    opener.start()
    assert opening.wait(5)
    assert generation_of(collection) == 1
    may_open.set()
    opener.join()
    assert generation_of(collection) == 2


def test_no_request_fails_while_generations_change(disk: Disk) -> None:
    def keep_building() -> int:
        disk.generation += 1
        return disk.generation

    ticks = iter(range(10_000_000))
    collection = LiveCollection(disk.open_newest, keep_building, clock=lambda: float(next(ticks)))
    collection.open()
    failures: list[Exception] = []

    def ask_often() -> None:
        try:
            for _ in range(200):
                with collection.asker() as asker:
                    asker.ask("a")
        except Exception as error:  # noqa: BLE001 — the test tells of any
            failures.append(error)

    threads = [threading.Thread(target=ask_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    collection.close()
    assert failures == []
    assert all(asker.closed for asker in disk.opened)


def test_a_question_is_not_repeated_because_another_one_was_meanwhile() -> None:
    class Slow(FakeAsker):
        def ask(self, question: str, **more: Any) -> Reply:  # noqa: ANN401 — as the fake takes them
            if question == "slow":
                collection.ask(AskRequest(question="quick"))
            return super().ask(question, **more)

    noted: list[tuple[str, bool]] = []
    slow = Slow()
    collection = LiveCollection(lambda: slow, lambda: 1, note=lambda reply, kept: noted.append((reply.question, kept)))
    collection.open()
    for question in ("quick", "slow"):
        collection.ask(AskRequest(question=question))
    assert noted == [("quick", False), ("quick", True), ("slow", False)]


def test_a_generation_that_nobody_uses_any_more_takes_no_memory(collection: LiveCollection, disk: Disk) -> None:
    collection.ask(AskRequest(question="a"))
    old = weakref.ref(disk.opened.pop())
    disk.generation, disk.now = 2, CHECK_SECONDS
    gc.disable()
    try:
        assert generation_of(collection) == 2
        assert old() is None
    finally:
        gc.enable()
