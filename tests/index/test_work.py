from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import BuildError
from index.work import ALONE, WAITING, batches, counted, crew, mapped

ROOT = Path(__file__).parents[2]


def quiet(_stage: str, _done: int, _total: int | None) -> None:
    """Nobody listens."""


def doubled(number: int) -> int:
    return 2 * number


def where(_number: int) -> int:
    return os.getpid()


def slow_at_first(number: int) -> int:
    time.sleep(0.2 if number == ALONE else 0)
    return number


def dies(number: int) -> int:
    if number == ALONE + 1:
        os._exit(1)
    return number


def fails(number: int) -> int:
    if number == ALONE + 1:
        raise ValueError(f"no {number}")
    return number


def test_without_a_crew_all_is_done_here() -> None:
    assert list(mapped(where, range(20))) == [os.getpid()] * 20


def test_a_crew_of_one_starts_nobody() -> None:
    with crew(1, quiet):
        assert list(mapped(where, range(20))) == [os.getpid()] * 20


def test_little_work_starts_nobody() -> None:
    with crew(2, quiet):
        assert list(mapped(where, range(ALONE))) == [os.getpid()] * ALONE
        assert multiprocessing.active_children() == []


def test_more_work_is_shared_and_comes_back_in_order() -> None:
    with crew(2, quiet):
        assert list(mapped(slow_at_first, range(30))) == list(range(30))
        places = list(mapped(where, range(30)))
    assert places[:ALONE] == [os.getpid()] * ALONE
    assert os.getpid() not in places[ALONE:]


def test_what_is_not_worth_sharing_is_done_here_in_its_turn() -> None:
    with crew(2, quiet):
        found = list(mapped(where, range(40), shared=lambda number: number % 2 == 0))
    assert {found[number] for number in range(1, 40, 2)} == {os.getpid()}
    assert os.getpid() not in found[2 * ALONE :: 2]


def test_no_more_is_taken_than_is_being_worked_on() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(200):
            taken += 1
            yield number

    with crew(2, quiet):
        for done, _ in enumerate(mapped(doubled, items()), 1):
            assert taken - done <= WAITING * 2 + 1


def test_an_error_of_the_work_is_the_error_here_and_nobody_is_left() -> None:
    with pytest.raises(ValueError, match="no 5"), crew(2, quiet):
        list(mapped(fails, range(30)))
    assert multiprocessing.active_children() == []


def test_a_process_that_dies_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(BuildError, match=r"2 processes .* died.*HOIDAP_PROCESSES=1"), crew(2, quiet):
        list(mapped(dies, range(30)))
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_nobody_outlives_the_process_that_asked_for_help(tmp_path: Path, ending: signal.Signals) -> None:
    script = tmp_path / "asks.py"
    script.write_text(
        "import time\n"
        "from index.work import crew, mapped\n"
        "if __name__ == '__main__':\n"
        "    with crew(2, print):\n"
        "        for number, _ in enumerate(mapped(time.sleep, [0.01] * 10_000)):\n"
        "            print(number, flush=True)\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    asking = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    assert asking.stdout is not None
    while int(asking.stdout.readline()) < 20:
        pass
    children = [int(each) for each in Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text().split()]
    os.kill(asking.pid, ending)
    asking.wait()
    asking.stdout.close()
    until = time.monotonic() + 20
    while any(is_there(child) for child in children):
        assert time.monotonic() < until
        time.sleep(0.05)


def is_there(pid: int) -> bool:
    try:
        return "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def test_progress_is_said_as_things_are_taken() -> None:
    said: list[tuple[str, int, int | None]] = []
    with crew(1, lambda *step: said.append(step)):
        assert list(counted("ab", "reading", 2)) == ["a", "b"]
    assert said == [("reading", 1, 2), ("reading", 2, 2)]
    assert list(counted("ab", "reading")) == ["a", "b"]


def test_batches_have_the_size_but_for_the_last() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
