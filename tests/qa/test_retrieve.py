from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from index.embed import BUNDLED, embedder_named
from index.records import Chunk, Filters, Hit
from index.stores import Snapshot
from qa.pipeline import Asker
from qa.question import understand
from qa.retrieve.match import rarity
from qa.retrieve.search import (
    DEPTH,
    MOST_BM25,
    Searcher,
    Shares,
    Weights,
    fit,
    fuse,
    fusion,
    known_share,
    passages,
    searches,
    shares,
    weights_for,
)
from qa.retrieve.vectors import TextVectors, WordVectors
from train.text import strip_accents

GOLD = "khi nào SCO họp thượng đỉnh ở Astana?"


def holding(words: dict[str, int], chunks: int = 10) -> Snapshot:
    """A collection of which only is known in how many of its chunks a word stands."""

    def document_frequencies(_field: str, terms: list[str]) -> list[int]:
        return [words.get(term, 0) for term in terms]

    return cast("Snapshot", SimpleNamespace(chunk_count=chunks, document_frequencies=document_frequencies))


@pytest.fixture(scope="module")
def texts() -> TextVectors:
    return TextVectors(embedder_named(BUNDLED))


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return WordVectors()


def test_a_bm25_score_becomes_a_share_of_what_the_question_could_reach() -> None:
    query = understand("hội nghị")
    most = 2 * MOST_BM25 * rarity(3, 10)  # two words in three of ten chunks each
    found = shares(
        query,
        holding({"hoi": 3, "nghi": 3, "hoi_nghi": 3}),
        {"dense": [Hit(7, 0.4)], "words": [Hit(7, most), Hit(2, most / 4)], "pairs": [Hit(2, most / 4)]},
    )
    assert found.chunks == [2, 7]
    assert found.dense.tolist() == pytest.approx([0, 0.4])
    assert found.lexical.tolist() == pytest.approx([(1 / 4 + 1 / 2) / 2, (1 + 0) / 2])


def test_words_that_the_collection_lacks_make_the_share_of_the_others_small() -> None:
    query = understand("Lavrov gặp")
    reached = {"dense": [], "words": [Hit(1, 1.0)], "pairs": []}
    all_known = shares(query, holding({"lavrov": 3, "gap": 3}), reached).lexical[0]
    half_known = shares(query, holding({"lavrov": 3}), reached).lexical[0]
    assert half_known == pytest.approx(all_known * 2 * rarity(3, 10) / (rarity(3, 10) + rarity(0, 10)))


def test_a_chunk_that_a_full_list_cut_off_gets_what_the_last_one_got() -> None:
    query = understand("hội")
    full = [Hit(chunk, 1.0 - chunk / 1000) for chunk in range(DEPTH)]
    found = shares(query, holding({"hoi": 1}), {"dense": full, "words": [Hit(5000, 1.0)], "pairs": []})
    assert found.dense[found.chunks.index(5000)] == pytest.approx(1.0 - (DEPTH - 1) / 1000)


def test_a_cosine_below_zero_takes_nothing_away() -> None:
    found = shares(understand("hội"), holding({}), {"dense": [Hit(1, -0.3)], "words": [], "pairs": []})
    assert found.dense.tolist() == [0]


def test_the_weighted_sum_of_shares_orders_and_equal_ones_go_by_chunk() -> None:
    found = Shares([3, 4, 9], np.array([0.5, 0.1, 0.5]), np.array([0.2, 0.8, 0.2]))
    hits = fuse(found, Weights(dense=1.0, lexical=0.5, fit=9.0))
    assert [hit.chunk for hit in hits] == [3, 9, 4]
    assert [hit.score for hit in hits] == pytest.approx([0.6, 0.6, 0.5])


