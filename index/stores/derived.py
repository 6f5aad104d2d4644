"""The two indexes that are derived from SQLite: vectors (FAISS) and words (tantivy), each for one generation.

A generation that changes little follows the one before it: files that are written once are shared by hard links, and
only what changed is added. BM25 goes on counting the words of what was taken out until all is derived anew.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tantivy

from index.records import Hit
from index.stores import ACCENTED, FOLDED, Vectors
from index.stores.manifest import is_whole, write_manifest
from index.stores.vectors import GONE_FILE, WRITTEN_ONCE, VectorIndex, VectorIndexBuilder, first_ids, open_vectors
from index.text import accented_terms, folded_terms, word_texts
from index.work import batches, mapped

WORDS_FOLDER = "words"
WRITER_HEAP = 64 << 20
"""Bytes that tantivy may fill before it writes a segment, for a change."""
LARGE_HEAP = 256 << 20
"""The same for all chunks: fewer segments to merge, a sixth of the time less."""

BATCH = 512
"""Rows handed to both indexes at a time; only memory depends on it."""


class ChunkRow(NamedTuple):
    """What the derived indexes need of a chunk. `vector`: float32 [dimensions], unit length."""

    id: int
    title: str
    text: str
    vector: Vectors


class Changes(NamedTuple):
    """What a generation changes: the derived files that it follows, and chunks by id.

    Attributes:
        added: first id of the chunks that are new.
        removed: chunks of the generation before that are gone.
    """

    follows: Path
    added: int
    removed: Collection[int]


class Derived:
    """Vector and word index over the same chunks."""

    def __init__(self, vectors: VectorIndex, words: tantivy.Index) -> None:
        self._vectors = vectors
        self._words = words
        self._searcher = words.searcher()

    def nearest(self, vector: Vectors, count: int, selection: Sequence[int] | None) -> list[Hit]:
        """The chunks of highest inner product."""
        return self._vectors.nearest(vector, count, selection)

    def matching(self, field: str, terms: Sequence[str], count: int, selection: Sequence[int] | None) -> list[Hit]:
        """The chunks of highest BM25."""
        schema = self._words.schema
        should = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, field, term)) for term in terms]
        query = tantivy.Query.boolean_query(should)
        if selection is not None:
            allowed = tantivy.Query.term_set_query(schema, "chunk", list(selection))
            allowed = tantivy.Query.const_score_query(allowed, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, allowed)])
        found = self._searcher.search(query, count, count=False).hits
        return [Hit(int(self._searcher.doc(address)["chunk"][0]), float(score)) for score, address in found]

    def document_frequency(self, field: str, term: str) -> int:
        """In how many chunks a term stands."""
        if not self._vectors.gone:
            return int(self._searcher.doc_freq(field, term))
        # The quick count has what was taken out.
        query = tantivy.Query.term_query(self._words.schema, field, term)
        return int(self._searcher.search(query, 1, count=True).count)  # type: ignore[attr-defined]  # its types lack it


def derive(
    rows: Iterable[ChunkRow],
    dimensions: int,
    folder: Path | None = None,
    signature: str = "",
    words_of: Path | None = None,
) -> Derived:
    """Build both indexes, in `folder` with a manifest that says whose they are, or in memory.

    `words_of`: derived files of another generation, whole, with the same words.
    """
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    collected = VectorIndexBuilder(dimensions)
    if folder and words_of:
        _link_words(words_of, folder)
        words = tantivy.Index.open(str(folder / WORDS_FOLDER))
        _fill(rows, collected, None)
    else:
        if folder is not None:
            (folder / WORDS_FOLDER).mkdir(parents=True)
        words = tantivy.Index(_schema(), str(folder / WORDS_FOLDER) if folder else None)
        writer = _with_tokenizer(words).writer(heap_size=LARGE_HEAP, num_threads=1)
        _fill(rows, collected, writer)
        _commit(writer)
    return _finished(collected.finish(), words, folder, signature)


def written_at_once(folder: Path) -> tuple[int, int]:
    """The last chunk whose vector was written at once, and how many chunks are gone since.

    Raises:
        ValueError, OSError: a file is missing or none of these.
    """
    ids = first_ids(folder)
    return int(ids[-1]) if len(ids) else 0, len(_gone(folder))


def derive_changed(
    rows: Iterable[ChunkRow], changes: Changes, dimensions: int, folder: Path, signature: str
) -> Derived:
    """Build both indexes by changing those of the generation before.

    `rows`: the chunks behind the last one whose vector was written at once, by id.

    Raises:
        RuntimeError, ValueError, OSError: what it follows is damaged, or the folder cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    _link_words(changes.follows, folder)
    for name in WRITTEN_ONCE:
        if (changes.follows / name).exists():
            _link(changes.follows / name, folder / name)
    words = _with_tokenizer(tantivy.Index.open(str(folder / WORDS_FOLDER)))
    writer = words.writer(heap_size=WRITER_HEAP, num_threads=1)
    if changes.removed:
        writer.delete_documents_by_query(tantivy.Query.term_set_query(words.schema, "chunk", list(changes.removed)))
    collected = VectorIndexBuilder(dimensions)
    _fill(rows, collected, writer, changes.added)
    _commit(writer)
    gone = _gone(changes.follows).union(changes.removed)
    return _finished(collected.finish_behind(folder, gone), words, folder, signature)


