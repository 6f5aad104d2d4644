"""How much is read: the windows most worth it first, more only while the answer is not sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import pytest

from qa.config import AskConfig
from qa.pipeline import Asker, open_asker
from qa.read.protocol import Span, Window

QUESTION = "khi nào SCO Astana?"
ROUNDS = (2, 3)


class Counting:
    """A reader that takes the first letters of each window for the answer."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Span]]:
        assert question == QUESTION
        self.calls.append(len(windows))
        return [[Span(0, 3, 1.0, 1.0)] for _ in windows]


@pytest.fixture
def counted(seeds_index: str) -> Iterator[tuple[Asker, Counting]]:
    asker, reader = open_asker(seeds_index, AskConfig()), Counting()
    asker.reader = reader
    yield asker, reader
    asker.close()


@pytest.mark.parametrize(("sure", "calls"), [(0.0, [2]), (1.1, [2, 3])])
def test_more_is_read_only_while_the_answer_is_not_sure(
    counted: tuple[Asker, Counting], sure: float, calls: list[int]
) -> None:
    asker, reader = counted
    asker.calibration = msgspec.structs.replace(asker.calibration, rounds=ROUNDS, sure=sure)
    asker.ask(QUESTION)
    assert reader.calls == calls


def test_no_window_is_read_twice_and_the_best_comes_first(counted: tuple[Asker, Counting]) -> None:
    asker, _ = counted
    query = asker.understand(QUESTION)
    described = asker.windows(query, asker.nearest(query))
    assert len({(window.article, window.place) for window in described.windows}) == len(described.windows)
    first = next(one for one in asker.ask(QUESTION).passages)
    assert described.windows[0].article == first.article


def test_a_question_of_nothing_is_declined(seeds_index: str) -> None:
    asker = open_asker(seeds_index, AskConfig())
    replies = [asker.ask(question) for question in ("", "?", "😀", "\u0300")]
    asker.close()
    assert not any(reply.answered for reply in replies)
