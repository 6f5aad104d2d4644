from collections.abc import Iterator
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.pipeline import build
from qa.config import AskConfig
from qa.pipeline import Asker, open_asker

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The five articles, indexed with the bundled embedder."""
    folder = str(tmp_path_factory.mktemp("index"))
    build([ROOT / "seeds"], folder, IndexConfig())
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
