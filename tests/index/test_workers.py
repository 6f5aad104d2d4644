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
from index.workers import SERIAL_TASKS, TASKS_PER_WORKER, batches, parallel_map, tracked, worker_pool

ROOT = Path(__file__).parents[2]


def quiet(_stage: str, _done: int, _total: int | None) -> None:
    """Nobody listens."""


def doubled(number: int) -> int:
    return 2 * number


def where(_number: int) -> int:
    return os.getpid()


def slow_at_first(number: int) -> int:
    time.sleep(0.2 if number == SERIAL_TASKS else 0)
    return number


def dies(number: int) -> int:
    if number == SERIAL_TASKS + 1:
        os._exit(1)
    return number


def fails(number: int) -> int:
    if number == SERIAL_TASKS + 1:
        raise ValueError(f"no {number}")
    return number


def test_without_a_pool_every_task_runs_here() -> None:
    assert list(parallel_map(where, range(20))) == [os.getpid()] * 20


def test_a_pool_of_one_starts_no_worker() -> None:
    with worker_pool(1, quiet):
        assert list(parallel_map(where, range(20))) == [os.getpid()] * 20


def test_a_few_tasks_start_no_worker() -> None:
    with worker_pool(2, quiet):
        assert list(parallel_map(where, range(SERIAL_TASKS))) == [os.getpid()] * SERIAL_TASKS
        assert multiprocessing.active_children() == []


def test_more_tasks_are_shared_and_come_back_in_order() -> None:
    with worker_pool(2, quiet):
        assert list(parallel_map(slow_at_first, range(30))) == list(range(30))
        places = list(parallel_map(where, range(30)))
    assert places[:SERIAL_TASKS] == [os.getpid()] * SERIAL_TASKS
    assert os.getpid() not in places[SERIAL_TASKS:]


def test_a_task_that_is_not_worth_sharing_runs_here_in_its_turn() -> None:
    with worker_pool(2, quiet):
        found = list(parallel_map(where, range(40), shared=lambda number: number % 2 == 0))
    assert {found[number] for number in range(1, 40, 2)} == {os.getpid()}
    assert os.getpid() not in found[2 * SERIAL_TASKS :: 2]


def test_no_more_tasks_are_taken_than_are_pending() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(200):
            taken += 1
            yield number

    with worker_pool(2, quiet):
        for done, _ in enumerate(parallel_map(doubled, items()), 1):
            assert taken - done <= TASKS_PER_WORKER * 2 + 1


def test_an_error_in_a_worker_is_the_error_here_and_no_worker_is_left() -> None:
    with pytest.raises(ValueError, match="no 5"), worker_pool(2, quiet):
        list(parallel_map(fails, range(30)))
    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(BuildError, match=r"2 processes .* died.*HOIDAP_PROCESSES=1"), worker_pool(2, quiet):
        list(parallel_map(dies, range(30)))
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_the_process_that_started_it(tmp_path: Path, ending: signal.Signals) -> None:
    script = tmp_path / "asks.py"
    script.write_text(
        "import time\n"
        "from index.workers import parallel_map, worker_pool\n"
        "if __name__ == '__main__':\n"
        "    with worker_pool(2, print):\n"
        "        for number, _ in enumerate(parallel_map(time.sleep, [0.01] * 10_000)):\n"
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


def test_progress_is_reported_as_items_are_taken() -> None:
    said: list[tuple[str, int, int | None]] = []
    with worker_pool(1, lambda *step: said.append(step)):
        assert list(tracked("ab", "reading", 2)) == ["a", "b"]
    assert said == [("reading", 1, 2), ("reading", 2, 2)]
    assert list(tracked("ab", "reading")) == ["a", "b"]


def test_batches_have_the_size_but_for_the_last() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
