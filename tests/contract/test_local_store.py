"""What a collection in a folder promises beyond the contract: damage is mended or named, death loses nothing.

Run as a script (`python test_local_store.py FOLDER`) it is the process that dies: see `die_everywhere`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType

import numpy as np
import pytest
import tantivy

from index.clean import article_id
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.records import Article, Filters, Range, Recipe
from index.stores import ACCENTED, FOLDED, FORMAT, Vectors, store_at
from index.stores.local import derived, manifest
from index.stores.local import writer as local_writer
from index.stores.local.verify import verify
from index.stores.local.words import WordIndex, open_words

ROOT = Path(__file__).parents[2]
RECIPE = Recipe(
    format=FORMAT,
    embedder="fake",
    embedder_sha256="0",
    dimensions=4,
    tokenisation=1,
    chunk_syllables=50,
    overlap_sentences=0,
)
QUESTION = np.array([0.5, 0.5, 0.5, 0.5], dtype=np.float32)
CHUNKS = 12


def vector(seed: int) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=4).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def article(source: str, text: str) -> Article:
    return Article(
        id=article_id(source),
        source=source,
        sha256="0",
        title="Tựa",
        published=None,
        publisher=None,
        url=None,
        language="vi",
        text=text,
    )


def fill(folder: Path, word: str = "Nga", seed: int = 0) -> None:
    """A collection of twelve articles of one chunk, each with the word as often as its number."""
    with store_at(str(folder)).writer() as writer:
        writer.set_recipe(RECIPE)
        for number in range(CHUNKS):
            text = " ".join([word] * (number + 1))
            writer.replace(article(f"{number:02}.txt", text), [Range(0, len(text))], [vector(seed + number)])
        writer.commit()


def answers(folder: Path) -> tuple[object, ...]:
    """All that a collection answers."""
    snapshot = store_at(str(folder)).snapshot()
    try:
        summaries = snapshot.articles(0, 100)
        return (
            snapshot.generation,
            summaries,
            [snapshot.article(one.id) for one in summaries],
            snapshot.chunks(sorted(snapshot.select(Filters()))),
            snapshot.nearest(QUESTION, 100),
            snapshot.matching(FOLDED, ["nga", "my"], 100),
            snapshot.matching(FOLDED, ["nga_nga"], 100),
            snapshot.document_frequencies(ACCENTED, ["nga"])[0],
        )
    finally:
        snapshot.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "index"
    fill(folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of the collection, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "index"))


def counts_file(folder: Path) -> Path:
    return folder / "derived" / "1" / "accented" / "lows.npy"


def words_folder(folder: Path) -> Path:
    return folder / "derived" / "1" / "words"


# Derived indexes that are not what they should be are made again


def _another(folder: Path, chunks: int) -> Path:
    """A collection of other articles with so many chunks."""
    other = folder.parent / "other"
    with store_at(str(other)).writer() as writer:
        writer.set_recipe(RECIPE)
        for number in range(chunks):
            writer.replace(article(f"x{number}.txt", "Mỹ"), [Range(0, 2)], [vector(100 + number)])
        writer.commit()
    return other


def no_derived_folder(folder: Path) -> None:
    shutil.rmtree(folder / "derived")


def no_counts(folder: Path) -> None:
    counts_file(folder).unlink()


def empty_counts(folder: Path) -> None:
    counts_file(folder).write_bytes(b"")


def all_but_a_byte_of_the_counts(folder: Path) -> None:
    counts_file(folder).write_bytes(counts_file(folder).read_bytes()[:-1])


def noise_for_counts(folder: Path) -> None:
    counts_file(folder).write_bytes(np.random.default_rng(0).bytes(400))


def no_list_of_what_is_gone(folder: Path) -> None:
    (folder / "derived" / "1" / "gone.npy").unlink()


def no_words(folder: Path) -> None:
    shutil.rmtree(words_folder(folder))


def an_empty_folder_for_words(folder: Path) -> None:
    no_words(folder)
    words_folder(folder).mkdir()


def a_file_for_words(folder: Path) -> None:
    no_words(folder)
    words_folder(folder).write_text("x")


def fewer_words(folder: Path) -> None:
    no_words(folder)
    shutil.copytree(words_folder(_another(folder, CHUNKS - 1)), words_folder(folder))


def every_word_file_cut_in_half(folder: Path) -> None:
    for path in words_folder(folder).iterdir():
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])


DAMAGES = [
    no_derived_folder,
    no_counts,
    empty_counts,
    all_but_a_byte_of_the_counts,
    noise_for_counts,
    no_list_of_what_is_gone,
    no_words,
    an_empty_folder_for_words,
    a_file_for_words,
    fewer_words,
    every_word_file_cut_in_half,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_derived_index_is_made_again(whole: Path, folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    assert answers(folder) == answers(whole)


@pytest.mark.parametrize(
    "ending", ["meta.json", ".managed.json", ".term", ".idx", ".store", ".fast", ".fieldnorm", ".pos"]
)
def test_any_file_of_the_word_index_may_be_cut_off(whole: Path, folder: Path, ending: str) -> None:
    (path,) = (path for path in words_folder(folder).iterdir() if path.name.endswith(ending))
    path.write_bytes(path.read_bytes()[:-1])
    assert answers(folder) == answers(whole)


@pytest.mark.parametrize(
    "ending",
    [
        "meta.json",
        ".managed.json",
        ".term",
        ".idx",
        ".store",
        ".fast",
        ".fieldnorm",
        ".pos",
    ],
)
def test_any_file_of_the_word_index_may_be_missing(whole: Path, folder: Path, ending: str) -> None:
    (path,) = (path for path in words_folder(folder).iterdir() if path.name.endswith(ending))
    path.unlink()
    assert answers(folder) == answers(whole)


def counts_of_another_collection(folder: Path) -> None:
    shutil.copy(counts_file(_another(folder, CHUNKS)), counts_file(folder))


def words_of_another_collection(folder: Path) -> None:
    no_words(folder)
    shutil.copytree(words_folder(_another(folder, CHUNKS)), words_folder(folder))


def words_of_another_program(folder: Path) -> None:
    an_empty_folder_for_words(folder)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=True)
    words = tantivy.Index(builder.build(), str(words_folder(folder)))
    writer = words.writer(heap_size=15_000_000, num_threads=1)
    for _ in range(CHUNKS):
        writer.add_document(tantivy.Document(body="nga"))
    writer.commit()
    writer.wait_merging_threads()


@pytest.mark.parametrize(
    "damage",
    [counts_of_another_collection, words_of_another_collection, words_of_another_program],
    ids=lambda damage: damage.__name__,
)
def test_a_foreign_derived_index_of_the_same_size_is_made_again(
    whole: Path, folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder)
    assert answers(folder) == answers(whole)


def test_old_derived_files_are_thrown_away(folder: Path) -> None:
    for seed in (1, 2, 3):
        fill(folder, "Mỹ", seed)
    assert sorted(path.name for path in (folder / "derived").iterdir()) == ["2", "3", "4"]


@pytest.fixture
def changing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generations change the one before, however little there is."""
    monkeypatch.setattr(local_writer, "FEW", 1)
    monkeypatch.setattr(local_writer, "MOST_CHANGED", 0.5)


