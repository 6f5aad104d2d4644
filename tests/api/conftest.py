from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_collection import FakeAsker
from litestar.testing import TestClient

from api.app import create_app
from api.collection import Collection
from api.feedback import FeedbackBook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Litestar


@pytest.fixture
def asker() -> FakeAsker:
    return FakeAsker()


@pytest.fixture
def client(asker: FakeAsker, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    collection = Collection(lambda: asker, lambda: asker.snapshot.generation)
    with TestClient(create_app(collection, FeedbackBook(tmp_path)), raise_server_exceptions=False) as client:
        yield client
