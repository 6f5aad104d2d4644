"""What a collection on a Milvus server promises beyond the contract: death loses nothing, nobody reads by halves.

Run as a script (`python test_milvus_store.py URI`) it is a writer that is killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from milvus_lite_server import LiteServer
from test_stores import EAST, NORTH, RECIPE, UP, article, everything, put

from api.cli import main
from index.config import IndexConfig
from index.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, IndexProblem
from index.pipeline import build
from index.records import Filters, Range
from index.stores import ACCENTED, FOLDED, Store, store_at
from index.stores.milvus import generations as milvus_generations
from index.stores.milvus import lock as milvus_lock
from index.stores.milvus import server as milvus_server
from index.stores.milvus import snapshot as milvus_snapshot
from index.stores.milvus import words as milvus_words
from index.stores.milvus.server import Server, address_of
from index.stores.milvus.tables import LONGEST, pieces
from qa.config import AskConfig
from qa.pipeline import Asker, open_asker
from qa.records import Reply

ROOT = Path(__file__).parents[2]
COUNT = iter(range(1000))


@pytest.fixture
def uri(milvus: LiteServer) -> str:
    return milvus.uri(f"own_{next(COUNT)}")


@pytest.fixture
def store(uri: str) -> Store:
    return store_at(uri)


def server_of(uri: str) -> Server:
    return Server(address_of(uri))


def lease_runs_out(uri: str) -> None:
    """What time does to the lease of a writer that died."""
    server_of(uri).delete(server_of(uri).table("leases"), "number > 0")


# Names and what is not there


@pytest.mark.parametrize(
    "uri",
    ["milvus://", "milvus://localhost", "milvus://localhost/", "milvus://user:secret@localhost/a", "milvus://h:1/a-b"],
)
def test_an_address_that_names_no_collection_is_an_error_that_says_how(uri: str) -> None:
    with pytest.raises(IndexMissing, match=r"milvus://HOST:19530/NAME"):
        store_at(uri)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(IndexMissing, match="HOIDAP_MILVUS_TOKEN") as raised:
        store_at("milvus://user:secret@localhost/tin")
    assert "secret" not in str(raised.value)


def test_the_port_may_be_left_out_and_tls_be_asked_for() -> None:
    assert address_of("milvus://localhost/tin").server == "http://localhost:19530"
    assert address_of("milvus+tls://db.example.org:443/tin").server == "https://db.example.org:443"


@pytest.mark.usefixtures("milvus")
def test_a_server_that_is_not_there_is_named_in_one_line(tmp_path: Path) -> None:
    nowhere = store_at(LiteServer(tmp_path).uri("tin"))
    for call in (nowhere.generation, nowhere.snapshot, nowhere.writer().__enter__):
        with pytest.raises(IndexProblem, match=r"No Milvus answers at http://127.0.0.1:\d+ .* Start it") as raised:
            call()
        assert "\n" not in str(raised.value)


def test_a_package_that_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_server, "find_spec", lambda _name: None)
    with pytest.raises(IndexProblem, match=r"pip install 'hoidap\[milvus\]'"):
        store_at("milvus://localhost/tin").generation()


def test_asking_for_what_is_not_there_makes_nothing(uri: str, store: Store) -> None:
    with pytest.raises(IndexMissing, match=f"hoidap build FOLDER --index {uri}"):
        store.snapshot()
    assert server_of(uri).tables("") == []


def test_a_generation_of_another_format_is_a_mismatch_and_one_of_another_shape_damage(uri: str, store: Store) -> None:
    put(store, [(article("a.txt", "Nga"), [EAST])])
    server, table = server_of(uri), server_of(uri).table("generations")
    (row,) = server.few(table, "generation > 0", ["generation", "state", "vector"])
    state = msgspec.json.decode(row["state"])
    server.put(table, [{**row, "state": msgspec.json.encode({**state, "recipe": {"format": 99}}).decode()}])
    with pytest.raises(IndexMismatch, match="format 99"):
        store.snapshot()
    server.put(table, [{**row, "state": "{}"}])
    with pytest.raises(IndexDamaged, match="Build it anew"):
        store.snapshot()


# Texts that are longer than a field


@given(st.text(st.sampled_from("aâ🙂中"), max_size=40), st.integers(4, 9))
def test_pieces_are_the_text_cut_between_characters(text: str, longest: int) -> None:
    found = list(pieces(text, longest))
    assert "".join(found) == text
    assert all(0 < len(piece.encode()) <= longest for piece in found)


def test_long_articles_and_chunks_come_back_whole(store: Store) -> None:
    long = article("a.txt", "Nga 🙂 " * 60_000, title="Tựa")
    assert len(long.text.encode()) > 8 * LONGEST
    with store.writer() as writer:
        writer.set_recipe(RECIPE)
        writer.replace(long, [Range(0, 50_000), Range(50_000, 50_003)], [EAST, NORTH])
        writer.commit()
        assert list(writer.articles()) == [long]
    with closing(store.snapshot()) as snapshot:
        assert snapshot.article(long.id) == long
        assert [chunk.text for chunk in snapshot.chunks([1, 2])] == [long.text[:50_000], long.text[50_000:50_003]]
        assert [hit.chunk for hit in snapshot.nearest(EAST, 2)] == [1, 2]
        assert snapshot.document_frequencies(ACCENTED, ["nga"])[0] >= 1


def test_a_source_that_only_looks_like_a_pattern_is_found_by_its_own(store: Store) -> None:
    names = ["a_b/100%.txt", "axb/100x.txt", 'a"b.txt', "a\\b.txt", "Ý/🙂.txt"]
    put(store, [(article(name, name), [EAST]) for name in names])
    with closing(store.snapshot()) as snapshot:

        def found(pattern: str) -> list[str]:
            return sorted(chunk.text for chunk in snapshot.chunks(snapshot.select(Filters(source=pattern))))

        assert all(found(name) == [name] for name in names)
        assert found("a_b/*") == ["a_b/100%.txt"]
        assert found("a?b/*") == ["a_b/100%.txt", "axb/100x.txt"]
        assert found("?/?.txt") == ["Ý/🙂.txt"]
        assert found("[^a]*") == ["Ý/🙂.txt"]
        assert snapshot.nearest(EAST, 5, snapshot.select(Filters(source="a_b/*"))) != []


@pytest.mark.parametrize("few", [0, 1000])
def test_words_are_counted_by_the_server_as_here(store: Store, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(milvus_words, "FEW", few)
    texts = ["Nga gặp Mỹ", "Nga, 240,1 tỷ; 28.6 %", "ngà voi ở Ý", "中国 Китай"]
    put(store, [(article(f"{number}.txt", text), [EAST]) for number, text in enumerate(texts)])
    put(store, [(article("4.txt", "Nga"), [EAST])], remove=["0.txt"])
    with closing(store.snapshot()) as snapshot:
        for term, accented, folded in [("nga", 2, 3), ("240,1", 1, 1), ("28.6", 1, 1), ("28", 0, 0), ("国", 1, 1)]:
            assert snapshot.document_frequencies(ACCENTED, [term])[0] == accented, term
            assert snapshot.document_frequencies(FOLDED, [term])[0] == folded, term
        assert snapshot.document_frequencies(ACCENTED, ["nga_240,1"])[0] == 1
        assert (
            snapshot.document_frequencies(ACCENTED, ["nga_gặp"])[0]
            == snapshot.document_frequencies(ACCENTED, ["mỹ"])[0]
            == 0
        )
        assert snapshot.document_frequencies(ACCENTED, ['nga") or (born > 0'])[0] == 0
        assert snapshot.document_frequencies(FOLDED, ["китаи"])[0] == 1


# Other vectors


def test_vectors_of_another_length_take_a_table_of_their_own_and_the_old_generation_stays(
    uri: str, store: Store
) -> None:
    put(store, [(article("a.txt", "Nga"), [EAST]), (article("b.txt", "Mỹ"), [NORTH]), (article("c.txt", "Lào"), [UP])])
    longer = np.eye(6, dtype=np.float32)
    with closing(store.snapshot()) as old:
        before = everything(old)
        with store.writer() as writer:
            for number, chunk in enumerate(writer.chunks()):
                writer.set_vectors([chunk.id], [longer[number]])
            writer.set_recipe(msgspec.structs.replace(RECIPE, dimensions=6))
            writer.replace(article("b.txt", "Anh"), [Range(0, 3)], [longer[5]])
            writer.remove("c.txt")
            writer.commit()
        assert everything(old) == before
        with closing(store.snapshot()) as new:
            assert (new.article_count, new.chunk_count) == (2, 2)
            assert [chunk.text for chunk in new.chunks([hit.chunk for hit in new.nearest(longer[0], 1)])] == ["Nga"]
            assert [chunk.text for chunk in new.chunks([hit.chunk for hit in new.nearest(longer[5], 1)])] == ["Anh"]
    assert len(server_of(uri).tables("chunks_")) == 2


def test_chunks_that_got_no_vector_of_the_new_length_are_missed_at_the_commit(store: Store) -> None:
    put(store, [(article("a.txt", "Nga"), [EAST]), (article("b.txt", "Mỹ"), [NORTH])])
    with store.writer() as writer:
        writer.set_vectors([1], [np.eye(6, dtype=np.float32)[0]])
        writer.set_recipe(msgspec.structs.replace(RECIPE, dimensions=6))
        with pytest.raises(IndexDamaged, match="lacks chunks"):
            writer.commit()
    assert store.generation() == 1


# How long generations are kept


def test_rows_of_generations_that_nobody_can_read_any_more_are_removed(
    uri: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KEPT_SECONDS", "NOTED_EVERY"):
        monkeypatch.setattr(milvus_generations, name, 0.0)
    for number in range(4):
        put(store, [(article("a.txt", f"Nga {number}"), [EAST])])
    server = server_of(uri)
    (table,) = server.tables("chunks_")
    assert server.count(table, "born > 0") == server.count(server.table("articles"), "born > 0") == 1
    assert server.count(server.table("generations"), "generation > 0") == 2


def test_a_snapshot_that_was_overtaken_too_long_ago_says_so_and_one_that_is_the_newest_reads_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_snapshot, "KEPT_SECONDS", 0.0)
    put(store, [(article("a.txt", "Nga"), [EAST])])
    with closing(store.snapshot()) as old:
        assert len(old.nearest(EAST, 1)) == 1
        put(store, [(article("a.txt", "Mỹ"), [EAST])])
        with pytest.raises(IndexMissing, match="Open it again"):
            old.nearest(EAST, 1)


# One writer


def test_of_many_that_want_to_write_at_once_one_does(uri: str) -> None:
    inside, most, done = [0], [0], [0]
    counting = threading.Lock()

    def write() -> None:
        with store_at(uri).writer(wait=60):
            with counting:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.02)
            with counting:
                inside[0] -= 1
                done[0] += 1

    threads = [threading.Thread(target=write) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], done[0]) == (1, 5)
    assert len(server_of(uri).tables("lock_")) == 1


def test_a_lease_that_was_not_renewed_lets_the_next_one_write(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_lock, "RENEWALS", 0.001)  # its holder renews it long after it has run out
    monkeypatch.setattr(milvus_lock, "LEASE", 0.5)
    held = milvus_lock.locked(server_of(uri), 0)
    lock = held.__enter__()
    with pytest.raises(IndexLocked), milvus_lock.locked(server_of(uri), 0):
        pass
    with milvus_lock.locked(server_of(uri), 10) as next_one:
        assert next_one.number == lock.number + 1


def test_a_writer_that_was_cut_off_for_too_long_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, [(article("a.txt", "Nga"), [EAST])])
    with store.writer() as writer:
        writer.remove("a.txt")
        monkeypatch.setattr(milvus_lock, "LEASE", 0.0)
        time.sleep(0.01)
        with pytest.raises(IndexLocked, match="cut off"):
            writer.commit()
    assert store.generation() == 1


# Death


class Died(Exception):
    """The process is gone."""


def change(store: Store) -> None:
    with store.writer() as writer:
        writer.replace(article("a.txt", "Nga và Mỹ"), [Range(0, 3), Range(4, 9)], [UP, EAST])
        writer.remove("b.txt")
        writer.replace(article("c.txt", "Lào"), [Range(0, 3)], [NORTH])
        writer.commit()


CALLS = ("put", "delete", "drop")


def dies_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let a process die in place of its call of this number that changes the server; returns how many it made."""
    made = [0]

    def mortal(call: Callable[..., None]) -> Callable[..., None]:
        def called(*arguments: object) -> None:
            made[0] += 1
            if made[0] >= number:
                raise Died
            call(*arguments)

        return called

    for name in CALLS:
        monkeypatch.setattr(Server, name, mortal(getattr(Server, name)))
    return lambda: made[0]


