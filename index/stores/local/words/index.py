"""The words of a generation: folded terms in a word index (tantivy), to be searched for and counted.

Accented terms are only ever counted, so they have a table of their own (`accented.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import tantivy

from index.records import Hit
from index.stores.local.words.accented import (
    WRITTEN_ONCE,
    AccentedCounts,
    CountsBuilder,
    open_counts,
    save_changed,
    save_table,
    table_of,
)
from index.stores.local.words.terms import Counts, Keys, Terms, terms
from index.stores.protocol import ACCENTED, FOLDED
from index.workers import TaskQueue, batches

WORDS_FOLDER, COUNTS_FOLDER = "words", "accented"
WRITER_HEAP = 64 << 20
"""Bytes that tantivy may fill before it writes a segment, for a change."""
LARGE_HEAP = 1536 << 20
"""The same for all chunks; a million fill it, so that a search has one segment to look through, not seven."""
BATCH = 512
"""Texts worked on at a time; only memory depends on it."""


class WordIndex:
    """The words of a generation. `changed`: whether chunks were taken out since all of it was written."""

    def __init__(self, words: tantivy.Index, accented: AccentedCounts, *, changed: bool) -> None:
        self._words = words
        self._accented = accented
        self._changed = changed
        self._searcher = words.searcher()

    def matching(self, field: str, terms: Sequence[str], count: int, selection: Sequence[int] | None) -> list[Hit]:
        """The chunks of highest BM25.

        Raises:
            ValueError: a field that is not searched.
        """
        schema = self._words.schema
        should = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, field, term)) for term in terms]
        query = tantivy.Query.boolean_query(should)
        if selection is not None:
            allowed = tantivy.Query.term_set_query(schema, "chunk", list(selection))
            allowed = tantivy.Query.const_score_query(allowed, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, allowed)])
        found = self._searcher.search(query, count, count=False).hits
        chunks = self._searcher.fast_field_values("chunk", [address for _, address in found])
        return [Hit(int(chunk or 0), float(score)) for (score, _), chunk in zip(found, chunks, strict=True)]

    def document_frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """In how many chunks each term stands."""
        if field == ACCENTED:
            return list(map(self._accented.count, terms))
        if self._changed:  # the quick count has what was taken out
            return [self._counted(field, term) for term in terms]
        return [int(self._searcher.doc_freq(field, term)) for term in terms]

    def _counted(self, field: str, term: str) -> int:
        """In how many chunks a term stands, found by searching."""
        query = tantivy.Query.term_query(self._words.schema, field, term)
        return int(self._searcher.search(query, 1, count=True).count)  # type: ignore[attr-defined]  # its types lack it


class WordWriter:
    """Takes texts as they come; other processes look for their words meanwhile. In memory without a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
            (folder / WORDS_FOLDER).mkdir(parents=True)
        self._words = _with_tokenizer(tantivy.Index(_schema(), str(folder / WORDS_FOLDER) if folder else None))
        self._feed = _Feed(self._words.writer(heap_size=LARGE_HEAP, num_threads=1))

    def add(self, chunks: Iterable[tuple[int, str]]) -> None:
        """Take chunks and what is searched of each: its title and its text."""
        self._feed.add(chunks)

    def finish(self) -> WordIndex:
        """Write all of it."""
        table = table_of(*self._feed.finish())
        if self._folder is not None:
            save_table(self._folder / COUNTS_FOLDER, table)
        self._words.reload()
        return WordIndex(self._words, AccentedCounts(table), changed=False)

    def drop(self) -> None:
        """Forget all of it."""
        self._feed.drop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


