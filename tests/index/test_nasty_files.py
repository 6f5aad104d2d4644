"""Bad input never stops a build: every file becomes an article whose offsets hold, or is skipped with a reason."""

from __future__ import annotations

import html
import json
import os
import socket
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import nasty
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import pipeline
from index.chunk import chunks
from index.clean import clean, common_lines
from index.config import IndexConfig
from index.read import Read, read
from index.records import Article, Document, Range, Skipped
from index.stores import Vectors, store_at

CONFIG = IndexConfig(embedder="fake")
BEGINNING = 4000
"""Code points of a text that stands in other formats as well."""


def files() -> dict[str, bytes]:
    """Every bad file, by a name that says what is bad about it."""
    made = {f"{name}.txt": text.encode() for name, text in (nasty.TEXTS | nasty.LONG_RUNS).items()}
    for name, whole in nasty.TEXTS.items():
        text = whole[:BEGINNING]
        made[f"{name}.md"] = f"# {text}\n\n{nasty.PARAGRAPHS}".encode()
        made[f"{name}.html"] = nasty.page(f"<p>{html.escape(text)}</p>").encode()
        made[f"{name}.jsonl"] = json.dumps({"text": text, "title": text, "id": text[:100]}).encode()
    for name, data in nasty.BYTES.items():
        made |= {f"bytes {name}{ending}": data for ending in (".txt", ".html", ".jsonl")}
    made |= {f"page {name}.html": text.encode() for name, text in nasty.PAGES.items()}
    made |= {f"page in utf-16 {name}.htm": nasty.page("").encode(name) for name in ("utf-16", "utf-16-le", "utf-32")}
    made |= {f"row {number}.jsonl": row.encode() for number, row in enumerate(nasty.ROWS.values())}
    return made


FILES = files()


def read_all(folder: Path) -> list[Read]:
    return list(read([folder], CONFIG.max_file_mb))


def articles_of(items: Sequence[Read]) -> list[Article]:
    """What comes of everything read: articles that hold what the records promise, or skipped with a reason."""
    assert all(item.source and item.reason for item in items if isinstance(item, Skipped))
    documents = [item for item in items if isinstance(item, Document)]
    articles = [clean(document, common_lines(documents)) for document in documents]
    for document, article in zip(documents, articles, strict=True):
        assert article.text == document.text
        check(article)
    return articles


def check(article: Article) -> None:
    """Offsets hold, and everything can be stored and sent."""
    for value in (article.text, article.title, article.source, article.publisher, article.url):
        (value or "").encode()
    assert article.published is None or date.fromisoformat(article.published).isoformat() == article.published
    in_the_text(article.boilerplate, article.text)
    assert all(one.end <= other.start for one, other in zip(article.boilerplate, article.boilerplate[1:], strict=False))
    found = chunks(article, CONFIG.chunk_syllables, CONFIG.overlap_sentences)
    in_the_text(found, article.text)
    assert found == sorted(set(found))
    for chunk in found:
        assert article.text[chunk.start : chunk.end].strip()
        assert all(chunk.end <= left.start or left.end <= chunk.start for left in article.boilerplate)


def in_the_text(ranges: Sequence[Range], text: str) -> None:
    assert all(0 <= place.start < place.end <= len(text) for place in ranges)


class FakeEmbedder:
    """The same vector for everything."""

    name, sha256, dimensions = "fake", "0", 4

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        "".join(texts).encode()
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    embed_questions = embed_documents


def stored(uri: str) -> dict[str, Article]:
    """Every article of a collection, by source."""
    snapshot = store_at(uri).snapshot()
    try:
        found = [snapshot.article(summary.id) for summary in snapshot.articles(0, 10_000)]
        return {article.source: article for article in found if article is not None}
    finally:
        snapshot.close()


@pytest.fixture(autouse=True)
def fake_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "embedder_named", lambda _name: FakeEmbedder())


def test_there_are_three_hundred_bad_files_and_more() -> None:
    assert len(set(FILES.values())) >= 300


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_an_article_or_is_skipped(name: str, tmp_path: Path) -> None:
    (tmp_path / f"a{Path(name).suffix}").write_bytes(FILES[name])
    items = read_all(tmp_path)
    assert items
    articles_of(items)