def change(folder: Path, word: str, number: int = 3) -> None:
    """Another text for one article."""
    with store_at(str(folder)).writer() as writer:
        writer.replace(article(f"{number:02}.txt", word), [Range(0, len(word))], [vector(99)])
        writer.commit()


@pytest.mark.usefixtures("changing")
def test_a_small_change_shares_the_files_that_stay(folder: Path) -> None:
    change(folder, "Mỹ")
    first, second = (folder / "derived" / name / "accented" / "lows.npy" for name in "12")
    assert first.samefile(second)
    assert has_changed(folder, 2)


def has_changed(folder: Path, generation: int) -> bool:
    """Whether a generation changes the one before it; if not it was derived anew."""
    return (folder / "derived" / str(generation) / "accented" / "changed.npy").exists()


@pytest.mark.usefixtures("changing")
def test_many_small_changes_answer_like_one_build(folder: Path, tmp_path: Path) -> None:
    for number in range(1, 6):
        change(folder, f"Mỹ {number}", number)
    anew = Path(shutil.copytree(folder, tmp_path / "anew"))
    shutil.rmtree(anew / "derived")
    changed, rebuilt = answers(folder), answers(anew)
    assert changed[:4] == rebuilt[:4]
    for mine, theirs in zip(changed[4:7], rebuilt[4:7], strict=True):
        # BM25 counts what was taken out: its scores differ a little, what is found does not.
        assert {hit.chunk for hit in mine} == {hit.chunk for hit in theirs}
    assert changed[7] == rebuilt[7]