def _gone(folder: Path) -> set[int]:
    """The chunks that are gone since all was derived."""
    path = folder / GONE_FILE
    return set(map(int, np.load(path, allow_pickle=False))) if path.exists() else set()


def _commit(writer: tantivy.IndexWriter) -> None:
    writer.commit()
    writer.wait_merging_threads()


def _finished(vectors: VectorIndex, words: tantivy.Index, folder: Path | None, signature: str) -> Derived:
    """Both indexes, saved with a manifest if there is a folder."""
    if folder is not None:
        vectors.save(folder)
        write_manifest(folder, signature)
    words.reload()
    return Derived(vectors, _with_tokenizer(words))


def open_derived(folder: Path, signature: str) -> Derived:
    """Open both indexes, if every file is as it was written for this signature.

    Raises:
        RuntimeError, ValueError, OSError: a file is missing, cut off, changed or another collection's.
    """
    if is_whole(folder, signature):
        opened = Derived(open_vectors(folder), _with_tokenizer(tantivy.Index.open(str(folder / WORDS_FOLDER))))
        if is_whole(folder, signature):  # a file that went meanwhile looks like one that there never was
            return opened
    raise ValueError(f"{folder} does not hold the derived files of {signature}")


def _link(source: str | Path, target: str | Path) -> None:
    """A hard link to a file that is written once, or a copy where the disk has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _link_words(source: Path, folder: Path) -> None:
    """Begin with the word index of another generation, which is whole; tantivy changes no file that it has written."""
    shutil.copytree(source / WORDS_FOLDER, folder / WORDS_FOLDER, ignore=_locks, copy_function=_link)


_locks = shutil.ignore_patterns("*.lock")


def _fill(
    rows: Iterable[ChunkRow],
    vectors: VectorIndexBuilder,
    words: tantivy.IndexWriter | None,
    first: int = 0,
) -> None:
    """Hand every row to both indexes; to the words those from `first` on."""
    given, waiting = itertools.tee(batches(rows, BATCH))
    for batch, found in zip(waiting, mapped(_terms, (_texts(batch, words, first) for batch in given)), strict=True):
        _add_vectors(vectors, batch)
        if words is not None:
            _add_words(words, batch[len(batch) - len(found) :], found)


def _texts(batch: Sequence[ChunkRow], words: tantivy.IndexWriter | None, first: int) -> list[str]:
    """What the word index has to hold of these rows: of the last ones, as they come by id."""
    return [f"{row.title}\n{row.text}" for row in batch if words is not None and row.id >= first]


def _terms(texts: Sequence[str]) -> list[tuple[str, str]]:
    """What both fields of the word index hold of each text."""
    found = map(word_texts, texts)
    return [(" ".join(accented_terms(words)), " ".join(folded_terms(words))) for words in found]


def _add_words(writer: tantivy.IndexWriter, batch: Sequence[ChunkRow], found: Sequence[tuple[str, str]]) -> None:
    """Add chunks to the word index."""
    for row, (accented, folded) in zip(batch, found, strict=True):
        document = tantivy.Document()
        document.add_unsigned("chunk", row.id)
        document.add_text(ACCENTED, accented)
        document.add_text(FOLDED, folded)
        writer.add_document(document)


def _add_vectors(vectors: VectorIndexBuilder, batch: Sequence[ChunkRow]) -> None:
    """Add one batch to the vector index."""
    vectors.add([row.id for row in batch], np.stack([row.vector for row in batch]))


def _schema() -> tantivy.Schema:
    """Two text fields of ready-made terms, and the chunk's id."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("chunk", stored=True, indexed=True)
    for field in (ACCENTED, FOLDED):
        builder.add_text_field(field, stored=False, tokenizer_name="terms", index_option="freq")
    return builder.build()


def _with_tokenizer(words: tantivy.Index) -> tantivy.Index:
    """The terms come ready from `index.text`; tantivy splits them at blanks and changes nothing."""
    words.register_tokenizer("terms", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return words
