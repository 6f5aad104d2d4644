"""Which files train the embedder, how their rows become pairs, and how large a share of the batches each takes."""

import csv
import functools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from train import pairs
from train.data import DOCUMENT_PARTS, KEPT_BACK_NEWS, HeldOut, Row, Selection, is_kept_back
from train.negatives import passage_of, with_near
from train.pairs import Build, Pair

WORDS = Path(__file__).with_name("words.tsv")


@dataclass(frozen=True)
class Source:
    """Files (glob patterns), the builder of their pairs, how often it runs over them, its share of the batches."""

    name: str
    patterns: tuple[str, ...]
    build: Build
    copies: int
    share: float


SOURCES = (
    Source("news", ("vietnews.train",), pairs.each(pairs.from_article), 1, 0.14),
    Source("news-questions", ("vietnews.train",), pairs.each(pairs.questions_of_article), 1, 0.14),
    Source("accents", ("vietnews.train",), pairs.each(pairs.accents_of_article), 1, 0.04),
    Source("questions-vi", ("qa/vi_*",), pairs.each(pairs.from_question), 8, 0.14),
    Source("questions-en", ("qa/*_en",), pairs.each(pairs.from_question), 3, 0.04),
    Source("questions-zh", ("qa/*_zh",), pairs.each(pairs.from_question), 2, 0.03),
    Source(
        "judged",
        ("retrieval/vi_zalo2019_labelled", "retrieval/vi_alqac_retrieval"),
        pairs.from_labelled,
        6,
        0.03,
    ),
    Source("aligned-questions", ("retrieval/mlqa_test_unlabelled",), pairs.from_aligned, 6, 0.11),
    Source("translations", ("parallel/*",), pairs.each(pairs.from_translation), 2, 0.15),
    Source("translated-documents", ("parallel/*",), pairs.each_document, 1, 0.11),
    Source("lexicon", ("lexicon/*",), pairs.each(pairs.from_lexicon), 3, 0.05),
    Source("words", (), pairs.each(pairs.from_lexicon), 20, 0.02),
)


def pairs_of(source: Source, data: Selection, exclude: HeldOut, rng: random.Random) -> Iterator[Pair]:
    """The pairs of one source; of encyclopaedic ones, those whose passage is not held out."""
    rows = list(rows_of(source, data, exclude))
    for _ in range(source.copies):
        yield from source.build(rows, rng)


def rows_of(source: Source, data: Selection, exclude: HeldOut) -> Iterator[Row]:
    """The rows that a source may train on. Questions also say which wrong passages look right."""
    if not source.patterns:
        return own_words()
    rows = (row for pattern in source.patterns for row in data.rows(pattern) if not is_kept_back_row(row))
    if not source.patterns[0].startswith(("qa/", "retrieval/")):
        return rows
    held_out = functools.cache(exclude.shares_text_with)
    return with_near([row for row in rows if not held_out(passage_of(row))])


def is_kept_back_row(row: Row) -> bool:
    """Whether a row of translated news belongs to a document that the ranking is fitted on."""
    return row.get("file") in KEPT_BACK_NEWS and is_kept_back(row.get("doc") or row["en"], DOCUMENT_PARTS)


def own_words() -> Iterator[Row]:
    """The hand-written list that ships with this package: question words, news words, names, in four languages."""
    with WORDS.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")
