"""Gold questions: what is asked, what must come, and the collection that it is asked of."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import zlib
from pathlib import Path
from typing import Annotated

import msgspec

from index.errors import HoidapError

ROW = '{"question": "…", "answers": ["…"], "source": "a.txt", "kind": "time", "variant": ""}'
"""What a row of questions.jsonl looks like."""
MOST_GRADE = 1000
"""Graded relevance has a few steps; TREC's highest is 4."""


class GoldError(HoidapError):
    """A gold set cannot be read; the message names file and line."""


class GoldQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question with every accepted answer. No answers and no grades: it must be declined.

    Attributes:
        source: files that answer it, joined by "|".
        kind: time, num, who, where, what, why, how, or none.
        variant: how it was typed, such as "no_accents" or "en"; "suggested" until somebody has looked at it.
        starts: where answers begin in their file, as far as it is known (SQuAD); else any place that says one counts.
        before: the questions of the dialogue before it, oldest first.
        grades: relevance by source where files are judged and no answers are given (BEIR); 0 is not relevant.
    """

    question: str
    answers: tuple[str, ...]
    source: str = ""
    kind: str = ""
    variant: str = ""
    starts: tuple[int, ...] = ()
    before: tuple[str, ...] = ()
    grades: dict[str, Annotated[int, msgspec.Meta(ge=-MOST_GRADE, le=MOST_GRADE)]] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what would be counted as something else."""
        if not self.question.strip():
            raise ValueError("the question is blank")
        if not all(answer.strip() for answer in self.answers):
            raise ValueError("an answer is blank; leave it out, and all of them when the question must be declined")
        if bool(self.answers) != bool(self.source):
            raise ValueError('"answers" and "source" go together: words and the file that they stand in, or neither')
        if self.grades and (self.answers or max(self.grades.values()) <= 0):
            raise ValueError('"grades" name at least one relevant file and go without "answers"')

    @property
    def sources(self) -> frozenset[str]:
        """The files that answer it."""
        return frozenset(source for source, grade in self.relevance.items() if grade > 0)

    @property
    def relevance(self) -> dict[str, int]:
        """Grade by file: what was judged, or 1 for each file that answers."""
        return self.grades or dict.fromkeys(self.source.split("|") if self.source else (), 1)

    @property
    def must_decline(self) -> bool:
        """Whether the collection holds no answer."""
        return not self.answers and not self.grades


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """Questions and what they are asked of.

    Attributes:
        sha256: of the file, hexadecimal; two runs are comparable when it is the same.
        articles: jsonl rows of the articles that the set brings along; none: asked of `corpus` or of a given index.
        file: the name that those articles have as a file, which their sources begin with.
        notes: what is odd about the set and does not stop its use.
    """

    name: str
    sha256: str
    questions: tuple[GoldQuestion, ...]
    articles: tuple[dict[str, str], ...] = ()
    file: str = "squad.jsonl"
    corpus: Path | None = None
    notes: tuple[str, ...] = ()


def content(path: Path) -> bytes:
    """The bytes of a gold file; `.xz` and `.gz` are unpacked.

    Raises:
        GoldError: it cannot be read.
    """
    unpacked = {".xz": lzma.decompress, ".gz": gzip.decompress}.get(path.suffix.lower(), bytes)
    try:
        data = unpacked(path.read_bytes())
    except (OSError, lzma.LZMAError, zlib.error, EOFError) as error:
        raise GoldError(f"{path} cannot be read: {error}") from error
    return data.removeprefix(b"\xef\xbb\xbf")


def lines(data: bytes) -> list[tuple[int, bytes]]:
    """The lines of a gold file that hold something, each with its number from 1."""
    return [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]


def digest(*parts: bytes) -> str:
    """The sha256 of a set's bytes, hexadecimal."""
    return hashlib.sha256(b"".join(parts)).hexdigest()
