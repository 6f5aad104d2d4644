from __future__ import annotations

from collections.abc import Iterator

import pytest
from milvus_lite_server import INSTALLED, LiteServer


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteServer]:
    """A Milvus server for all tests that want one."""
    if not INSTALLED:
        pytest.skip("pymilvus and milvus-lite are not installed: pip install 'hoidap[milvus]' milvus-lite")
    server = LiteServer(tmp_path_factory.mktemp("milvus") / "data")
    server.start()
    yield server
    server.kill()