def test_a_writer_that_dies_between_any_two_calls_leaves_one_generation_or_the_next(store: Store, uri: str) -> None:
    put(store, [(article("a.txt", "Nga"), [EAST]), (article("b.txt", "Mỹ"), [NORTH, UP])])
    with closing(store.snapshot()) as snapshot:
        before = everything(snapshot)
    for number in range(1, 100):
        with pytest.MonkeyPatch.context() as monkeypatch:
            calls = dies_at(number, monkeypatch)
            with suppress(Died):
                change(store)
            ended = calls() < number
        lease_runs_out(uri)
        if ended or store.generation() > 1:
            break
        with closing(store.snapshot()) as snapshot:
            assert everything(snapshot) == before, f"died at call {number}"
        # The next one begins where the first did, whatever the dead one left.
        with store.writer() as writer:
            assert writer.sources() == {"a.txt": "0", "b.txt": "0"}
            assert sorted(chunk.text for chunk in writer.chunks()) == ["Mỹ", "Mỹ", "Nga"]
    assert number >= 8, "the commit comes after all else"
    with closing(store.snapshot()) as snapshot:
        assert [(one.source, one.chunks) for one in snapshot.articles(0, 9)] == [("a.txt", 2), ("c.txt", 1)]
        assert (snapshot.article_count, snapshot.chunk_count) == (2, 3)


