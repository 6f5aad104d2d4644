"""What every driver does: build, answer a first question, answer all. Standard library only.

    python -m bench.peers.<name>_driver build|first|all FOLDER

FOLDER holds task.json: articles, questions, the embedder's folder. The result is the last line of stdout, as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

THREADS = 2
DEPTH = 10


class System(Protocol):
    """A search system that can be built, opened again and asked."""

    settings: dict[str, object]
    """Everything that was chosen, printed with the figures."""

    def build(self, articles: list[dict[str, str]], embedder: str, folder: Path) -> None:
        """Make an index of the articles in a folder."""

    def open(self, embedder: str, folder: Path) -> None:
        """Open the index again, in another process."""

    def search(self, question: str, count: int) -> list[str]:
        """Ids of the articles found, best first, each once."""

    def answer(self, question: str) -> str | None:
        """The short answer; None when the system gives none without a model of its own."""


def run(system: System) -> None:
    """Do the phase that the command line names."""
    phase, folder = sys.argv[1], Path(sys.argv[2])
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    began = time.perf_counter()
    if phase == "build":
        system.build(task["articles"], task["embedder"], folder / "index")
        result: dict[str, Any] = {"seconds": time.perf_counter() - began, "settings": system.settings}
    else:
        system.open(task["embedder"], folder / "index")
        questions = task["questions"][:1] if phase == "first" else task["questions"]
        result = _asked(system, questions)
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{json.dumps(result)}")


def _asked(system: System, questions: list[str]) -> dict[str, Any]:
    """Ask one by one, then the same from two threads, then for answers."""
    found, times = [], []
    for question in questions:
        began = time.perf_counter()
        found.append(system.search(question, DEPTH))
        times.append((time.perf_counter() - began) * 1000)
    answers, answer_times = [], []
    for question in questions:
        began = time.perf_counter()
        answers.append(system.answer(question))
        answer_times.append((time.perf_counter() - began) * 1000)
    return {
        "found": found,
        "search_ms": times,
        "answers": answers,
        "answer_ms": answer_times if any(answers) else [],
        "per_second": _per_second(system, questions),
    }


def _per_second(system: System, questions: list[str]) -> float | str:
    """Searches a second from two threads; why not, when the system cannot be asked from two."""
    began = time.perf_counter()
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(lambda question: system.search(question, DEPTH), questions))
    except Exception as error:  # noqa: BLE001 — another system's; that it fails is the result
        return f"not from threads: {type(error).__name__}"
    return len(questions) / (time.perf_counter() - began)


def distinct(ids: list[str], count: int) -> list[str]:
    """The first `count` different ids."""
    return list(dict.fromkeys(ids))[:count]
