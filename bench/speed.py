"""How fast: cold start, questions, embedding, in one table. `hoidap bench speed`.

Machines are shared and noisy, so read the figures as those of one run, beside each other.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from bench.sets import SEEDS, gold_named
from index.embed import BUNDLED, embedder_named
from qa.config import AskConfig
from qa.pipeline import open_asker

COLD_STARTS = 5
ROUNDS = 3
EMBEDDED = 5000


def print_speed(index: str) -> None:
    """Measure an index and print.

    Raises:
        HoidapError: the index cannot be asked.
    """
    questions = [asked.question for asked in gold_named(SEEDS).questions]
    asker = open_asker(index, AskConfig())
    command = [sys.executable, "-m", "api", "ask", "--index", index, questions[0]]
    rows: list[tuple[str, list[float]]] = [
        (
            "hoidap ask, cold start",
            [timed(lambda: subprocess.run(command, capture_output=True, check=False)) for _ in range(COLD_STARTS)],
        ),
        ("ask, first time", [timed(partial(asker.ask, asked)) for asked in questions]),
        ("ask, again", [timed(partial(asker.ask, asked)) for asked in questions * ROUNDS]),
    ]
    print(f"{'':24}{'n':>6}{'p50 ms':>10}{'p95 ms':>10}")
    for name, times in rows:
        print(f"{name:24}{len(times):>6}{statistics.median(times):>10.1f}{p95(times):>10.1f}")
    print(f"bundled embedder: {_chunks_per_second():,.0f} chunks of 100 syllables a second")


def timed(action: Callable[[], object]) -> float:
    """Milliseconds that an action takes."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def p95(times: list[float]) -> float:
    """The time that 95 of 100 do not exceed."""
    return sorted(times)[int(0.95 * (len(times) - 1))]


def _chunks_per_second() -> float:
    """How many chunks of 100 syllables are embedded in a second."""
    chunk = " ".join(["lãnh đạo hai nước đã đồng ý gia hạn hiệp ước"] * 10)
    embedder = embedder_named(BUNDLED)
    milliseconds = timed(lambda: embedder.embed_documents([chunk] * EMBEDDED))
    return EMBEDDED / milliseconds * 1000
