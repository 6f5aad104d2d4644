"""Every store, through one suite written against the protocol, with brute force as the oracle.

A new store joins by a line in PLACES. What only a local collection promises stands in test_local_store.py.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from milvus_lite_server import LiteServer

from index.clean import article_id
from index.errors import FilterError, IndexLocked, IndexMissing
from index.records import Article, Filters, Hit, Range, Recipe
from index.stores import ACCENTED, FOLDED, FORMAT, Snapshot, Store, Vectors, store_at
from index.stores.local import writer as local_writer
from index.text import fold

ROOT = Path(__file__).parents[2]
PLACES = ["local", "changed", "milvus"]
"""A local collection whose generations are derived anew, one whose generations change the one before; a server's."""
RECIPE = Recipe(
    format=FORMAT,
    embedder="fake",
    embedder_sha256="0",
    dimensions=4,
    tokenisation=1,
    chunk_syllables=50,
    overlap_sentences=0,
)
LOCAL_PRECISION = 0.02
"""How far a cosine may be off in a folder, where a number has seven bits: in four dimensions; of 512 it is 0.004."""
EAST, NORTH, UP = np.eye(4, dtype=np.float32)[:3]


@pytest.fixture(params=PLACES)
def uri(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "changed":
        monkeypatch.setattr(local_writer, "FEW", 1)
        monkeypatch.setattr(local_writer, "MOST_CHANGED", 100)
    return place(request, tmp_path)


def place(request: pytest.FixtureRequest, folder: Path) -> str:
    """Where a new collection shall be."""
    if request.param == "milvus":
        server: LiteServer = request.getfixturevalue("milvus")
        return server.uri(f"test_{secrets.token_hex(8)}")
    return str(folder / "index")


@pytest.fixture
def store(uri: str) -> Store:
    return store_at(uri)


def article(source: str, text: str, **known: object) -> Article:
    facts = {
        "sha256": "0",
        "title": "Tựa",
        "published": None,
        "publisher": None,
        "url": None,
        "language": "vi",
        **known,
    }
    return Article(id=article_id(source), source=source, text=text, **facts)  # type: ignore[arg-type]


def put(store: Store, articles: Sequence[tuple[Article, Sequence[Vectors]]], remove: Sequence[str] = ()) -> int:
    """Commit articles, each one chunk a vector (every chunk is the whole text), and take others out."""
    with store.writer() as writer:
        writer.set_recipe(RECIPE)
        for one, vectors in articles:
            writer.replace(one, [Range(0, len(one.text))] * len(vectors), vectors)
        for source in remove:
            writer.remove(source)
        return writer.commit()


def put_texts(store: Store, *texts: str, title: str = "Tựa") -> None:
    put(store, [(article(f"{number}.txt", text, title=title), [EAST]) for number, text in enumerate(texts)])


@pytest.fixture
def opened(store: Store) -> Iterator[Callable[[], Snapshot]]:
    """Opens snapshots, and closes them after the test."""
    snapshots: list[Snapshot] = []

    def open_one() -> Snapshot:
        snapshots.append(store.snapshot())
        return snapshots[-1]

    yield open_one
    for snapshot in snapshots:
        snapshot.close()


def texts_of(snapshot: Snapshot, hits: Sequence[Hit]) -> list[str]:
    return [chunk.text for chunk in snapshot.chunks([hit.chunk for hit in hits])]


# Nearest


@pytest.fixture(scope="module", params=PLACES)
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Snapshot, dict[int, Vectors], float]]:
    """A collection of 90 chunks in 30 articles, and the vector of every chunk."""
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(90, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store = store_at(place(request, tmp_path_factory.mktemp("crowd")))
    with store.writer() as writer:
        writer.set_recipe(RECIPE)
        for number in range(30):
            one = article(f"{number:02}.txt", "abc")
            writer.replace(one, [Range(0, 1), Range(1, 2), Range(2, 3)], list(vectors[3 * number : 3 * number + 3]))
        writer.commit()
    snapshot = store.snapshot()
    precision = 2e-3 if request.param == "milvus" else LOCAL_PRECISION
    places = {(article_id(f"{number // 3:02}.txt"), number % 3): vectors[number] for number in range(90)}
    yield (
        snapshot,
        {chunk.id: places[chunk.article, chunk.start] for chunk in snapshot.chunks(snapshot.select(Filters()))},
        precision,
    )
    snapshot.close()


@given(
    direction=st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4).filter(
        lambda values: np.linalg.norm(values) > 0.1
    ),
    count=st.integers(1, 120),
    share=st.one_of(st.none(), st.sets(st.integers(0, 89))),
)
def test_the_nearest_are_those_that_brute_force_finds(
    crowd: tuple[Snapshot, dict[int, Vectors], float], direction: list[float], count: int, share: set[int] | None
) -> None:
    snapshot, vectors, precision = crowd
    question = np.array(direction, dtype=np.float32)
    question /= np.linalg.norm(question)
    ids = sorted(vectors)
    selection = None if share is None else [ids[position] for position in share]
    truth = {chunk: float(vectors[chunk] @ question) for chunk in (ids if selection is None else selection)}
    hits = snapshot.nearest(question, count, selection)
    assert len({hit.chunk for hit in hits}) == len(hits) == min(count, len(truth))
    assert [hit.score for hit in hits] == pytest.approx([truth[hit.chunk] for hit in hits], abs=precision)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.score for hit in hits] == pytest.approx(sorted(truth.values(), reverse=True)[:count], abs=precision)


