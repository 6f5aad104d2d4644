from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.config import IndexConfig
from index.pipeline import build
from qa.config import AskConfig
from qa.pipeline import Asker, open_asker

os.environ["HF_HUB_OFFLINE"] = "1"

settings.register_profile(
    "hoidap",
    deadline=None,
    max_examples=60,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],  # the machines that run this are shared
)
settings.load_profile("hoidap")


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The five articles, indexed with the bundled embedder."""
    folder = str(tmp_path_factory.mktemp("index"))
    build([Path(__file__).parents[1] / "seeds"], folder, IndexConfig())
    return folder


@pytest.fixture(scope="session")
def asker(seeds_index: str) -> Iterator[Asker]:
    """Asks the five articles, with the settings that ship."""
    opened = open_asker(seeds_index, AskConfig())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def eager_asker(seeds_index: str) -> Iterator[Asker]:
    """The same, never declining."""
    opened = open_asker(seeds_index, AskConfig(threshold=0.0))
    yield opened
    opened.close()


@pytest.fixture
def linear() -> Callable[..., bool]:
    """Whether eight times the text takes a function less than sixteen times as long: a ratio of one run, no clock.

    Called with the function, what makes a text of a given length, and the shorter length. Where the time grows with the
    square of the length the ratio is 64. The quickest of three runs counts, and a machine that stumbles is asked again.
    """

    def seconds(function: Callable[[object], object], text: object) -> float:
        begun = time.process_time()
        function(text)
        return time.process_time() - begun

    def is_linear(function: Callable[[object], object], made: Callable[[int], object], length: int) -> bool:
        for _ in range(5):
            short, long = (min(seconds(function, made(times * length)) for _ in range(3)) for times in (1, 8))
            if long < 2 * 8 * short:
                return True
        return False

    return is_linear
