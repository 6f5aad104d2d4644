from __future__ import annotations

import threading

import pytest

from qa import stages
from qa.stages import measured, stage


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(stages.time, "perf_counter", lambda: now[0])
    return now


def test_each_stage_has_its_own_time_and_not_that_of_stages_inside_it(clock: list[float]) -> None:
    told: dict[str, float] = {}
    with measured(told.__setitem__):
        with stage("outer"):
            clock[0] += 1
            with stage("inner"):
                clock[0] += 2
            clock[0] += 4
            with stage("inner"):
                clock[0] += 8
        clock[0] += 16
    assert told == {"inner": 10.0, "outer": 5.0}


def test_a_question_inside_a_question_is_told_once(clock: list[float]) -> None:
    told: list[tuple[str, float]] = []
    watch = lambda *one: told.append(one)  # noqa: E731 — a watch is any callable
    with measured(watch), stage("understand"), measured(watch), stage("words"):
        clock[0] += 1
    assert sorted(told) == [("understand", 0.0), ("words", 1.0)]


def fail_after_a_second(clock: list[float]) -> None:
    clock[0] += 1
    raise ZeroDivisionError


def test_a_stage_that_fails_is_over(clock: list[float]) -> None:
    told: dict[str, float] = {}
    with measured(told.__setitem__):
        with pytest.raises(ZeroDivisionError), stage("words"):
            fail_after_a_second(clock)
        with stage("decide"):
            clock[0] += 2
    assert told == {"words": 1.0, "decide": 2.0}


def test_without_measuring_and_in_other_threads_nothing_is_told() -> None:
    told: dict[str, float] = {}
    with stage("words"):
        pass
    with measured(told.__setitem__):
        thread = threading.Thread(target=lambda: stage("words").__enter__())
        thread.start()
        thread.join()
    assert told == {}
