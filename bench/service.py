"""A service as users run it: processes of its own, over a copy of an index, on a free port."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from api.beside import KeyFile
from bench.wire import HOST, Wire
from index.errors import HoidapError
from index.stores import store_at

PROC = Path("/proc")
START_SECONDS = 60.0
STOP_SECONDS = 30.0
MEGABYTE = 2**20
MOST_WIRES = 200
"""Connections that are opened until every worker has one: which worker takes one is left to the system."""
OPEN = {"HOIDAP_OPEN_READING": "true", "HOIDAP_REQUESTS_PER_MINUTE": "0"}
"""Settings under which a load from one address is let in."""


class Service(NamedTuple):
    """A service that runs.

    Attributes:
        workers: the ids of the processes that answer.
        token: a key that may change the articles.
    """

    port: int
    workers: tuple[int, ...]
    token: str

    def resident(self) -> float:
        """Memory of all workers, in MB."""
        pages = sum(int((PROC / str(pid) / "statm").read_text().split()[1]) for pid in self.workers)
        return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE

    def busy(self) -> float:
        """Seconds of processor time that the workers have used."""
        stats = ((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split() for pid in self.workers)
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")

    async def wires(self) -> dict[int, Wire]:
        """A connection to each worker, by its process.

        Raises:
            HoidapError: a worker took none of many.
        """
        found: dict[int, Wire] = {}
        opened = []
        for _ in range(MOST_WIRES):
            opened.append(wire := await Wire.to(self.port))
            await wire.send("/healthz")
            if (pid := self._worker_at(wire.own_port)) is not None:
                found.setdefault(pid, wire)
            if len(found) == len(self.workers):
                break
        for wire in opened:
            if wire not in found.values():
                await wire.close()
        if missing := set(self.workers) - set(found):
            raise HoidapError(f"Worker {min(missing)} took none of {MOST_WIRES} connections; look whether it hangs.")
        return found

    def _worker_at(self, port: int) -> int | None:
        """The worker at the other end of a connection from this port of ours."""
        lines = (PROC / "net/tcp").read_text().splitlines()[1:]
        inode = inode_of(lines, self.port, port)
        return next((pid for pid in self.workers if inode in sockets_of(pid)), None)


@contextmanager
def running(index: str, workers: int) -> Iterator[Service]:
    """Start a service on a copy of an index; it is stopped, and the copy removed, when the block is left.

    Raises:
        HoidapError: no index in a folder, no Linux, or the service does not start.
    """
    if "://" in index or not (PROC / "net/tcp").exists():
        raise HoidapError(f"The load is measured on Linux, on a copy of an index in a folder; --index is {index}.")
    store_at(index).generation()
    with tempfile.TemporaryDirectory(prefix="hoidap-load-") as folder:
        copy, log = Path(folder) / "index", Path(folder) / "log"
        shutil.copytree(index, copy)
        _, token = KeyFile(copy).add("load", ["write"])
        port = _free_port()
        with log.open("wb") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "api", "serve", "--index", copy, "--port", str(port), "--workers", str(workers)],
                env={**os.environ, **OPEN, "HOIDAP_HOST": HOST},
                stdout=written,
                stderr=written,
            )
        try:
            yield Service(port, asyncio.run(_ready(process, port, workers, log)), token)
        finally:
            _stop(process)


def inode_of(lines: Collection[str], service: int, client: int) -> str | None:
    """The number of the service's end of a connection, by the ports of both ends, in lines of /proc/net/tcp."""
    for line in lines:
        fields = line.split()
        if fields[1].endswith(f":{service:04X}") and fields[2].endswith(f":{client:04X}"):
            return fields[9]
    return None


def sockets_of(pid: int) -> set[str]:
    """The numbers of the sockets that a process has open."""
    found = set()
    for link in (PROC / str(pid) / "fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:  # closed since it was listed
            continue
        if target.startswith("socket:["):
            found.add(target[len("socket:[") : -1])
    return found


async def _ready(process: subprocess.Popen[bytes], port: int, workers: int, log: Path) -> tuple[int, ...]:
    """The workers, once each of them answers."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        await asyncio.sleep(0.1)
        pids = _workers(process.pid, workers)
        try:
            for wire in (await Service(port, pids, "").wires()).values():
                await wire.close()
        except (OSError, EOFError, HoidapError):
            continue
        if len(pids) == workers:
            return pids
    raise HoidapError(f"The service did not start: {_last_line(log)}")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"


def _workers(pid: int, workers: int) -> tuple[int, ...]:
    """The processes that answer: the service itself, or those that it has spawned for it."""
    if workers == 1:
        return (pid,)
    children = (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()
    return tuple(int(child) for child in children if b"spawn_main" in (PROC / child / "cmdline").read_bytes())


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])
