"""The tables of a collection on a Milvus server: what stands in their rows, and how they are made.

    NAME_generations   one row for each of the newest generations: its `State`
    NAME_articles      articles in pieces that a VARCHAR takes
    NAME_chunks_<n>    chunks with vector and words, for all generations since the embedder changed
    NAME_leases        who writes, and until when (`index.stores.milvus.lock`)

Rows of articles and chunks say in which generations they hold: from `born` on, and before `gone`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from index.errors import IndexDamaged
from index.records import Article, ArticleSummary, Chunk, Range
from index.stores.milvus.server import Row
from index.stores.protocol import ACCENTED, FOLDED, Vectors
from index.text import accented_terms, folded_terms, word_texts

LONGEST = 65_535
"""Bytes that a VARCHAR takes."""
LONGEST_TERM = 256
"""Bytes of the longest word that is searched for; longer ones are no words."""
NEVER = (1 << 62) - 1
"""`gone` of what still holds."""
K1, B = 1.2, 0.75
"""The parameters of BM25, those of tantivy."""
GENERATIONS, ARTICLES, CHUNKS = "generations", "articles", "chunks_"
ARTICLE_FIELDS = ("row", "id", "source", "sha256", "piece", "summary", "text", "born", "gone", "vector")
CHUNK_FIELDS = (
    *("row", "chunk", "article", "start", "end", "title", "text", "outside", ACCENTED, FOLDED, "length"),
    *("source", "published", "language", "born", "gone", "vector"),
)


def holds(generation: int) -> str:
    """The filter for the rows that hold in a generation."""
    return f"born <= {generation} and gone > {generation}"


# Articles


def article_rows(article: Article, chunks: int, generation: int) -> list[Row]:
    """An article in pieces; the first also says what lists show."""
    heads = {name: getattr(article, name) for name in ArticleSummary.__struct_fields__ if name != "chunks"}
    summary = msgspec.json.encode(ArticleSummary(**heads, chunks=chunks)).decode()
    if len(summary.encode()) > LONGEST:
        raise IndexDamaged(f"{article.source[:100]}: title and addresses have more than the {LONGEST} bytes for them.")
    return [
        {
            "row": f"{article.id}@{generation}#{number}",
            "id": article.id,
            "source": article.source,
            "sha256": article.sha256,
            "piece": number,
            "summary": "" if number else summary,
            "text": piece,
            "born": generation,
            "gone": NEVER,
            "vector": [0.0, 0.0],
        }
        for number, piece in enumerate(pieces(msgspec.json.encode(article).decode()))
    ]


def article_of(rows: Iterable[Row]) -> Article | None:
    """The article whose pieces these are."""
    parts = sorted(rows, key=lambda row: int(row["piece"]))
    return msgspec.json.decode("".join(row["text"] for row in parts), type=Article) if parts else None


def pieces(text: str, longest: int = LONGEST) -> Iterator[str]:
    """A text in pieces of at most so many bytes; no character is cut."""
    raw = text.encode()
    start = 0
    while start < len(raw):
        end = min(start + longest, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # noqa: PLR2004 — the second byte of a character or a later one
            end -= 1
        yield raw[start:end].decode()
        start = end


# Chunks


def chunk_row(id_: int, article: Article, place: Range, vector: Vectors, generation: int) -> Row:
    """A chunk with what is searched of it. `vector`: float32 [dimensions]."""
    text = article.text[place.start : place.end]
    outside = max(len(text.encode()), len(article.title.encode())) > LONGEST
    found = word_texts(f"{article.title}\n{text}")
    return {
        "row": f"{id_}@{generation}",
        "chunk": id_,
        "article": article.id,
        "start": place.start,
        "end": place.end,
        "title": "" if outside else article.title,
        "text": "" if outside else text,
        "outside": outside,
        ACCENTED: written_terms(accented_terms(found)),
        FOLDED: written_terms(folded_terms(found)),
        "length": max(2 * len(found) - 1, 0),
        "source": article.source,
        "published": article.published or "",
        "language": article.language,
        "born": generation,
        "gone": NEVER,
        "vector": vector.astype("float32").tolist(),
    }


def chunk_of(row: Row, article: Article | None = None) -> Chunk:
    """The chunk of a row; `article` where its text stands outside of it."""
    start, end = int(row["start"]), int(row["end"])
    title, text = (article.title, article.text[start:end]) if article else (row["title"], row["text"])
    return Chunk(id=int(row["chunk"]), article=row["article"], start=start, end=end, text=text, title=title)


def written_terms(terms: Sequence[str]) -> str:
    """Terms as the server splits and finds them again; those past what a VARCHAR takes are not searched."""
    line = " ".join(filter(None, map(written_term, terms)))
    raw = line.encode()
    return line if len(raw) <= LONGEST else raw[:LONGEST].decode(errors="ignore").rpartition(" ")[0]


def written_term(term: str) -> str:
    """A term of letters, digits and _ alone, which no analyzer splits: "240ˑ2cˑ1" of "240,1"; "" if it is too long."""
    if term.isascii() and term.isalnum():
        return term if len(term) <= LONGEST_TERM else ""
    written = "".join(char if char.isalnum() or char == "_" else f"ˑ{ord(char):x}ˑ" for char in term)
    return written if len(written.encode()) <= LONGEST_TERM else ""


def bm25_of(field: str) -> str:
    """The field that Milvus's BM25 function fills from one of words."""
    return f"{field}_bm25"