class _Feed:
    """Hands texts over in batches, and their terms to tantivy and the counts."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer
        self._counts = CountsBuilder()
        self._queue = TaskQueue(_numbered)
        self._waiting: list[tuple[int, str]] = []

    def add(self, chunks: Iterable[tuple[int, str]]) -> None:
        for chunk in chunks:
            self._waiting.append(chunk)
            if len(self._waiting) >= BATCH:
                self._hand_over()

    def finish(self) -> tuple[Keys, Counts]:
        """Write the terms; the counts of accented ones."""
        if self._waiting:
            self._hand_over()
        self._take(self._queue.drain())
        self._writer.commit()
        self._writer.wait_merging_threads()
        return self._counts.total()

    def drop(self) -> None:
        self._waiting = []
        self._queue.cancel()
        self._writer.rollback()

    def _hand_over(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._take(self._queue.submit(waiting))

    def _take(self, found: Iterable[tuple[list[int], Terms]]) -> None:
        for ids, of in found:
            for id_, folded in zip(ids, of.folded, strict=True):
                document = tantivy.Document()
                document.add_unsigned("chunk", id_)
                document.add_text(FOLDED, folded)
                self._writer.add_document(document)
            self._counts.add(of.keys, of.counts)


def _numbered(chunks: Sequence[tuple[int, str]]) -> tuple[list[int], Terms]:
    """The terms of some chunks."""
    return [id_ for id_, _ in chunks], terms([text for _, text in chunks])


def link_words(before: Path, folder: Path) -> None:
    """Begin with the words of another generation, which are whole; no file that stands there is ever changed."""
    for name in (WORDS_FOLDER, COUNTS_FOLDER):
        shutil.copytree(before / name, folder / name, ignore=_locks, copy_function=_link)


def change_words(
    before: Path, folder: Path, added: Iterable[tuple[int, str]], removed: Collection[int], lost: tuple[Keys, Counts]
) -> None:
    """Write the words of a generation as those of the one before, with some chunks more and some less.

    `lost`: the accented terms of those that are removed, and in how many of them each stands.
    """
    shutil.copytree(before / WORDS_FOLDER, folder / WORDS_FOLDER, ignore=_locks, copy_function=_link)
    (folder / COUNTS_FOLDER).mkdir()
    for name in WRITTEN_ONCE:
        _link(before / COUNTS_FOLDER / name, folder / COUNTS_FOLDER / name)
    words = _with_tokenizer(tantivy.Index.open(str(folder / WORDS_FOLDER)))
    writer = words.writer(heap_size=WRITER_HEAP, num_threads=1)
    if removed:
        writer.delete_documents_by_query(tantivy.Query.term_set_query(words.schema, "chunk", list(removed)))
    feed = _Feed(writer)
    feed.add(added)
    counts = CountsBuilder()
    counts.add(*feed.finish())
    counts.add(lost[0], -lost[1])
    save_changed(folder / COUNTS_FOLDER, before / COUNTS_FOLDER, *counts.total())


def open_words(folder: Path, *, changed: bool) -> WordIndex:
    """Open the words of a generation.

    Raises:
        RuntimeError, ValueError, OSError: a file is missing or is none of these.
    """
    words = _with_tokenizer(tantivy.Index.open(str(folder / WORDS_FOLDER)))
    return WordIndex(words, open_counts(folder / COUNTS_FOLDER), changed=changed)


def words_in_memory(chunks: Iterable[tuple[int, str]]) -> WordIndex:
    """The words of some chunks, on no disk."""
    writer = WordWriter(None)
    writer.add(chunks)
    return writer.finish()


def accented_terms_of(texts: Iterable[str]) -> tuple[Keys, Counts]:
    """The accented terms of some texts, and in how many of them each stands."""
    counts = CountsBuilder()
    for batch in batches(texts, BATCH):
        counts.add(*terms(batch)[1:])
    return counts.total()


def _link(source: str | Path, target: str | Path) -> None:
    """A hard link to a file that is written once, or a copy where the disk has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


_locks = shutil.ignore_patterns("*.lock")


def _schema() -> tantivy.Schema:
    """A field of ready-made terms, and the chunk's id."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("chunk", stored=False, indexed=True, fast=True)
    builder.add_text_field(FOLDED, stored=False, tokenizer_name="terms", index_option="freq")
    return builder.build()


def _with_tokenizer(words: tantivy.Index) -> tantivy.Index:
    """The terms come ready from `index.text`; tantivy splits them at blanks and changes nothing."""
    words.register_tokenizer("terms", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return words