def test_a_build_of_all_bad_files_keeps_every_text_as_it_was_read(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, data in FILES.items():
        if len(data) < nasty.LONG:
            (folder / name).write_bytes(data)
    items = read_all(folder)
    read_texts = {item.source: item.text for item in items if isinstance(item, Document)}
    summary = pipeline.build([folder], str(tmp_path / "index"), CONFIG)
    kept = stored(str(tmp_path / "index"))
    assert {source: article.text for source, article in kept.items()} == read_texts
    assert len(kept) + len(summary.skipped) == len(items)
    assert len(kept) >= 300
    for article in kept.values():
        check(article)


def test_rows_of_one_file_are_articles_or_skipped_one_by_one(tmp_path: Path) -> None:
    rows = [row for row in nasty.ROWS.values() if "\r" not in row and len(row) < nasty.LONG]
    (tmp_path / "a.jsonl").write_text("\n".join(['{"text": "first"}', *rows, "", " ", '{"text": "last"}']), "utf-8")
    items = read_all(tmp_path)
    assert len(items) == len(rows) + 2
    articles_of(items)
    pipeline.build([tmp_path], str(tmp_path / ".index"), CONFIG)
    read_texts: dict[str, str] = {}
    for item in items:
        if isinstance(item, Document):
            read_texts.setdefault(item.source, item.text)
    assert {source: article.text for source, article in stored(str(tmp_path / ".index")).items()} == read_texts


def test_files_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in nasty.NAMES:
        (folder / name).write_text(nasty.PARAGRAPHS, encoding="utf-8")
    pipeline.build([folder], str(tmp_path / "index"), CONFIG)
    visible = {name for name in nasty.NAMES if not name.startswith(".")}
    assert set(stored(str(tmp_path / "index"))) == visible


def test_what_is_no_file_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.html").symlink_to(tmp_path / "loop.html")
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket.txt"))
    items = read_all(tmp_path)
    assert [type(item) for item in items] == [Skipped] * 6
    articles_of(items)


@pytest.mark.parametrize("name", ["laughs", "outer entity"])
def test_entities_that_a_page_declares_bring_nothing_in(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.html").write_text(nasty.PAGES[name], encoding="utf-8")
    for article in articles_of(read_all(tmp_path)):
        assert "root:" not in article.text
        assert len(article.text) < len(nasty.PAGES[name])


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder for one file after the other."""
    with TemporaryDirectory() as made:
        yield Path(made)


def one_file(folder: Path, name: str, data: bytes) -> list[Article]:
    (folder / name).write_bytes(data)
    try:
        return articles_of(read_all(folder))
    finally:
        (folder / name).unlink()


PIECES = st.lists(
    st.sampled_from([*nasty.TEXTS]).map(lambda name: nasty.TEXTS[name][:60]) | st.text(max_size=20), max_size=12
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
TAGS = st.sampled_from(
    ["p", "div", "article", "h1", "table", "td", "li", "a href=x", "script", "!--", "br", "title", "pre", "q", "svg"]
)


@given(text=st.text() | PIECES.map("".join) | PIECES.map("\n".join))
@settings(max_examples=150)
def test_any_text_is_an_article_or_is_skipped(folder: Path, text: str) -> None:
    for article in one_file(folder, "a.txt", text.encode(errors="replace")):
        assert article.text == text.encode(errors="replace").decode()


@given(data=st.binary(max_size=300), ending=st.sampled_from([".txt", ".md", ".html", ".jsonl"]))
@settings(max_examples=150)
def test_any_bytes_are_an_article_or_are_skipped(folder: Path, data: bytes, ending: str) -> None:
    one_file(folder, f"a{ending}", data)


@given(row=st.dictionaries(st.sampled_from(nasty.FIELDS), JSON))
@settings(max_examples=150)
def test_any_row_is_an_article_or_is_skipped(folder: Path, row: dict[str, object]) -> None:
    one_file(folder, "a.jsonl", json.dumps({"text": nasty.BRIDGE, **row}).encode())


@given(
    parts=st.lists(
        st.tuples(TAGS, st.booleans(), st.sampled_from([nasty.BRIDGE, nasty.LAKE, "&#0;", "", "<"]) | st.text())
    )
)
@settings(max_examples=60)
def test_any_page_is_an_article_or_is_skipped(folder: Path, parts: list[tuple[str, bool, str]]) -> None:
    inner = "".join(f"<{tag}>{text}" + f"</{tag.split()[0]}>" * closed for tag, closed, text in parts)
    one_file(folder, "a.html", nasty.page(inner).encode(errors="replace"))