def test_the_known_share_counts_words_by_their_rarity() -> None:
    known, unknown = rarity(2, 10), rarity(0, 10)
    snapshot = holding({"lavrov": 2, "gap": 2})
    assert known_share(understand("Lavrov gặp"), snapshot) == pytest.approx(1)
    assert known_share(understand("Lavrov Wang"), snapshot) == pytest.approx(known / (known + unknown))
    assert known_share(understand("会议"), snapshot) == 0


@pytest.mark.parametrize(("question", "kind"), [("Lavrov gặp ai", "accented"), ("Lavrov gap ai", "bare")])
def test_weights_go_from_unknown_to_known_with_the_share_of_known_words(question: str, kind: str) -> None:
    mixture = fusion().weights["accented" if kind == "accented" else "bare"]
    query = understand(question)
    assert weights_for(query, 1.0) == mixture.known
    assert weights_for(query, 0.0) == mixture.unknown
    assert weights_for(query, 0.25).fit == pytest.approx(0.25 * mixture.known.fit + 0.75 * mixture.unknown.fit)


def test_no_weight_is_negative_and_words_of_another_language_are_left_to_vectors() -> None:
    for mixture in fusion().weights.values():
        for weights in (mixture.known, mixture.unknown):
            assert min(weights.dense, weights.lexical, weights.fit) >= 0
        assert mixture.unknown.lexical < mixture.known.lexical


def test_the_fit_is_the_rarity_of_the_words_that_stand_there(vectors: WordVectors) -> None:
    chunks = [
        Chunk(id=0, article="a", start=0, end=1, text="Lavrov gặp", title=""),
        Chunk(id=1, article="a", start=0, end=1, text="gặp", title="Lavrov"),
        Chunk(id=2, article="a", start=0, end=1, text="?", title=""),
    ]
    found = fit(understand("Lavrov gặp"), holding({"lavrov": 1, "gặp": 4, "gap": 4}), vectors, chunks)
    assert found.tolist() == pytest.approx([1, 1, 0], abs=1e-5)


def test_without_accents_a_question_fits_as_well(vectors: WordVectors) -> None:
    chunk = Chunk(id=0, article="a", start=0, end=1, text="hội nghị thượng đỉnh", title="")
    snapshot = holding(dict.fromkeys(("hoi", "nghi", "thuong", "dinh"), 1))
    assert fit(understand("hoi nghi thuong dinh"), snapshot, vectors, [chunk]).tolist() == pytest.approx([1], abs=1e-5)


def test_the_nearest_are_compared_and_the_others_follow_in_falling_order(
    asker: Asker, texts: TextVectors, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.retrieve.search.COMPARED", 3)
    query = understand(GOLD)
    hits = Searcher(asker.snapshot, texts, vectors).ranked(query)
    found = shares(query, asker.snapshot, searches(query, asker.snapshot, texts))
    before = [hit.chunk for hit in fuse(found, weights_for(query, known_share(query, asker.snapshot)))]
    assert {hit.chunk for hit in hits[:3]} == set(before[:3])
    assert [hit.chunk for hit in hits[3:]] == before[3:]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    "question", [GOLD, strip_accents(GOLD), "When is the SCO summit in Astana?", "SCO峰会何时举行?"]
)
def test_in_any_language_and_without_accents_the_right_article_comes_first(
    asker: Asker, texts: TextVectors, vectors: WordVectors, question: str
) -> None:
    found = passages(asker.snapshot, Searcher(asker.snapshot, texts, vectors).ranked(understand(question)))
    article = asker.snapshot.article(found[0].chunk.article)
    assert article is not None
    assert article.source == "000_b1bbe682103b1e53.txt"


def test_a_selection_bounds_every_search(asker: Asker, texts: TextVectors, vectors: WordVectors) -> None:
    selection = asker.snapshot.select(Filters(source="000_*"))
    searcher = Searcher(asker.snapshot, texts, vectors)
    hits = searcher.ranked(understand(GOLD), selection)
    assert {hit.chunk for hit in hits} <= set(selection)
    assert searcher.ranked(understand(GOLD), []) == []
