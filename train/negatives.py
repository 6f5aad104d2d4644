"""Wrong passages that look right: what a search for words finds near a question, and that does not answer it."""

from collections.abc import Iterable, Iterator, Sequence

from index.stores import FOLDED
from index.stores.local.words import WordIndex, words_in_memory
from index.text import folded_terms, word_texts
from train.data import Row

SEARCHED, KEPT = 12, 6
"""Passages that are looked at, and at most kept, for each question."""


def with_near(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, each with the passages `near` its question among those of all rows, best first."""
    passages = list(dict.fromkeys(map(passage_of, rows)))
    words = words_of(passages)
    known: dict[str, list[str]] = {}
    for row in rows:
        question = row["question"]
        if question not in known:
            hits = words.matching(FOLDED, folded_terms(word_texts(question)), SEARCHED, None)
            known[question] = [passages[hit.chunk] for hit in hits]
        yield row | {"near": wrong(row, known[question])[:KEPT]}


def passage_of(row: Row) -> str:
    """A row's passage, by whichever name its file calls it."""
    return str(row.get("context") or row["passage"])


def words_of(passages: Iterable[str]) -> WordIndex:
    """A search for words over the passages, in memory; their ids are their places."""
    return words_in_memory(enumerate(passages))


def wrong(row: Row, near: Iterable[str]) -> list[str]:
    """Those passages that are not the row's own and do not hold its answer."""
    answers = [answer["text"].lower() for answer in row.get("answers", ())]
    own = passage_of(row)
    return [text for text in near if text != own and not any(answer in text.lower() for answer in answers)]
