from __future__ import annotations

import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

INSTALLED = find_spec("milvus_lite") is not None and find_spec("pymilvus") is not None
START_SECONDS = 60.0


class LiteServer:
    """Milvus Lite's own network server on a free port of this machine, a child of the tests."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def uri(self, name: str) -> str:
        return f"milvus://127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it, or start it again over the same data; returns when it listens."""
        command = ["server", "--data-dir", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        code = "from milvus_lite.cmdline import main; main()"
        with (self._folder.parent / "server.log").open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "-c", code, *command], stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, "the server ended"
                assert time.monotonic() < until, "the server does not listen"
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
