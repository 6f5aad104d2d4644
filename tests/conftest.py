from __future__ import annotations

import os
from collections.abc import Iterator
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
