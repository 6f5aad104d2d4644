"""Rows of jsonl files, each an article."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from index.clean.metadata import dates
from index.read.decoding import MEGABYTE, unreadable
from index.records import Document, Skipped

JSONL_ENDINGS = frozenset({".jsonl", ".ndjson"})
NO_TEXT = 'no "text" and no "body"'
"""Why a row is none; when the first row says so, the file is something else than articles and is left at once."""


def jsonl_documents(path: Path, name: str, max_file_mb: float) -> Iterator[Document | Skipped]:
    """The rows of a jsonl file; the file may be of any size, each row is bounded."""
    limit = int(max_file_mb * MEGABYTE)
    read = 0
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
                read += 1
                if read == 1 and isinstance(read_row, Skipped) and NO_TEXT in read_row.reason:
                    yield Skipped(name, f"its first row has {NO_TEXT}")
                    return
                yield read_row
    if not read:
        yield Skipped(name, "empty")


def _row(line: bytes, name: str, number: int) -> Document | Skipped:
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


def file_of(source: str) -> str:
    """The file that a source stands in: jsonl rows are "file.jsonl#id", their failures "file.jsonl:line"."""
    return re.sub(r"(\.(?:jsonl|ndjson))[#:].*$", r"\1", source, flags=re.IGNORECASE | re.DOTALL)
