from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_collection import FakeAsker
from litestar.testing import TestClient

from api.beside import FeedbackBook
from api.collection import LiveCollection
from api.http import ServiceParts, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Litestar


@pytest.fixture
def asker() -> FakeAsker:
    return FakeAsker()


@pytest.fixture
def client(asker: FakeAsker, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    collection = LiveCollection(lambda: asker, lambda: asker.snapshot.generation)
    with TestClient(
        create_app(ServiceParts(collection, FeedbackBook(tmp_path))), raise_server_exceptions=False
    ) as client:
        yield client