@pytest.mark.usefixtures("changing")
def test_files_that_are_thrown_away_while_they_are_opened_are_not_taken_for_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder, "Mỹ")

    def opened_late(place: Path, *, changed: bool) -> WordIndex:
        (place / "accented" / "changed.npy").unlink()
        return open_words(place, changed=changed)

    monkeypatch.setattr(derived, "open_words", opened_late)
    reader = store_at(str(folder)).snapshot()
    assert reader.document_frequencies(ACCENTED, ["mỹ"])[0] == 1
    reader.close()


def test_a_digest_that_another_thread_forgets_is_not_missed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(dict[object, str]):
        def __contains__(self, key: object) -> bool:
            if found := super().__contains__(key):
                self.clear()
            return found

    monkeypatch.setattr(manifest, "_DIGESTS", Forgetful())
    signature = store_at(str(folder)).version()
    assert all(manifest.is_whole(folder / "derived" / "1", signature) for _ in range(2))


def test_files_of_the_size_and_time_that_were_written_are_not_read_again_but_by_a_check(folder: Path) -> None:
    signature, derived_files = store_at(str(folder)).version(), folder / "derived" / "1"
    counts = counts_file(folder)
    times = counts.stat()
    content = bytearray(counts.read_bytes())
    content[-1] ^= 1
    counts.write_bytes(content)
    os.utime(counts, ns=(times.st_atime_ns, times.st_mtime_ns))
    manifest._DIGESTS.clear()  # noqa: SLF001 — another process
    assert manifest.is_whole(derived_files, signature)
    assert not manifest.is_unharmed(derived_files, signature)
    counts.touch()
    assert not manifest.is_whole(derived_files, signature)


