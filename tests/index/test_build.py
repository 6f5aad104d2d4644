from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import changes, pipeline
from index.config import IndexConfig
from index.errors import IndexMissing, SourceError
from index.records import BuildSummary, Chunk, Filters
from index.stores import FOLDED, store_at
from index.stores.local.words import terms
from index.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.stores import Vectors

DIMENSIONS = 8
BRIDGE = "Cầu Long Biên được khánh thành năm 1902."
LAKE = "Hồ Gươm rộng khoảng 12 ha."
TOWER = "Tháp Rùa được xây năm 1886."


class CountingEmbedder:
    """Vectors drawn from a hash of name and text; remembers every text that it was given."""

    dimensions = DIMENSIONS

    def __init__(self, name: str, sha256: str = "0") -> None:
        self.name = name
        self.sha256 = sha256
        self.texts: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.stack([self.vector(text) for text in texts])

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.vector(text) for text in texts])

    def vector(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(f"{self.name}{self.sha256}{text}".encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=self.dimensions).astype(np.float32)
        return vector / np.linalg.norm(vector)


class Place:
    """A folder of files, an index beside it, and the embedders that builds asked for."""

    def __init__(self, root: Path) -> None:
        self.files = root / "files"
        self.files.mkdir()
        self.uri = str(root / "index")
        self.embedders: dict[str, CountingEmbedder] = {}

    def write(self, name: str, text: str) -> None:
        (self.files / name).parent.mkdir(parents=True, exist_ok=True)
        (self.files / name).write_bytes(text.encode())

    def named(self, name: str) -> CountingEmbedder:
        return self.embedders.setdefault(name, CountingEmbedder(name))

    def build(self, *sources: Path, prune: bool = False, **settings: object) -> BuildSummary:
        for embedder in self.embedders.values():
            embedder.texts.clear()
        return pipeline.build(sources or [self.files], self.uri, IndexConfig(**settings), prune=prune)  # type: ignore[arg-type]

    def embedded(self, name: str = "bundled") -> list[str]:
        return self.named(name).texts

    def texts(self) -> dict[str, str]:
        snapshot = store_at(self.uri).snapshot()
        try:
            found = [snapshot.article(one.id) for one in snapshot.articles(0, 1000)]
            return {article.source: article.text for article in found if article}
        finally:
            snapshot.close()

    def chunks(self) -> list[Chunk]:
        snapshot = store_at(self.uri).snapshot()
        try:
            return snapshot.chunks(sorted(snapshot.select(Filters())))
        finally:
            snapshot.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    place = Place(tmp_path)
    monkeypatch.setattr(pipeline, "embedder_named", place.named)
    return place


def counts(summary: BuildSummary) -> tuple[int, int, int, int, int]:
    return summary.added, summary.changed, summary.unchanged, summary.removed, summary.vanished


def test_a_first_build_stores_every_article(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b/c.txt", LAKE)
    summary = place.build()
    assert (summary.generation, summary.articles, summary.chunks) == (1, 2, 2)
    assert counts(summary) == (2, 0, 0, 0, 0)
    assert place.texts() == {"a.txt": BRIDGE, "b/c.txt": LAKE}


def test_a_chunk_is_embedded_with_its_title_before_it(place: Place) -> None:
    place.write("a.txt", f"Cây cầu già\n\n{BRIDGE}")
    place.build()
    assert place.embedded() == [f"Cây cầu già\nCây cầu già\n\n{BRIDGE}"]


def test_unchanged_files_are_not_embedded_again_and_nothing_is_written(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    summary = place.build()
    assert place.embedded() == []
    assert counts(summary) == (0, 0, 2, 0, 0)
    assert summary.generation == 1


def test_a_file_that_was_only_touched_is_unchanged(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    place.write("a.txt", BRIDGE)
    assert counts(place.build()) == (0, 0, 1, 0, 0)


def test_a_changed_file_alone_is_embedded_and_takes_the_old_ones_place(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    before = {chunk.text: chunk.id for chunk in place.chunks()}
    place.write("b.txt", TOWER)
    summary = place.build()
    assert [text.split("\n")[1] for text in place.embedded()] == [TOWER]
    assert counts(summary) == (0, 1, 1, 0, 0)
    assert (summary.generation, summary.articles, summary.chunks) == (2, 2, 2)
    assert place.texts() == {"a.txt": BRIDGE, "b.txt": TOWER}
    after = {chunk.text: chunk.id for chunk in place.chunks()}
    assert after[BRIDGE] == before[BRIDGE]
    assert after[TOWER] not in before.values()


def test_a_new_file_alone_is_embedded(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    place.write("b.txt", LAKE)
    assert counts(place.build()) == (1, 0, 1, 0, 0)
    assert len(place.embedded()) == 1


def test_vanished_files_are_kept(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    (place.files / "b.txt").unlink()
    summary = place.build()
    assert counts(summary) == (0, 0, 1, 0, 1)
    assert summary.generation == 1
    assert list(place.texts()) == ["a.txt", "b.txt"]


def test_vanished_files_are_removed_with_prune(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    (place.files / "b.txt").unlink()
    summary = place.build(prune=True)
    assert counts(summary) == (0, 0, 1, 1, 0)
    assert summary.generation == 2
    assert list(place.texts()) == ["a.txt"]
    assert place.embedded() == []


def test_another_folder_is_added_to_what_is_there(place: Place, tmp_path: Path) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.txt").write_text(LAKE, encoding="utf-8")
    assert counts(place.build(other)) == (1, 0, 0, 0, 1)
    assert list(place.texts()) == ["a.txt", "b.txt"]


def test_a_file_that_became_unreadable_is_named_and_its_article_kept(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    (place.files / "b.txt").write_bytes(b"\xff\x00")
    summary = place.build(prune=True)
    assert [item.source for item in summary.skipped] == ["b.txt"]
    assert counts(summary) == (0, 0, 1, 0, 0)
    assert place.texts()["b.txt"] == LAKE


def test_the_rows_of_a_file_that_became_unreadable_are_kept(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("r.jsonl", f'{{"text": "{LAKE}"}}\n{{"text": "{TOWER}"}}\n')
    place.build()
    (place.files / "r.jsonl").unlink()
    (place.files / "r.jsonl").symlink_to("nowhere")
    summary = place.build(prune=True)
    assert [item.source for item in summary.skipped] == ["r.jsonl"]
    assert summary.articles == 3


def test_a_row_that_became_bad_is_kept(place: Place) -> None:
    place.write("r.jsonl", f'{{"text": "{LAKE}"}}\n{{"text": "{TOWER}"}}\n')
    place.build()
    place.write("r.jsonl", f'{{"text": "{LAKE}"\n{{"text": "{TOWER}"}}\n')
    assert place.build(prune=True).articles == 2


# Another recipe


@pytest.mark.parametrize("change", [{"embedder": "other"}, {"chunk_syllables": 10}, {"overlap_sentences": 0}])
def test_another_recipe_makes_every_article_again(place: Place, change: dict[str, object]) -> None:
    place.write("a.txt", f"{BRIDGE} {LAKE} {TOWER}")
    place.write("b.txt", LAKE)
    place.build()
    before = place.texts()
    summary = place.build(**change)
    assert counts(summary) == (0, 0, 2, 0, 0)
    assert summary.generation == 2
    assert place.texts() == before
    assert {text.split("\n")[1] for text in place.embedded(str(change.get("embedder", "bundled")))} == {
        chunk.text for chunk in place.chunks()
    }


def test_another_recipe_is_kept_in_the_index_and_then_nothing_is_done_again(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    place.build(embedder="other")
    snapshot = store_at(place.uri).snapshot()
    assert (snapshot.recipe.embedder, snapshot.recipe.dimensions) == ("other", DIMENSIONS)
    snapshot.close()
    assert place.build(embedder="other").generation == 2
    assert place.embedded("other") == []


def test_an_embedder_of_the_same_name_with_other_weights_is_another_recipe(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    place.embedders["bundled"] = CountingEmbedder("bundled", "1")
    assert place.build().generation == 2
    assert len(place.embedded()) == 1


def test_an_article_whose_file_vanished_is_made_again_from_the_stored_text(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", f"Hồ nước xanh\n\nMinh An | 29/06/2021, 10:59\n\n{LAKE * 3}")
    place.build()
    (place.files / "b.txt").unlink()
    before = store_at(place.uri).snapshot()
    summary = place.build(embedder="other")
    after = store_at(place.uri).snapshot()
    assert counts(summary) == (0, 0, 1, 0, 1)
    assert before.articles(0, 10) == after.articles(0, 10)
    assert len(place.embedded("other")) == summary.chunks == 3  # a title, cut off by its byline, is a chunk
    before.close()
    after.close()


def test_vectors_of_another_recipe_are_those_of_its_embedder(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    place.build(embedder="other")
    snapshot = store_at(place.uri).snapshot()
    title = LAKE
    (first, *_) = snapshot.nearest(place.named("other").vector(f"{title}\n{LAKE}"), 2)
    assert snapshot.chunks([first.chunk])[0].text == LAKE
    assert first.score == pytest.approx(1, abs=0.002)
    snapshot.close()


def test_another_embedder_makes_the_vectors_again_and_not_the_words(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    before = place.chunks()
    monkeypatch.setattr(terms, "folded_terms", lambda _text: pytest.fail("words are made again"))
    monkeypatch.setattr(pipeline, "chunks", lambda *_: pytest.fail("articles are cut again"))
    assert place.build(embedder="other").generation == 2
    assert place.chunks() == before
    assert found_by_words(place, "cầu") != []


def test_words_that_were_damaged_are_made_again_with_another_embedder(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    for file in list(Path(place.uri, "derived", "1", "words").glob("*.term")):
        cut = file.with_suffix(".cut")
        cut.write_bytes(b"cut off")
        cut.replace(file)  # whoever has the old one mapped keeps it
    place.build(embedder="other")
    assert found_by_words(place, "cầu")


def test_words_of_a_text_that_changed_are_made_again_with_another_embedder(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    place.write("a.txt", LAKE)
    place.build(embedder="other")
    assert found_by_words(place, "hồ")
    assert not found_by_words(place, "cầu")


def found_by_words(place: Place, word: str) -> list[int]:
    snapshot = store_at(place.uri).snapshot()
    try:
        return [hit.chunk for hit in snapshot.matching(FOLDED, [fold(word)], 10)]
    finally:
        snapshot.close()


def test_a_changed_file_and_another_recipe_at_once(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    place.build()
    place.write("b.txt", TOWER)
    assert counts(place.build(embedder="other")) == (0, 1, 1, 0, 0)
    assert place.texts() == {"a.txt": BRIDGE, "b.txt": TOWER}
    assert sorted(chunk.text for chunk in place.chunks()) == sorted([BRIDGE, TOWER])


# What goes wrong


def test_nothing_readable_is_an_error_that_names_the_reason(place: Place) -> None:
    place.write("a.txt", "")
    with pytest.raises(SourceError, match=r"a\.txt: empty"):
        place.build()
    with pytest.raises(IndexMissing):
        store_at(place.uri).snapshot()


def test_an_empty_folder_and_no_source_at_all_are_errors(place: Place) -> None:
    with pytest.raises(SourceError, match="no files"):
        place.build()
    with pytest.raises(SourceError, match="no files"):
        pipeline.build([], place.uri, IndexConfig())


def test_a_source_that_is_not_there_is_an_error_and_the_collection_stays(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    with pytest.raises(SourceError, match="nowhere"):
        place.build(place.files, place.files / "nowhere")
    assert place.texts() == {"a.txt": BRIDGE}


def test_prune_never_empties_a_collection(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    (place.files / "a.txt").unlink()
    with pytest.raises(SourceError):
        place.build(prune=True)
    assert place.texts() == {"a.txt": BRIDGE}


def test_a_bad_file_is_named_and_the_others_are_stored(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.png", "x")
    place.write("c.txt", "")
    summary = place.build()
    assert [(item.source, item.reason.split(";")[0]) for item in summary.skipped] == [
        ("b.png", ".png is not a format that can be read (txt, md, html, jsonl)"),
        ("c.txt", "empty"),
    ]
    assert summary.articles == 1


def test_an_embedder_that_fails_leaves_the_collection_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("a.txt", BRIDGE)
    place.build()
    place.write("b.txt", LAKE)

    def failing(_texts: Sequence[str]) -> Vectors:
        raise MemoryError

    monkeypatch.setattr(place.named("bundled"), "embed_documents", failing)
    with pytest.raises(MemoryError):
        place.build()
    assert place.texts() == {"a.txt": BRIDGE}
    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "embedder_named", place.named)
    assert counts(place.build()) == (1, 0, 1, 0, 0)


@pytest.mark.parametrize("error", [ConnectionError("no route to the hub"), FileNotFoundError("no weights")])
def test_an_error_of_the_embedder_is_not_blamed_on_the_index(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    place.write("a.txt", BRIDGE)

    def failing(_texts: Sequence[str]) -> Vectors:
        raise error

    monkeypatch.setattr(place.named("bundled"), "embed_documents", failing)
    with pytest.raises(type(error)):
        place.build()


# Names that come twice


def test_of_two_files_of_one_name_the_second_is_skipped(place: Place, tmp_path: Path) -> None:
    place.write("a.txt", BRIDGE)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text(LAKE, encoding="utf-8")
    summary = place.build(place.files, other)
    assert [item.source for item in summary.skipped] == ["a.txt"]
    assert "another file of that name" in summary.skipped[0].reason
    assert place.texts() == {"a.txt": BRIDGE}
    assert counts(place.build(place.files, other)) == (0, 0, 1, 0, 0)


def test_of_two_files_of_one_name_the_readable_one_is_taken(place: Place, tmp_path: Path) -> None:
    place.write("a.txt", "")
    place.write("b.txt", BRIDGE)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text(LAKE, encoding="utf-8")
    place.build(place.files, other)
    assert place.texts() == {"a.txt": LAKE, "b.txt": BRIDGE}


def test_of_two_rows_of_one_id_the_second_is_skipped(place: Place) -> None:
    place.write("r.jsonl", f'{{"id": 7, "text": "{LAKE}"}}\n{{"id": 7, "text": "{TOWER}"}}\n')
    summary = place.build()
    assert [item.source for item in summary.skipped] == ["r.jsonl#7"]
    assert place.texts() == {"r.jsonl#7": LAKE}


# Offsets, and what is the same however it came about


def test_offsets_count_in_the_decoded_file_through_bom_nfd_crlf_and_emoji(place: Place) -> None:
    raw = f"\ufeff🙂 Cây cầu già\r\n\r\n👩‍👩‍👧 {BRIDGE}\r\n{unicodedata.normalize('NFD', LAKE)}\r\n{TOWER}"
    place.write("a.txt", raw)
    place.build(chunk_syllables=10)
    text = (place.files / "a.txt").read_bytes().decode()
    chunks = place.chunks()
    assert [chunk.text for chunk in chunks] == [text[chunk.start : chunk.end] for chunk in chunks]
    assert [chunk.text for chunk in chunks] == [
        "🙂 Cây cầu già",
        f"👩‍👩‍👧 {BRIDGE}",
        unicodedata.normalize("NFD", LAKE),
        TOWER,
    ]


def test_progress_says_what_is_done(place: Place) -> None:
    place.write("a.txt", BRIDGE)
    place.write("b.txt", LAKE)
    said: list[tuple[str, int, int | None]] = []
    pipeline.build([place.files], place.uri, IndexConfig(), progress=lambda *step: said.append(step))
    assert said == [("reading", 1, 2), ("reading", 2, 2), ("indexing", 0, None)]


def test_many_chunks_are_embedded_in_batches(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "BATCH", 3)
    for number in range(8):
        place.write(f"{number}.txt", f"Câu của bài số {number}.")
    assert place.build().chunks == 8
    assert sorted(place.texts()) == [f"{number}.txt" for number in range(8)]
    assert len(place.embedded()) == 8
    snapshot = store_at(place.uri).snapshot()
    assert len(snapshot.matching(FOLDED, ["cau"], 100)) == 8
    snapshot.close()


FILES = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "c.txt", "d/e.txt"]),
    st.sampled_from([BRIDGE, LAKE, TOWER, f"{LAKE} {TOWER}"]),
    min_size=1,
)


@settings(max_examples=4)  # each builds three or four collections
@given(st.lists(FILES, min_size=2, max_size=3))
def test_building_step_by_step_comes_to_the_same_as_building_at_once(steps: list[dict[str, str]]) -> None:
    with TemporaryDirectory() as root, pytest.MonkeyPatch.context() as patch:
        place = Place(Path(root))
        patch.setattr(pipeline, "embedder_named", place.named)
        for files in steps:
            for old in [path for path in place.files.rglob("*") if path.is_file()]:
                old.unlink()
            for name, text in files.items():
                place.write(name, text)
            place.build(prune=True)
        assert place.texts() == steps[-1]
        grown = sorted((chunk.article, chunk.start, chunk.end, chunk.text) for chunk in place.chunks())
        place.uri += "-fresh"
        place.build()
        assert grown == sorted((chunk.article, chunk.start, chunk.end, chunk.text) for chunk in place.chunks())
