"""From a folder or file to documents. One bad file never stops the others: it comes out as `Skipped`, with why."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import SourceError
from index.metadata import dates
from index.records import Document, Page, Skipped
from index.text import INVISIBLE

TEXT_ENDINGS = frozenset({".txt", ".md", ".markdown", ".text"})
HTML_ENDINGS = frozenset({".html", ".htm", ".xhtml"})
JSONL_ENDINGS = frozenset({".jsonl", ".ndjson"})
MEGABYTE = 1_000_000
NO_TEXT = 'no "text" and no "body"'
"""Why a row is none; when the first row says so, the file is something else than articles and is left at once."""
OTHER_FORMAT = "is not a format that can be read (txt, md, html, jsonl)"
"""Why a file of another kind is left out."""
_VISIBLE = re.compile(rf"[^\s{INVISIBLE}]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
FEW_CONTROLS = 0.01
"""Share of control characters above which a file is taken for binary."""

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
    for path, name in _files(sources):
        yield from _read_file(path, name, max_file_mb)


def understood(item: Found) -> Read:
    """The document of an html file; what is one already stays so."""
    return document(item.data, item.source, item.ending) if isinstance(item, Page) else item


def row_count(sources: Sequence[Path]) -> int:
    """About how many articles there are: files, and the lines of jsonl files."""
    return sum(_line_count(path) if path.suffix.lower() in JSONL_ENDINGS else 1 for path, _ in _files(sources))


def _line_count(path: Path) -> int:
    """The lines of a file; none where it is no file or cannot be opened."""
    if not path.is_file():
        return 0
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(MEGABYTE), b""))
    except OSError:
        return 0


def _files(sources: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every file with its name in the collection: the path below the folder that was given."""
    for source in sources:
        if not source.is_dir():
            yield source, source.name
            continue
        closed: list[OSError] = []
        for folder, folders, files in os.walk(source, onerror=closed.append, followlinks=False):
            here = Path(folder)
            odd = [name for name in folders if _ending(name) or (here / name).is_symlink()]
            folders[:] = sorted(name for name in folders if name not in odd and not name.startswith("."))
            for name in sorted([*files, *odd]):
                if not name.startswith("."):
                    yield here / name, (here / name).relative_to(source).as_posix()
        for error in closed:
            yield Path(error.filename), Path(error.filename).relative_to(source).as_posix()


def _ending(name: str) -> bool:
    """Whether a name ends like a file that can be read."""
    return Path(name).suffix.lower() in TEXT_ENDINGS | HTML_ENDINGS | JSONL_ENDINGS


def _read_file(path: Path, name: str, max_file_mb: float) -> Iterator[Found]:
    """The documents of one file, or why there are none."""
    ending = path.suffix.lower()
    try:
        name.encode()
        if path.is_dir():
            yield Skipped(name, _why_not_a_file(path))
        elif not _ending(name):
            yield Skipped(name, f"{ending or 'no ending'} {OTHER_FORMAT}")
        elif not path.is_file():
            yield Skipped(name, "not a regular file (a broken or looping link?)")
        elif ending in JSONL_ENDINGS:
            yield from _rows(path, name, max_file_mb)
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
    return "a folder with the name of a file" if _ending(folder.name) else "a folder that cannot be opened"


def document(data: bytes, name: str, ending: str) -> Read:
    """One txt, md or html file; `ending` says which (".txt")."""
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        return Skipped(name, f"not UTF-8 (byte {error.start}); save it as UTF-8")
    if reason := unreadable(text):
        return Skipped(name, reason)
    digest = hashlib.sha256(data).hexdigest()
    if ending in HTML_ENDINGS:
        return _page(text, name, digest)
    return Document(source=name, text=text, sha256=digest)