def write_on(uri: str) -> None:
    """Put articles in until killed; each line is one that was acknowledged."""
    for number in range(10_000):
        put(store_at(uri), [(article(f"{number % 5}.txt", f"Nga {number}"), [EAST, NORTH])])
        print(number, flush=True)  # noqa: T201 — what the test reads


def texts_held(store: Store) -> list[str]:
    """The texts of a collection, each of which its two vectors and its words find."""
    with closing(store.snapshot()) as snapshot:
        articles = [snapshot.article(one.id) for one in snapshot.articles(0, 100)]
        assert len(snapshot.nearest(EAST, 100)) == snapshot.chunk_count == 2 * len(articles)
        assert len(snapshot.matching(FOLDED, ["nga"], 100)) == snapshot.chunk_count
        return sorted(one.text for one in articles if one)


def expected(last: int) -> list[str]:
    return sorted(f"Nga {number}" for number in range(max(0, last - 4), last + 1))


def connected_again(store: Store) -> None:
    """Connections try again only after a while, as those of a service do."""
    for _ in range(100):
        try:
            store.generation()
        except IndexProblem:
            time.sleep(0.1)
        else:
            return


def acknowledged(lines: Iterator[bytes], count: int) -> int:
    return [int(next(lines)) for _ in range(count)][-1]