def test_scores_are_cosines(store: Store, opened: Callable[[], Snapshot]) -> None:
    put(store, [(article("a", "một"), [EAST]), (article("b", "hai"), [-EAST]), (article("c", "ba"), [NORTH])])
    snapshot = opened()
    hits = snapshot.nearest((EAST + NORTH) / np.float32(np.sqrt(2)), 3)
    assert [hit.score for hit in hits] == pytest.approx([0.7071, 0.7071, -0.7071], abs=LOCAL_PRECISION)
    assert texts_of(snapshot, hits)[2] == "hai"


def test_a_vector_of_zeros_is_near_to_nothing(store: Store, opened: Callable[[], Snapshot]) -> None:
    put(store, [(article("a", "một"), [EAST * 0]), (article("b", "hai"), [EAST])])
    snapshot = opened()
    assert [hit.score for hit in snapshot.nearest(EAST, 2)] == pytest.approx([1, 0], abs=1e-3)
    assert [hit.score for hit in snapshot.nearest(EAST * 0, 2)] == [0, 0]


def test_unknown_and_empty_selections_find_nothing(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga", "Trung Quốc")
    snapshot = opened()
    for selection in ([], [999]):
        assert snapshot.nearest(EAST, 5, selection) == []
        assert snapshot.matching(FOLDED, ["nga"], 5, selection) == []


@pytest.mark.parametrize(
    "search", [lambda snapshot: snapshot.nearest(EAST, 0), lambda snapshot: snapshot.matching(FOLDED, ["nga"], 0)]
)
def test_no_hits_can_be_asked_for(
    store: Store, opened: Callable[[], Snapshot], search: Callable[[Snapshot], list[Hit]]
) -> None:
    put_texts(store, "Nga")
    assert search(opened()) == []


# Matching


def test_chunks_that_hold_more_of_the_terms_come_first(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Hồ Gươm ở Hà Nội", "Nga ký hiệp ước với Kazakhstan", "Nga và Trung Quốc ký hiệp ước")
    snapshot = opened()
    hits = snapshot.matching(FOLDED, ["hiep_uoc", "trung_quoc", "nga"], 10)
    assert texts_of(snapshot, hits) == ["Nga và Trung Quốc ký hiệp ước", "Nga ký hiệp ước với Kazakhstan"]
    assert hits[0].score > hits[1].score > 0


def test_a_rare_term_weighs_more_than_a_common_one(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "hòa bình ở Nga", "hòa bình ở Mỹ", "hòa bình ở Lào", "chiến tranh ở Nga")
    snapshot = opened()
    assert texts_of(snapshot, snapshot.matching(FOLDED, ["binh", "tranh"], 1)) == ["chiến tranh ở Nga"]


def test_a_term_that_stands_more_often_weighs_more(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga Mỹ Lào Anh", "Nga Nga Nga Anh")
    snapshot = opened()
    assert texts_of(snapshot, snapshot.matching(FOLDED, ["nga"], 2)) == ["Nga Nga Nga Anh", "Nga Mỹ Lào Anh"]


def test_a_shorter_chunk_weighs_more(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga gặp Mỹ tại một hội nghị rất dài ở châu Âu", "Nga gặp Mỹ")
    snapshot = opened()
    assert texts_of(snapshot, snapshot.matching(FOLDED, ["nga"], 2))[0] == "Nga gặp Mỹ"


def test_words_are_found_without_their_accents_and_counted_with_them(
    store: Store, opened: Callable[[], Snapshot]
) -> None:
    put_texts(store, "Hoà bình", "hoa binh", "Hóa Bính")
    snapshot = opened()
    assert set(texts_of(snapshot, snapshot.matching(FOLDED, ["hoa_binh"], 5))) == {"Hoà bình", "hoa binh", "Hóa Bính"}
    assert snapshot.document_frequencies(ACCENTED, ("hòa_bình", "hòa", "hoà", "hoa")) == [1, 1, 0, 1]
    assert snapshot.document_frequencies(FOLDED, ["hoa_binh"])[0] == 3


def test_single_letters_digits_numbers_and_han_characters_are_found(
    store: Store, opened: Callable[[], Snapshot]
) -> None:
    put_texts(store, "Ý thắng", "bão số 3", "đạt 240,1 tỷ", "中国")
    snapshot = opened()
    for term, text in [("ý", "Ý thắng"), ("3", "bão số 3"), ("240,1", "đạt 240,1 tỷ"), ("国", "中国")]:
        assert texts_of(snapshot, snapshot.matching(FOLDED, [fold(term)], 5)) == [text]


def test_the_title_is_context_of_every_chunk(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Ông ấy đến Astana", title="Ngoại trưởng Lavrov")
    assert len(opened().matching(FOLDED, ["lavrov"], 5)) == 1


def test_terms_that_stand_nowhere_find_nothing(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga")
    snapshot = opened()
    for terms in ([], ["mỹ"], [""], ["x" * 70_000]):
        assert snapshot.matching(FOLDED, terms, 5) == []
    assert len(snapshot.matching(FOLDED, ["my", "nga"], 5)) == 1


def test_matching_keeps_to_selection_and_count(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga Nga Nga", "Nga Nga Mỹ", "Nga Mỹ Mỹ", "Mỹ Mỹ Mỹ")
    snapshot = opened()
    every = [hit.chunk for hit in snapshot.matching(FOLDED, ["nga"], 10)]
    assert len(every) == 3
    assert [hit.chunk for hit in snapshot.matching(FOLDED, ["nga"], 2)] == every[:2]
    assert [hit.chunk for hit in snapshot.matching(FOLDED, ["nga"], 10, every[1:])] == every[1:]


def test_a_selection_does_not_change_the_scores(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga Nga", "Nga Mỹ", "Lào")
    snapshot = opened()
    hits = snapshot.matching(FOLDED, ["nga", "my"], 10)
    for hit in hits:
        (alone,) = snapshot.matching(FOLDED, ["nga", "my"], 10, [hit.chunk])
        assert alone.score == pytest.approx(hit.score)


def test_document_frequency_counts_chunks(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga và Nga", "Nga gặp Mỹ", "Ngà voi")
    snapshot = opened()
    assert snapshot.document_frequencies(ACCENTED, ("nga", "nga_và", "mỹ", "ngà", "lào")) == [
        2,
        1,
        1,
        1,
        0,
    ]
    assert snapshot.document_frequencies(FOLDED, ("nga", "nga_va", "my")) == [3, 1, 1]


def test_document_frequency_forgets_what_was_taken_out(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga", "Nga")
    put(store, [], remove=["0.txt"])
    assert opened().document_frequencies(ACCENTED, ["nga"])[0] == 1


# Filters


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), "abcd"),
        (Filters(source="2024/*"), "ab"),
        (Filters(source="*.md"), "bd"),
        (Filters(source="2024/a.txt"), "a"),
        (Filters(source="2024"), ""),
        (Filters(source="*/[ac].txt"), "ac"),
        (Filters(since="2024-05-20"), "ab"),
        (Filters(since="2024-05-21"), "b"),
        (Filters(until="2024-05-20"), "ac"),
        (Filters(until="2024-05-19"), "c"),
        (Filters(since="2024-01-01", until="2024-12-31"), "ab"),
        (Filters(since="2024-12-31", until="2024-01-01"), ""),
        (Filters(since="20240521"), "b"),
        (Filters(language="en"), "b"),
        (Filters(language="EN"), ""),
        (Filters(source="2024/*", language="vi", since="2024-01-01"), "a"),
    ],
)
def test_filters_select_chunks_by_their_article(
    store: Store, opened: Callable[[], Snapshot], filters: Filters, expected: str
) -> None:
    put(
        store,
        [
            (article("2024/a.txt", "a", published="2024-05-20"), [EAST]),
            (article("2024/b.md", "b", published="2024-06-01", language="en"), [EAST]),
            (article("2023/c.txt", "c", published="2023-12-31"), [EAST]),
            (article("d.md", "d"), [EAST]),
        ],
    )
    snapshot = opened()
    assert "".join(sorted(chunk.text for chunk in snapshot.chunks(snapshot.select(filters)))) == expected


@pytest.mark.parametrize("day", ["hôm qua", "2024-13-01", "20/05/2024", ""])
def test_a_date_that_is_none_is_an_error_that_says_how(store: Store, opened: Callable[[], Snapshot], day: str) -> None:
    put_texts(store, "Nga")
    snapshot = opened()
    for filters in (Filters(since=day), Filters(until=day)):
        with pytest.raises(FilterError, match="2024-05-20"):
            snapshot.select(filters)


# Articles and chunks


def test_an_article_comes_back_as_it_went_in(store: Store, opened: Callable[[], Snapshot]) -> None:
    raw = f"\ufeff🙂 Tựa\r\n\r\n{unicodedata.normalize('NFD', 'Hoà bình ở Ý.')}\r\nQuảng cáo"
    whole = article(
        "năm/a.txt",
        raw,
        title='"Tựa" 🙂',
        published="2024-05-20",
        publisher="Báo",
        url="https://a.vn",
        boilerplate=(Range(0, 1), Range(9, 20)),
    )
    put(store, [(whole, [EAST]), (article("b.txt", "Nga"), [EAST])])
    snapshot = opened()
    assert snapshot.article(whole.id) == whole
    assert snapshot.article(article_id("b.txt")) == article("b.txt", "Nga")


def test_a_chunk_is_the_text_between_its_offsets(store: Store, opened: Callable[[], Snapshot]) -> None:
    text = f"\ufeff🙂 Một.\r\n{unicodedata.normalize('NFD', 'Hoà bình.')} 👩‍👩‍👧 Ba."
    ranges = [Range(1, 7), Range(9, 20), Range(20, len(text))]
    with store.writer() as writer:
        writer.set_recipe(RECIPE)
        writer.replace(article("a.txt", text, title="Tựa"), ranges, [EAST, NORTH, UP])
        writer.commit()
    snapshot = opened()
    chunks = snapshot.chunks(sorted(snapshot.select(Filters())))
    assert [(chunk.start, chunk.end) for chunk in chunks] == ranges
    assert [chunk.text for chunk in chunks] == [text[start:end] for start, end in ranges]
    assert {(chunk.article, chunk.title) for chunk in chunks} == {(article_id("a.txt"), "Tựa")}


def test_chunks_come_in_the_order_that_was_asked_and_unknown_ones_are_left_out(
    store: Store, opened: Callable[[], Snapshot]
) -> None:
    put_texts(store, "a", "b", "c")
    snapshot = opened()
    first, second, third = sorted(snapshot.select(Filters()))
    assert [chunk.id for chunk in snapshot.chunks([third, 999, first, -1, second])] == [third, first, second]
    assert snapshot.chunks([]) == []
    assert snapshot.chunks([999]) == []


def test_an_unknown_article_is_none(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "a")
    snapshot = opened()
    for unknown in ("", "0.txt", "0" * 16, "' or 1=1 --", "🙂"):
        assert snapshot.article(unknown) is None


def test_articles_come_in_pages_by_source(store: Store, opened: Callable[[], Snapshot]) -> None:
    put(store, [(article(name, "x"), [EAST] * chunks) for name, chunks in [("c", 1), ("a", 2), ("d", 0), ("b", 3)]])
    snapshot = opened()
    assert [(one.source, one.chunks) for one in snapshot.articles(0, 10)] == [("a", 2), ("b", 3), ("c", 1), ("d", 0)]
    assert [one.source for one in snapshot.articles(0, 2)] == ["a", "b"]
    assert [one.source for one in snapshot.articles(2, 2)] == ["c", "d"]
    assert [one.source for one in snapshot.articles(3, 2)] == ["d"]
    assert snapshot.articles(4, 2) == []
    assert snapshot.articles(0, 0) == []
    assert (snapshot.article_count, snapshot.chunk_count) == (4, 6)


def test_the_newest_articles_come_first_and_those_without_a_date_last(
    store: Store, opened: Callable[[], Snapshot]
) -> None:
    days = {"a": "2023-12-31", "b": None, "c": "2024-05-20", "d": "2024-05-20", "e": None}
    put(store, [(article(name, "x", published=day), [EAST]) for name, day in days.items()])
    assert [one.source for one in opened().newest(4)] == ["c", "d", "a", "b"]
    assert opened().newest(0) == []


def test_a_replaced_article_keeps_its_id_and_gets_new_chunks(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "cũ", "khác")
    before = opened()
    old = {chunk.text: chunk.id for chunk in before.chunks(before.select(Filters()))}
    put(store, [(article("0.txt", "mới"), [NORTH])])
    after = opened()
    new = {chunk.text: chunk.id for chunk in after.chunks(after.select(Filters()))}
    assert set(new) == {"mới", "khác"}
    assert new["khác"] == old["khác"]
    assert new["mới"] not in old.values()
    assert after.chunks([old["cũ"]]) == []
    assert after.matching(FOLDED, ["cu"], 5) == []
    assert len(after.nearest(EAST, 5)) == 2


def test_ids_of_chunks_are_never_used_again(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "một")
    first = set(opened().select(Filters()))
    put(store, [(article("b.txt", "hai"), [EAST])], remove=["0.txt"])
    second = set(opened().select(Filters()))
    put(store, [(article("0.txt", "một"), [EAST])], remove=["b.txt"])
    third = set(opened().select(Filters()))
    assert len(first | second | third) == 3


def test_a_collection_may_be_empty(store: Store, opened: Callable[[], Snapshot]) -> None:
    put(store, [])
    snapshot = opened()
    assert (snapshot.article_count, snapshot.chunk_count) == (0, 0)
    assert (
        snapshot.nearest(EAST, 5)
        == snapshot.matching(FOLDED, ["nga"], 5)
        == snapshot.select(Filters())
        == snapshot.articles(0, 5)
        == []
    )


# Generations


def test_before_the_first_commit_there_is_no_index(store: Store) -> None:
    for opening in (store.generation, store.snapshot):
        with pytest.raises(IndexMissing, match="hoidap build"):
            opening()
    with store.writer() as writer:
        writer.set_recipe(RECIPE)
    for opening in (store.generation, store.snapshot):
        with pytest.raises(IndexMissing, match="hoidap build"):
            opening()


def test_generations_count_up_for_every_handle(store: Store, uri: str, opened: Callable[[], Snapshot]) -> None:
    other = store_at(uri)
    for generation in (1, 2, 3):
        put_texts(store, f"Lần {generation}")
        assert store.generation() == other.generation() == opened().generation == generation


def test_a_recipe_is_kept(store: Store, opened: Callable[[], Snapshot]) -> None:
    with store.writer() as writer:
        assert writer.recipe() is None
        writer.set_recipe(RECIPE)
        assert writer.recipe() == RECIPE
        writer.commit()
    with store.writer() as writer:
        assert writer.recipe() == RECIPE
    assert opened().recipe == RECIPE


def test_a_writer_knows_what_is_there(store: Store) -> None:
    one, two = article("b.txt", "một", sha256="1"), article("a.txt", "hai", sha256="2")
    put(store, [(one, [EAST]), (two, [EAST, NORTH])])
    with store.writer() as writer:
        assert writer.sources() == {"b.txt": "1", "a.txt": "2"}
        assert sorted(writer.articles(), key=lambda known: known.source) == [two, one]
        writer.remove("a.txt")
        writer.remove("unknown.txt")
        assert writer.sources() == {"b.txt": "1"}


def test_articles_may_be_replaced_while_they_are_read(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "a", "b", "c")
    with store.writer() as writer:
        for one in writer.articles():
            writer.replace(one, [Range(0, 1), Range(0, 1)], [EAST, NORTH])
        writer.commit()
    snapshot = opened()
    assert (snapshot.article_count, snapshot.chunk_count) == (3, 6)


def test_chunks_take_other_vectors_and_keep_their_words(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga", "Mỹ", "Lào")
    before = opened()
    with store.writer() as writer:
        for chunk in writer.chunks():
            writer.set_vectors([chunk.id], [UP if chunk.text == "Mỹ" else NORTH])
        assert writer.commit() == 2
    after = opened()
    assert texts_of(after, after.nearest(UP, 1)) == ["Mỹ"]
    assert after.nearest(EAST, 3)[0].score == pytest.approx(0, abs=LOCAL_PRECISION)
    ids = sorted(before.select(Filters()))
    assert after.chunks(ids) == before.chunks(ids)
    assert after.matching(FOLDED, ["my"], 3) == before.matching(FOLDED, ["my"], 3) != []


def everything(snapshot: Snapshot) -> tuple[object, ...]:
    """All that a snapshot answers."""
    ids = sorted(snapshot.select(Filters()))
    return (
        snapshot.generation,
        snapshot.article_count,
        snapshot.chunk_count,
        snapshot.chunks(ids),
        snapshot.articles(0, 100),
        [snapshot.article(one.id) for one in snapshot.articles(0, 100)],
        snapshot.nearest(EAST, 100),
        snapshot.matching(FOLDED, ["nga", "my"], 100),
        snapshot.document_frequencies(FOLDED, ["nga"])[0],
    )


def test_a_snapshot_keeps_to_its_generation_while_others_write(store: Store, opened: Callable[[], Snapshot]) -> None:
    put(store, [(article("a", "Nga"), [EAST]), (article("b", "Mỹ"), [NORTH])])
    old = opened()
    before = everything(old)
    with store.writer() as writer:
        writer.remove("a")
        writer.replace(article("b", "Nga và Mỹ"), [Range(0, 3)], [UP])
        assert everything(old) == everything(opened()) == before
        writer.commit()
        assert everything(old) == before
    for number in range(3):
        put(store, [(article("c", f"Nga {number}"), [EAST])])
        assert everything(old) == before
    new = opened()
    assert new.generation == 5
    assert [one.source for one in new.articles(0, 10)] == ["b", "c"]


def _change_and_fail(store: Store) -> None:
    with store.writer() as writer:
        writer.set_recipe(RECIPE)
        writer.remove("0.txt")
        writer.replace(article("1.txt", "Lào"), [Range(0, 3)], [UP])
        raise KeyError("hỏng")


def test_a_writer_that_fails_changes_nothing(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga", "Mỹ")
    before = everything(opened())
    with pytest.raises(KeyError, match="hỏng"):
        _change_and_fail(store)
    assert everything(opened()) == before
    assert store.generation() == 1
    put_texts(store, "Lào", "Mỹ")
    assert opened().generation == 2


def test_a_writer_that_does_not_commit_changes_nothing(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga")
    before = everything(opened())
    with store.writer() as writer:
        writer.remove("0.txt")
    assert everything(opened()) == before


def test_a_writer_may_commit_twice_and_what_comes_after_is_forgotten(
    store: Store, opened: Callable[[], Snapshot]
) -> None:
    with store.writer() as writer:
        writer.set_recipe(RECIPE)
        writer.replace(article("a", "Nga"), [Range(0, 3)], [EAST])
        assert writer.commit() == 1
        writer.replace(article("b", "Mỹ"), [Range(0, 2)], [EAST])
        assert writer.commit() == 2
        writer.remove("a")
    snapshot = opened()
    assert snapshot.generation == 2
    assert [one.source for one in snapshot.articles(0, 9)] == ["a", "b"]


# One writer, many readers


def test_there_is_one_writer(store: Store, uri: str) -> None:
    with store.writer(), pytest.raises(IndexLocked, match="try again"), store_at(uri).writer():
        pass
    with store_at(uri).writer():
        pass


def test_a_writer_of_another_process_is_a_writer_too(store: Store, uri: str) -> None:
    code = (
        "import sys; from index.errors import IndexLocked; from index.stores import store_at\n"
        "try:\n    with store_at(sys.argv[1]).writer(): print('open')\n"
        "except IndexLocked: print('locked')"
    )

    def other() -> str:
        return subprocess.run(
            [sys.executable, "-c", code, uri], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()

    with store.writer():
        assert other() == "locked"
    assert other() == "open"


def test_readers_are_not_held_up_by_a_writer(store: Store, opened: Callable[[], Snapshot]) -> None:
    put_texts(store, "Nga")
    with store.writer() as writer:
        writer.remove("0.txt")
        assert len(opened().matching(FOLDED, ["nga"], 5)) == 1
        assert store.generation() == 1


def test_threads_share_a_snapshot_and_open_new_ones_while_a_writer_commits(
    store: Store, opened: Callable[[], Snapshot]
) -> None:
    put_texts(store, "Nga", "Mỹ")
    shared = opened()
    before = everything(shared)
    failed: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert everything(shared) == before
                fresh = store.snapshot()
                try:
                    _, articles, chunks, *_ = everything(fresh)
                    assert articles == chunks == len(fresh.nearest(EAST, 100)) == fresh.generation + 1
                finally:
                    fresh.close()
        except BaseException as error:  # noqa: BLE001 — a thread's failure is the test's
            failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(4):
        put(store, [(article(f"new {number}", "Nga"), [EAST])])
    done.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert store.generation() == 5