@pytest.mark.usefixtures("changing")
def test_when_half_has_changed_all_is_derived_anew(folder: Path) -> None:
    for number in range(CHUNKS // 2):
        change(folder, "Mỹ", number)
    assert not has_changed(folder, 7)


@pytest.mark.usefixtures("changing")
def test_a_change_behind_a_damaged_generation_derives_all_anew(folder: Path) -> None:
    counts_file(folder).write_bytes(b"")
    change(folder, "Mỹ")
    assert not has_changed(folder, 2)
    assert len(answers(folder)[4]) == CHUNKS  # type: ignore[arg-type]


def test_the_log_of_changes_starts_anew_when_every_reader_has_settled(folder: Path) -> None:
    store, log = store_at(str(folder)), folder / "hoidap.sqlite-wal"
    reader = store.snapshot()
    for _ in range(5):
        fill(folder)
        newer = store.snapshot()
        reader.close()
        reader = newer
        reader.settle()
        size = log.stat().st_size
    fill(folder)
    assert log.stat().st_size == size
    assert len(reader.nearest(QUESTION, 100)) == CHUNKS
    assert len(reader.chunks(sorted(reader.select(Filters())))) == CHUNKS
    reader.close()


def test_a_reader_that_was_overtaken_stays_in_its_generation(folder: Path) -> None:
    reader = store_at(str(folder)).snapshot()
    before = reader.chunks(sorted(reader.select(Filters())))
    fill(folder, "Mỹ")
    reader.settle()
    assert reader.chunks(sorted(reader.select(Filters()))) == before
    reader.close()


def test_a_reader_stays_in_its_collection_when_the_folder_is_built_again_to_the_same_number(folder: Path) -> None:
    reader = store_at(str(folder)).snapshot()
    before = reader.chunks(sorted(reader.select(Filters())))
    shutil.rmtree(folder)
    fill(folder, "Lào", 2)
    assert store_at(str(folder)).generation() == reader.generation
    assert store_at(str(folder)).version() != reader.version
    reader.settle()
    assert reader.chunks(sorted(reader.select(Filters()))) == before
    reader.close()


def test_a_folder_that_was_removed_and_built_again_is_seen(folder: Path) -> None:
    store = store_at(str(folder))
    fill(folder, "Mỹ", 1)
    assert store.generation() == 2
    shutil.rmtree(folder)
    with pytest.raises(IndexMissing):
        store.generation()
    fill(folder, "Lào", 2)
    assert store.generation() == 1


# Vectors that are not what they should be are named


def vectors_file(folder: Path, name: str = "rests") -> Path:
    return folder / "vectors" / "1" / name


def no_vectors(folder: Path) -> None:
    shutil.rmtree(folder / "vectors")


def no_codes(folder: Path) -> None:
    vectors_file(folder, "codes").unlink()


def empty_vectors(folder: Path) -> None:
    vectors_file(folder).write_bytes(b"")


def all_but_a_byte_of_the_vectors(folder: Path) -> None:
    vectors_file(folder).write_bytes(vectors_file(folder).read_bytes()[:-1])


def another_byte_in_the_vectors(folder: Path) -> None:
    content = bytearray(vectors_file(folder).read_bytes())
    content[17] ^= 1
    vectors_file(folder).write_bytes(content)


def vectors_of_another_collection(folder: Path) -> None:
    shutil.copy(vectors_file(_another(folder, CHUNKS)), vectors_file(folder))


def other_chunks_for_the_vectors(folder: Path) -> None:
    vectors_file(folder, "ids").write_bytes(np.arange(2, CHUNKS + 2, dtype="<u4").tobytes())


VECTOR_DAMAGES = [
    no_vectors,
    no_codes,
    empty_vectors,
    all_but_a_byte_of_the_vectors,
    another_byte_in_the_vectors,
    vectors_of_another_collection,
    other_chunks_for_the_vectors,
]


@pytest.mark.parametrize("damage", VECTOR_DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_vectors_are_named_and_never_used(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    with pytest.raises(IndexDamaged, match=rf"vectors of the index in {folder} are damaged: .*Build it anew"):
        store_at(str(folder)).snapshot()


def test_a_change_does_not_make_damaged_vectors_good(folder: Path) -> None:
    another_byte_in_the_vectors(folder)
    with pytest.raises(IndexDamaged, match="are damaged"):
        fill_one(folder)
    with pytest.raises(IndexDamaged, match="are damaged"):
        store_at(str(folder)).snapshot()


def fill_one(folder: Path) -> None:
    """One article more."""
    with store_at(str(folder)).writer() as writer:
        writer.replace(article("99.txt", "Lào"), [Range(0, 3)], [vector(99)])
        writer.commit()


def test_a_byte_that_turned_without_a_trace_is_found_by_a_check(folder: Path) -> None:
    times = vectors_file(folder).stat()
    another_byte_in_the_vectors(folder)
    os.utime(vectors_file(folder), ns=(times.st_atime_ns, times.st_mtime_ns))
    (wrong,) = verify(folder).wrong[-1:]
    assert "rests are not those that were written" in wrong


def test_what_a_dead_writer_left_behind_the_vectors_is_cut_off_by_the_next_one(whole: Path, folder: Path) -> None:
    with vectors_file(folder).open("ab") as file:
        file.write(b"left by a writer that died")
    assert answers(folder) == answers(whole)
    fill_one(folder)
    assert len(answers(folder)[4]) == CHUNKS + 1  # type: ignore[arg-type]
    assert vectors_file(folder).stat().st_size == (CHUNKS + 1) * vectors_file(whole).stat().st_size // CHUNKS


def test_rows_of_chunks_that_are_gone_are_left_out_when_they_are_many(folder: Path) -> None:
    fill(folder, "Lào", 5)
    assert [path.name for path in (folder / "vectors").iterdir()] == ["2"]
    assert (folder / "vectors" / "2" / "ids").stat().st_size == 4 * CHUNKS


@pytest.mark.usefixtures("changing")
def test_rows_of_chunks_that_are_gone_stay_while_they_are_few(folder: Path) -> None:
    change(folder, "Mỹ")
    assert vectors_file(folder, "ids").stat().st_size == 4 * (CHUNKS + 1)
    assert len(answers(folder)[4]) == CHUNKS  # type: ignore[arg-type]


# A database that is not what it should be is named

OPENINGS = {
    "snapshot": lambda folder: store_at(str(folder)).snapshot(),
    "generation": lambda folder: store_at(str(folder)).generation(),
    "writer": lambda folder: store_at(str(folder)).writer().__enter__(),
}


@pytest.fixture(params=OPENINGS)
def opening(request: pytest.FixtureRequest) -> Callable[[Path], object]:
    return OPENINGS[request.param]


@pytest.mark.parametrize("size", [10, 100, 1000, 4096, 5000, 0.5])
def test_a_database_that_was_cut_off_is_damaged(folder: Path, opening: Callable[[Path], object], size: float) -> None:
    data = (folder / "hoidap.sqlite").read_bytes()
    (folder / "hoidap.sqlite").write_bytes(data[: int(size if size > 1 else size * len(data))])
    with pytest.raises(IndexDamaged, match=str(folder)):
        opening(folder)


def test_a_file_that_is_no_database_is_damaged(folder: Path, opening: Callable[[Path], object]) -> None:
    (folder / "hoidap.sqlite").write_text("Đây không phải là cơ sở dữ liệu. " * 200, encoding="utf-8")
    with pytest.raises(IndexDamaged, match=str(folder)):
        opening(folder)


def test_the_database_of_another_program_is_damaged_and_left_as_it_is(
    folder: Path, opening: Callable[[Path], object]
) -> None:
    path = folder / "hoidap.sqlite"
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table meta (key text, value text)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(IndexDamaged, match="not an index of hoidap"):
        opening(folder)
    assert path.read_bytes() == before


def _changed(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    with closing(sqlite3.connect(folder / "hoidap.sqlite")) as connection:
        recipe = json.loads(connection.execute("select value from meta where key = 'recipe'").fetchone()[0])
        connection.execute("update meta set value = ? where key = 'recipe'", (json.dumps(change(recipe)),))
        connection.commit()


def test_another_format_is_a_mismatch_that_says_both(folder: Path, opening: Callable[[Path], object]) -> None:
    _changed(folder, lambda recipe: {**recipe, "format": 999, "more": "keys"})
    with pytest.raises(IndexMismatch, match=rf"999.*{FORMAT}"):
        opening(folder)


@pytest.mark.parametrize("opening", ["snapshot"], indirect=True)
def test_a_recipe_that_cannot_be_read_is_damage(folder: Path, opening: Callable[[Path], object]) -> None:
    _changed(folder, lambda recipe: {**recipe, "dimensions": "four"})
    with pytest.raises(IndexDamaged, match=str(folder)):
        opening(folder)


def test_damage_that_shows_after_opening_is_named(folder: Path) -> None:
    text = np.random.default_rng(0).bytes(40_000).hex()
    with store_at(str(folder)).writer() as writer:
        writer.replace(article("99.txt", text), [Range(0, len(text))], [vector(99)])
        writer.commit()
    path = folder / "hoidap.sqlite"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(IndexDamaged, match=str(folder)):
        answers(folder)


def test_no_index_is_missing_and_says_how_to_build_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty"):
        for name in ("snapshot", "generation"):
            with pytest.raises(IndexMissing, match=f"No index in {folder}. Build one: hoidap build"):
                OPENINGS[name](folder)
    assert not (tmp_path / "nowhere").exists()


def test_a_build_that_never_committed_is_missing(tmp_path: Path) -> None:
    with store_at(str(tmp_path)).writer() as writer:
        writer.set_recipe(RECIPE)
    for name in ("snapshot", "generation"):
        with pytest.raises(IndexMissing, match="never finished"):
            OPENINGS[name](tmp_path)


def test_a_file_in_the_place_of_the_folder_is_damage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexDamaged, match="file"):
        OPENINGS["writer"](tmp_path / "file")


@pytest.mark.parametrize("uri", ["qdrant://host:6333/name", "http://host", "s3://bucket"])
def test_an_unknown_scheme_is_missing_and_says_what_is_served(uri: str) -> None:
    with pytest.raises(IndexMissing, match="folder"):
        store_at(uri)


# Read-only disks


@pytest.fixture
def read_only(whole: Path) -> Iterator[Path]:
    """A copy that nobody but root may write, where a process of another user can reach it."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    folder = Path(shutil.copytree(whole, top / "index"))
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(top)


DROP = """
import os, sys
import index.stores.local
from index.errors import IndexDamaged
from index.stores import store_at
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
"""
ASK = """
store = store_at(sys.argv[1])
snapshot = store.snapshot()
print(store.generation(), snapshot.chunk_count, len(snapshot.matching("folded", ["nga"], 100)))
"""
WRITE = """
try:
    store_at(sys.argv[1]).writer().__enter__()
except IndexDamaged as error:
    print(error)
"""


def _as_somebody_else(code: str, folder: Path) -> str:
    """What a process prints that is not root any more."""
    ran = subprocess.run(
        [sys.executable, "-c", DROP + code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_a_read_only_folder_can_be_asked(read_only: Path) -> None:
    assert _as_somebody_else(ASK, read_only) == f"1 {CHUNKS} {CHUNKS}"


def test_in_a_read_only_folder_derived_indexes_are_made_again_in_memory(read_only: Path) -> None:
    (read_only / "derived").chmod(0o755)
    no_derived_folder(read_only)
    assert _as_somebody_else(ASK, read_only) == f"1 {CHUNKS} {CHUNKS}"


def test_a_read_only_folder_cannot_be_written_and_says_so(read_only: Path) -> None:
    assert _as_somebody_else(WRITE, read_only).startswith(f"{read_only} cannot be written")


# Death at any instant


def _replace_all(folder: Path, station: int) -> None:
    """Commit a second generation; die at a station: a new line of writer.py, or every fourth new line of the others."""
    stations = 0
    seen: set[tuple[str, int]] = set()

    def count(frame: FrameType, event: str, _: object) -> object:
        nonlocal stations
        code = Path(frame.f_code.co_filename)
        if ROOT / "index" / "stores" not in code.parents:
            return None
        line = (str(code), frame.f_lineno)
        if event == "line" and line not in seen:
            seen.add(line)
            stations += code.name == "writer.py" or len(seen) % 4 == 0
            if stations == station:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    with store_at(str(folder)).writer() as writer:
        for number in range(CHUNKS):
            text = "Mỹ " * (number + 1)
            writer.replace(article(f"{number:02}.txt", text), [Range(0, len(text))], [vector(50 + number)])
        sys.settrace(count)
        writer.commit()
        sys.settrace(None)


def die_everywhere(whole: Path) -> None:
    """For one station of commit after the other, let a child die there over a copy; the last one gets through."""
    died = True
    station = 0
    while died:
        station += 1
        folder = Path(shutil.copytree(whole, whole.parent / f"died {station:03}"))
        child = os.fork()
        if not child:
            _replace_all(folder, station)
            os._exit(0)
        died = os.waitpid(child, 0)[1] == signal.SIGKILL
    sys.stdout.write("done")


@pytest.fixture(scope="module")
def graves(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Copies of the collection; in each a process died a little later in its commit, in the last one it did not."""
    folder = Path(shutil.copytree(whole, tmp_path_factory.mktemp("graves") / "index"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, __file__, str(folder)], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "done"
    return sorted(folder.parent.glob("died *"))


def test_killed_at_any_instant_of_commit_a_collection_is_whole(whole: Path, graves: list[Path]) -> None:
    before, after = answers(whole), answers(graves[-1])
    assert (before[0], after[0]) == (1, 2)
    found = [answers(grave) for grave in graves]
    assert all(answer in (before, after) for answer in found)
    generations = [answer[0] for answer in found]
    assert generations == [1] * generations.count(1) + [2] * generations.count(2)
    assert generations.count(1) > 10
    assert generations.count(2) > 2


def test_after_a_death_the_next_build_goes_through(graves: list[Path], tmp_path: Path) -> None:
    for number in (0, len(graves) // 2, -2):
        folder = Path(shutil.copytree(graves[number], tmp_path / graves[number].name))
        fill(folder, "Nga", 77)
        assert answers(folder)[0] == answers(graves[number])[0] + 1  # type: ignore[operator]
        assert answers(folder)[-1] == CHUNKS


if __name__ == "__main__":
    die_everywhere(Path(sys.argv[1]))