def test_a_writer_that_is_killed_loses_nothing_that_it_acknowledged(store: Store, uri: str) -> None:
    writing = subprocess.Popen(
        [sys.executable, __file__, uri], env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
    )
    assert writing.stdout is not None
    with writing.stdout as lines:
        last = acknowledged(lines, 7)
        time.sleep(0.05)
        writing.kill()
        writing.wait()
        last = max([last, *(int(line) for line in lines if line.endswith(b"\n"))])
    found = texts_held(store)
    assert found in (expected(last), expected(last + 1))
    with pytest.raises(IndexLocked, match="try again"), store.writer():
        pass
    lease_runs_out(uri)
    with store.writer() as writer:
        assert len(writer.sources()) == len(found)


@pytest.mark.usefixtures("milvus")
@pytest.mark.parametrize("after", [0.02, 0.07])
def test_a_server_that_is_killed_while_it_is_written_comes_back_with_what_it_acknowledged(
    tmp_path: Path, after: float
) -> None:
    own = LiteServer(tmp_path / "data")
    own.start()
    try:
        uri = own.uri("tin")
        store = store_at(uri)
        last = [-1]

        def write() -> None:
            with suppress(IndexProblem):
                for number in range(10_000):
                    put(store, [(article(f"{number % 5}.txt", f"Nga {number}"), [EAST, NORTH])])
                    last[0] = number

        writing = threading.Thread(target=write)
        writing.start()
        while last[0] < 6:
            time.sleep(0.005)
        time.sleep(after)
        own.kill()
        writing.join()
        own.start()
        connected_again(store)
        assert texts_held(store) in (expected(last[0]), expected(last[0] + 1))
        lease_runs_out(uri)
        put(store, [(article("0.txt", "Nga"), [UP, UP])])
        assert "Nga" in texts_held(store)
    finally:
        own.kill()


