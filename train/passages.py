"""How well hoidap's searches find passages: `python -m train.passages --data ../shared/data`.

Each development set is a collection of its own distinct passages, in the product's own index; a passage ranks with its
best chunk. One line for each set, and for each with Vietnamese questions one more without their accents.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from index.clean import article_id
from index.config import IndexConfig
from index.embed import BUNDLED, embedder_named
from index.pipeline import build
from index.records import Hit
from index.stores import Snapshot, store_at
from qa.question import lexicon_of, understand
from qa.retrieve.search import Searcher, searches
from qa.retrieve.vectors import TextVectors, WordVectors
from train.evaluate import DEPTHS, Collection, questions
from train.text import strip_accents

SETS = tuple(f"{asked}_{written}" for written in ("vic", "enc", "zhc") for asked in ("viq", "enq", "zhq"))
NEVER = 1 << 30
"""Rank of a passage that was not found."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line for each collection: the recall of each search and of all together."""
    parser = argparse.ArgumentParser(prog="python -m train.passages", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("sets", nargs="*", default=SETS, help="such as viq_vic; all when none is named")
    settings = parser.parse_args(arguments)
    for name in settings.sets:
        asked, passages, right = questions(settings.data, f"dev/mlqa_{name}")
        print(name, line((asked, passages, right)), flush=True)
        if name.startswith("vi"):
            print(f"{name}, no accents", line((list(map(strip_accents, asked)), passages, right)), flush=True)


def line(collection: Collection) -> str:
    """R@1 / R@5 / R@10 of every search, as text."""
    ranks: dict[str, list[int]] = {}
    for found in ranked(collection):
        for search, rank in found.items():
            ranks.setdefault(search, []).append(rank)
    figures = {search: [np.mean(np.array(places) <= depth) for depth in DEPTHS] for search, places in ranks.items()}
    return "; ".join(f"{search} {' / '.join(f'{share:.3f}' for share in shares)}" for search, shares in figures.items())


def ranked(collection: Collection) -> Iterator[dict[str, int]]:
    """For every question the rank of its passage in each search, from 1."""
    asked, passages, right = collection
    texts, vectors = TextVectors(embedder_named(BUNDLED)), WordVectors()
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "passages.jsonl")
        articles = ({"id": str(place), "text": passage} for place, passage in enumerate(passages))
        rows.write_bytes(b"\n".join(map(msgspec.json.encode, articles)))
        build([rows], f"{folder}/index", IndexConfig())
        snapshot = store_at(f"{folder}/index").snapshot()
        for question, place in zip(asked, right, strict=True):
            query = understand(question, lexicon_of(snapshot))
            fused = Searcher(snapshot, texts, vectors).ranked(query)
            found = searches(query, snapshot, texts) | {"fused": fused}
            wanted = article_id(f"{rows.name}#{place}")
            yield {search: rank_of(wanted, hits, snapshot) for search, hits in found.items()}
        snapshot.close()


def rank_of(article: str, hits: Sequence[Hit], snapshot: Snapshot) -> int:
    """The rank of an article among those of the hits, each counted at its best chunk."""
    order = list(dict.fromkeys(chunk.article for chunk in snapshot.chunks([hit.chunk for hit in hits])))
    return order.index(article) + 1 if article in order else NEVER


if __name__ == "__main__":
    main()
