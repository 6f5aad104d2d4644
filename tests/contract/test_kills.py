"""kill -9 while articles are put in, taken out and built: what was acknowledged is there, and nothing by halves.

Each round forks a process that changes the collection and acknowledges each change through a pipe, and kills it at a
random instant. The changes are drawn from the round's number, so the parent knows what the child was about to do.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import faiss
import pytest
from tqdm import tqdm

from index.clean import article_id
from index.config import IndexConfig
from index.edit import Editor
from index.embed import embedder_named
from index.pipeline import build
from index.records import Document
from index.stores import FOLDED, store_at
from index.stores.local import writer as local_writer

ROUNDS = 220
NAMES = [f"{number}.txt" for number in range(6)]
BUILT = "built.txt"
MOST_CHANGES = 4
"""Changes below which a child is left in peace."""
LONGEST = 0.06
"""Seconds that it then goes on at most; a change takes about 0.03."""

State = dict[str, str]

# tqdm, with which the embedder counts, has one lock for all forked processes: one that dies with it stops the others.
tqdm.set_lock(threading.RLock())
tqdm.monitor_interval = 0


class Change(NamedTuple):
    """A change: the article's text afterwards; None takes it out."""

    source: str
    text: str | None


def changes(seed: int, state: State) -> Iterator[Change]:
    """What a round does to a collection, without end."""
    drawn = random.Random(seed)
    there = set(state)
    for number in itertools.count():
        source = drawn.choice([*NAMES, BUILT])
        takes_out = source in there and source != BUILT and drawn.random() < 0.3
        yield Change(source, None if takes_out else f"Bài {seed} {number}\n\nSố bài này là {seed * 1000 + number}.")
        there = there - {source} if takes_out else there | {source}


def make(change: Change, editor: Editor, place: Path) -> None:
    """Make one change as a user would."""
    if change.text is None:
        editor.remove(article_id(change.source))
    elif change.source == BUILT:
        (place / "texts" / BUILT).write_text(change.text, encoding="utf-8")
        build([place / "texts"], str(place / "index"), IndexConfig())
    else:
        editor.put(Document(source=change.source, text=change.text, sha256=change.text))


def killed(place: Path, seed: int, state: State) -> int:
    """Fork a process that makes the changes of a round, and kill it; how many it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            faiss.omp_set_num_threads(1)  # a fork has none of its parent's threads
            editor = Editor(str(place / "index"))
            for change in changes(seed, state):
                make(change, editor, place)
                os.write(writing, b".")
        finally:
            os._exit(1)  # a failure must not go on as a second pytest
    os.close(writing)
    drawn = random.Random(seed)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        acknowledged = sum(len(pipe.read(1)) for _ in range(drawn.randrange(MOST_CHANGES)))
        time.sleep(drawn.random() * LONGEST)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the changes failed before they were killed"
        return acknowledged + len(pipe.read())


def held(place: Path) -> State:
    """What a collection holds, looked at as a reader does; every article is found by its words and its vectors."""
    with closing(store_at(str(place / "index")).snapshot()) as snapshot:
        articles = [snapshot.article(one.id) for one in snapshot.articles(0, 100)]
        number = {each.source: each.text.rsplit(" ", 1)[1].strip(".") for each in articles if each}
        for word in number.values():
            assert len(snapshot.matching(FOLDED, [word], 5)) == 1
        (vector,) = embedder_named("bundled").embed_questions(["Số bài"])
        assert len(snapshot.nearest(vector, 100)) == snapshot.chunk_count
        return {each.source: each.text for each in articles if each}


@pytest.mark.parametrize("few", [local_writer.FEW, 1], ids=["derived anew", "changed"])
def test_whatever_was_acknowledged_is_there_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(local_writer, "FEW", few)
    monkeypatch.setattr(local_writer, "MOST_CHANGED", 3)
    (tmp_path / "texts").mkdir()
    first = Change(BUILT, "Bài đầu\n\nSố bài này là 999.")
    make(first, Editor(str(tmp_path / "index")), tmp_path)
    state: State = {BUILT: str(first.text)}
    acknowledged = landed = 0
    for seed in range(1, ROUNDS // 2 + 1):
        count = killed(tmp_path, seed, state)
        made = list(itertools.islice(changes(seed, state), count + 1))
        for source, text in made[:-1]:
            state = {**state, source: text} if text else {name: state[name] for name in state if name != source}
        source, text = made[-1]
        further = {**state, source: text} if text else {name: state[name] for name in state if name != source}
        found = held(tmp_path)
        assert found in (state, further), f"round {seed}, {count} acknowledged"
        acknowledged += count
        landed += found != state
        state = found
    print(f"{ROUNDS // 2} kills, {acknowledged} changes acknowledged, all found; {landed} more were just made")  # noqa: T201
    assert len(list((tmp_path / "index" / "derived").iterdir())) <= local_writer.KEPT_GENERATIONS + 3