# The same answers


@pytest.fixture(scope="module")
def seeds_on_milvus(milvus: LiteServer) -> Iterator[Asker]:
    uri = milvus.uri("seeds")
    build([ROOT / "seeds"], uri, IndexConfig())
    with closing(open_asker(uri, AskConfig())) as opened:
        yield opened


def questions() -> Sequence[str]:
    lines = (ROOT / "seeds" / "questions.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line)["question"] for line in lines[::8]]


def said(reply: Reply) -> object:
    """What is read first: whether there is an answer, which, and where it stands."""
    first = [(one.text, one.citation.source, one.citation.start, one.citation.end) for one in reply.answers[:1]]
    return reply.understood, reply.answered, first, reply.index


def test_the_seeds_are_answered_as_from_a_folder(asker: Asker, seeds_on_milvus: Asker) -> None:
    for question in questions():
        local, server = asker.ask(question), seeds_on_milvus.ask(question)
        assert said(server) == said(local), question
        assert server.confidence == pytest.approx(local.confidence, abs=0.03), question
        assert len({one.text for one in server.passages} & {one.text for one in local.passages}) >= 4, question


def test_filters_leave_the_same_passages_as_in_a_folder(asker: Asker, seeds_on_milvus: Asker) -> None:
    for filters in (Filters(source="00[0-2]*"), Filters(source="*_b*"), Filters(language="vi")):
        local, server = (one.search("Nga và Trung Quốc", filters=filters) for one in (asker, seeds_on_milvus))
        assert [(one.source, one.start) for one in server.passages] == [
            (one.source, one.start) for one in local.passages
        ]


# From the command line


def test_the_commands_take_a_server_and_keep_keys_in_a_folder_beside(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOIDAP_INDEX", uri)
    (tmp_path / "tin.txt").write_text("Cờ vua\n\nĐại hội cờ vua khai mạc ngày 12/9/2031 ở Phú Thọ.", encoding="utf-8")

    def hoidap(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    assert hoidap("ask", "khi nào?").exit_code == 2
    assert not list(tmp_path.glob(".hoidap*"))
    assert "1 articles, 1 chunks, generation 1" in hoidap("build", "tin.txt").output
    assert "1 unchanged" in hoidap("build", "tin.txt").output
    assert hoidap("ask", "Đại hội cờ vua khai mạc ngày nào?").output.startswith("ngày 12/9/2031")
    assert hoidap("keys", "add", "Ban", "--scope", "write").exit_code == 0
    assert (tmp_path / f".hoidap-{uri.rpartition('/')[2]}" / "keys.json").is_file()
    assert "Ban" in hoidap("keys", "list").output
    assert "0 gold questions" in hoidap("feedback", "export").output
    checked = hoidap("check")
    assert (checked.exit_code, "verifies folders" in checked.output) == (2, True)


if __name__ == "__main__":
    write_on(sys.argv[1])
