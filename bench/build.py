"""How fast a build is, how much memory it takes, and how large the index is. `hoidap bench build SOURCE`.

Machines are shared and noisy: the seconds of processor are the figure to compare, of builds that ran one after another.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from index.errors import HoidapError
from index.stores import store_at

PROC = Path("/proc")
LOOKS = 0.1
"""Seconds between two looks at the memory."""
ARTICLES_AT_A_TIME = 1000


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What a build took, and what came of it. Bytes, seconds; memory is that of all processes together."""

    articles: int
    chunks: int
    text: int
    wall: float
    processor: float
    memory: int
    files: dict[str, int]

    @property
    def index(self) -> int:
        """Bytes of all files of the index."""
        return sum(self.files.values())


def measure_build(sources: Sequence[Path], folder: Path, processes: int) -> Measured:
    """Build an index from nothing, as the command line does, and measure that.

    Raises:
        HoidapError: there is an index already, no Linux, or the build failed.
    """
    if folder.exists() and any(folder.iterdir()):
        raise HoidapError(f"{folder} is not empty. Name a new folder with --index: a build from nothing is measured.")
    if not (PROC / "self/statm").exists():
        raise HoidapError("The memory of a build is measured on Linux only.")
    command = [sys.executable, "-m", "api", "build", *map(str, sources), "--index", str(folder)]
    before, began = _processor(), time.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, "HOIDAP_PROCESSES": str(processes)}, stdout=subprocess.DEVNULL
    )
    memory = 0
    while process.poll() is None:
        memory = max(memory, sum(map(resident, family(process.pid))))
        time.sleep(LOOKS)
    wall = time.monotonic() - began
    if process.returncode:
        raise HoidapError(f"The build failed with exit code {process.returncode}; run it alone: hoidap build.")
    return _measured(folder, wall, _processor() - before, memory)


def _measured(folder: Path, wall: float, processor: float, memory: int) -> Measured:
    """The figures, with those of the index."""
    files = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    with closing(store_at(str(folder)).snapshot()) as snapshot:
        ids = [
            article.id
            for offset in range(0, snapshot.article_count, ARTICLES_AT_A_TIME)
            for article in snapshot.articles(offset, ARTICLES_AT_A_TIME)
        ]
        texts = (article.text for id_ in ids if (article := snapshot.article(id_)))
        return Measured(
            articles=snapshot.article_count,
            chunks=snapshot.chunk_count,
            text=sum(len(text.encode()) for text in texts),
            wall=wall,
            processor=processor,
            memory=memory,
            files=files,
        )


def table(found: Measured) -> str:
    """The figures in lines, the largest files last."""
    lines = [
        f"articles              {found.articles:>14,}",
        f"chunks                {found.chunks:>14,}",
        f"wall                  {found.wall:>14,.1f} s",
        f"processor             {found.processor:>14,.1f} s",
        f"articles a second     {found.articles / found.wall:>14,.1f}",
        f"processor an article  {found.processor / found.articles * 1000:>14,.2f} ms",
        f"peak memory           {found.memory / 1e6:>14,.0f} MB",
        f"text                  {found.text / 1e6:>14,.1f} MB",
        f"index                 {found.index / 1e6:>14,.1f} MB",
        f"index over text       {found.index / found.text:>14.2f}",
    ]
    sizes: dict[str, int] = {}
    for name, size in found.files.items():
        kind = "words" if "/words/" in name else name.rpartition("/")[2]
        sizes[kind] = sizes.get(kind, 0) + size
    largest = sorted(((size, name) for name, size in sizes.items() if size), reverse=True)
    return "\n".join([*lines, *(f"  {name:<20}{size / 1e6:>14,.1f} MB" for size, name in largest)])


def family(root: int) -> list[int]:
    """A process and all that it started, and those started."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 when it is gone. What processes share counts for each."""
    try:
        pages = (PROC / str(pid) / "statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _processor() -> float:
    """Seconds of processor that ended children took, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
