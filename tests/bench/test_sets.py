from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from bench import sets
from bench.gold import GoldError
from bench.sets import gold_named, set_names
from bench.variants import retyped

FLAT = {"context": "Bình đến.", "question": "Ai đến?", "answers": [{"text": "Bình", "answer_start": 0}]}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one development set and ten articles of news."""
    monkeypatch.setenv("HOIDAP_DATA", str(tmp_path))
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "small.jsonl.xz").write_bytes(lzma.compress(json.dumps(FLAT).encode()))
    news = [
        {"id": str(i), "title": f"tít {i}", "abstract": f"sapô {i}", "body": ["câu một", "câu hai"]} for i in range(10)
    ]
    (tmp_path / sets.NEWS_FILE).write_bytes(lzma.compress("\n".join(map(json.dumps, news)).encode()))
    return tmp_path


def test_the_seeds_bring_their_folder() -> None:
    gold = gold_named("seeds")
    assert gold.corpus is not None
    assert gold.sha256
    assert {source for question in gold.questions for source in question.sources} == {
        path.name for path in gold.corpus.glob("*.txt")
    }


@pytest.mark.usefixtures("data")
def test_a_development_set_is_named_by_its_file() -> None:
    assert gold_named("small").questions[0].answers == ("Bình",)
    assert set_names() == [
        "seeds",
        "dialogues",
        "strangers",
        sets.NEWS,
        sets.DATED,
        sets.NEAR_MISSES,
        sets.TITLES,
        "small",
    ]


@pytest.mark.usefixtures("data")
def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(GoldError, match=r"seeds, dialogues, strangers, news, .*small"):
        gold_named("smal")


def test_a_path_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text('{"question": "ai?", "answers": []}', encoding="utf-8")
    assert gold_named(str(tmp_path / "mine")).name == "mine"


@pytest.mark.usefixtures("data")
def test_headlines_must_find_articles_that_do_not_hold_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "NEWS_QUERIES", 5)
    gold = gold_named(sets.TITLES)
    assert [question.question for question in gold.questions] == ["tít 0", "tít 2", "tít 4", "tít 6", "tít 8"]
    assert gold.questions[1].sources == {f"{sets.TITLES}.jsonl#2"}
    assert len(gold.articles) == 10
    assert not any("tít" in article["text"] for article in gold.articles)


@pytest.mark.usefixtures("data")
def test_our_questions_on_news_are_asked_of_some_articles_title_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "NEWS_EVERY", 4)
    gold = gold_named(sets.NEWS)
    assert [article["id"] for article in gold.articles] == ["0", "4", "8"]
    assert gold.articles[1] == {"id": "4", "title": "tít 4", "text": "sapô 4\ncâu một\ncâu hai"}
    assert all(source.startswith(f"{gold.file}#") for question in gold.questions for source in question.sources)
    assert sum(not question.answers for question in gold.questions) >= 15


@pytest.mark.usefixtures("data")
def test_a_retyped_set_is_another_set_with_the_same_answers() -> None:
    gold = retyped(gold_named("small"), "no_accents")
    assert gold.name == "small:no_accents"
    assert (gold.questions[0].question, gold.questions[0].answers) == ("Ai den?", ("Bình",))