def decode(data: bytes) -> str:
    """The text of a file's bytes, unchanged: UTF-8 (a BOM stays as U+FEFF), or UTF-16 with a BOM (which goes)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8")


def unreadable(text: str) -> str | None:
    """Why a decoded text is no article."""
    if not _VISIBLE.search(text):
        return "empty"
    controls = len(_CONTROL.findall(text))
    return "binary" if "\0" in text or controls > FEW_CONTROLS * len(text) else None


def _page(html: str, name: str, digest: str) -> Read:
    """One html page, by trafilatura and htmldate: the article's text without the page around it."""
    import trafilatura  # noqa: PLC0415 — 0.5 s that only html needs
    from htmldate import find_date  # noqa: PLC0415 — as above
    from trafilatura.settings import Document as Metadata  # noqa: PLC0415 — as above

    found = trafilatura.bare_extraction(html, include_comments=False, include_tables=True, with_metadata=True)
    if not isinstance(found, Metadata) or not (text := (found.text or "").strip()):
        return Skipped(name, "no article text found in the page")
    return Document(
        source=name,
        text=text,
        sha256=digest,
        title=found.title,
        published=find_date(html, extensive_search=False, original_date=True),
        publisher=found.sitename,
        url=found.url,
    )


def _rows(path: Path, name: str, max_file_mb: float) -> Iterator[Read]:
    """The rows of a jsonl file; the file may be of any size, each row is bounded."""
    limit = int(max_file_mb * MEGABYTE)
    rows = 0
    with path.open("rb") as file:
        number = 0
        while line := file.readline(limit + 1):
            number += 1
            if len(line) > limit:
                yield Skipped(f"{name}:{number}", f"the row is over {max_file_mb:g} MB (max_file_mb)")
                while line and not line.endswith(b"\n"):
                    line = file.readline(limit)
            elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                read_row = _row(line, name, number)
                rows += 1
                if rows == 1 and isinstance(read_row, Skipped) and NO_TEXT in read_row.reason:
                    yield Skipped(name, f"its first row has {NO_TEXT}")
                    return
                yield read_row
    if not rows:
        yield Skipped(name, "empty")


def _row(line: bytes, name: str, number: int) -> Read:
    """One row: `text`, or `title`, `abstract` and `body` joined by blank lines."""
    place = f"{name}:{number}"
    try:
        row = json.loads(line.decode("utf-8-sig"))
        text = _row_text(row)
        text.encode()
        source = f"{name}#{number if row.get('id') is None else row['id']}"
        source.encode()
    except UnicodeDecodeError:
        return Skipped(place, "not UTF-8; save it as UTF-8")
    except UnicodeEncodeError:
        return Skipped(place, "half of a surrogate pair in the text")
    except (ValueError, RecursionError) as error:
        return Skipped(place, f"not a row: {error}")
    if reason := unreadable(text):
        return Skipped(place, reason)
    return declared(row, source, text, hashlib.sha256(line.strip()).hexdigest())


def declared(row: dict[str, object], source: str, text: str, sha256: str) -> Document:
    """The document of a text and of what a row says of it: title, published (or date), publisher, url."""
    return Document(
        source=source,
        text=text,
        sha256=sha256,
        title=_declared(row, "title"),
        published=_day(_declared(row, "published", "date")),
        publisher=_declared(row, "publisher"),
        url=_declared(row, "url"),
    )


def _day(written: str | None) -> str | None:
    """The day that a row declares, ISO 8601; None when no single date stands there."""
    found = set(dates(written)) if written else set()
    return found.pop().isoformat() if len(found) == 1 else None


def _row_text(row: object) -> str:
    """The text of a row; its offsets count in this string."""
    if not isinstance(row, dict):
        raise ValueError(f"a {type(row).__name__}, not an object")  # noqa: TRY004 — a bad row is a bad value
    text = row.get("text")
    if isinstance(text, str):
        return text
    parts = [row.get("title"), row.get("abstract"), row.get("body")]
    joined = ["\n".join(map(str, part)) if isinstance(part, list) else part for part in parts]
    if not row.get("body"):
        raise ValueError(NO_TEXT)
    return "\n\n".join(part for part in joined if isinstance(part, str))


def _declared(row: dict[str, object], *names: str) -> str | None:
    """The first of these fields that holds a string that can be stored."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and (line := " ".join(value.split())) and line.isprintable():
            return line
    return None
