"""From a folder or file to documents. One bad file never stops the others: it comes out as `Skipped`, with why."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import SourceError
from index.read.decoding import MEGABYTE, decode, unreadable
from index.read.html import HTML_ENDINGS, html_document
from index.read.jsonl import JSONL_ENDINGS, jsonl_documents
from index.read.text import TEXT_ENDINGS, text_document
from index.records import Document, Page, Skipped

OTHER_FORMAT = "is not a format that can be read (txt, md, html, jsonl)"
"""Why a file of another kind is left out."""
SAME_NAME = "another file of that name was read before it; put both below one folder"
"""Why an article is left out that is named like one before it."""

Read = Document | Skipped
Found = Document | Page | Skipped


def read(sources: Sequence[Path], max_file_mb: float) -> Iterator[Read]:
    """Read files and, recursively, folders, in the order of their names; hidden files are passed over.

    Raises:
        SourceError: a source does not exist.
    """
    return map(understood, find(sources, max_file_mb))


def find(sources: Sequence[Path], max_file_mb: float) -> Iterator[Found]:
    """As `read`, but html files come as they are: to find the article in one takes as long as to read a hundred texts.

    Raises:
        SourceError: a source does not exist.
    """
    for source in sources:
        if not source.exists():
            raise SourceError(f"{source} does not exist. Name a folder or a file to build from.")
    for path, name in _walk(sources):
        yield from _read_file(path, name, max_file_mb)


def understood(item: Found) -> Read:
    """The document of an html file; what is one already stays so."""
    return document(item.data, item.source, item.ending) if isinstance(item, Page) else item


def row_count(sources: Sequence[Path]) -> int:
    """About how many articles there are: files, and the lines of jsonl files."""
    return sum(_line_count(path) if path.suffix.lower() in JSONL_ENDINGS else 1 for path, _ in _walk(sources))


def _line_count(path: Path) -> int:
    """The lines of a file; none where it is no file or cannot be opened."""
    if not path.is_file():
        return 0
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(MEGABYTE), b""))
    except OSError:
        return 0


def _walk(sources: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every file with its name in the collection: the path below the folder that was given."""
    for source in sources:
        if not source.is_dir():
            yield source, source.name
            continue
        closed: list[OSError] = []
        for folder, folders, files in os.walk(source, onerror=closed.append, followlinks=False):
            here = Path(folder)
            odd = [name for name in folders if _is_readable(name) or (here / name).is_symlink()]
            folders[:] = sorted(name for name in folders if name not in odd and not name.startswith("."))
            for name in sorted([*files, *odd]):
                if not name.startswith("."):
                    yield here / name, (here / name).relative_to(source).as_posix()
        for error in closed:
            yield Path(error.filename), Path(error.filename).relative_to(source).as_posix()


def _is_readable(name: str) -> bool:
    """Whether a name ends like a file that can be read."""
    return Path(name).suffix.lower() in TEXT_ENDINGS | HTML_ENDINGS | JSONL_ENDINGS


def _read_file(path: Path, name: str, max_file_mb: float) -> Iterator[Found]:
    """The documents of one file, or why there are none."""
    ending = path.suffix.lower()
    try:
        name.encode()
        if path.is_dir():
            yield Skipped(name, _why_not_a_file(path))
        elif not _is_readable(name):
            yield Skipped(name, f"{ending or 'no ending'} {OTHER_FORMAT}")
        elif not path.is_file():
            yield Skipped(name, "not a regular file (a broken or looping link?)")
        elif ending in JSONL_ENDINGS:
            yield from jsonl_documents(path, name, max_file_mb)
        elif (size := path.stat().st_size) > max_file_mb * MEGABYTE:
            yield Skipped(name, f"{size / MEGABYTE:.0f} MB; at most {max_file_mb:g} MB are read (max_file_mb)")
        elif ending in HTML_ENDINGS:
            data = path.read_bytes()
            yield Page(name, data, ending, hashlib.sha256(data).hexdigest())
        else:
            yield document(path.read_bytes(), name, ending)
    except OSError as error:
        yield Skipped(name, f"cannot be read: {error.strerror or error}")
    except UnicodeEncodeError:
        yield Skipped(name.encode(errors="replace").decode(), "its name is not valid UTF-8")


def _why_not_a_file(folder: Path) -> str:
    """Why a folder stands among the files."""
    if folder.is_symlink():
        return "a linked folder is not followed"
    return "a folder with the name of a file" if _is_readable(folder.name) else "a folder that cannot be opened"


def document(data: bytes, name: str, ending: str) -> Read:
    """One txt, md or html file; `ending` says which (".txt")."""
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        return Skipped(name, f"not UTF-8 (byte {error.start}); save it as UTF-8")
    if reason := unreadable(text):
        return Skipped(name, reason)
    digest = hashlib.sha256(data).hexdigest()
    return html_document(text, name, digest) if ending in HTML_ENDINGS else text_document(text, name, digest)
