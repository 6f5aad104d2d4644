"""The gold sets that have a name, and where they stand. Everything else is named by its path."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench.formats import read_gold
from bench.gold import Gold, GoldError, GoldQuestion, content, digest, lines

ROOT = Path(__file__).parents[1]
GOLD = Path(__file__).with_name("gold")
SEEDS, DIALOGUES, STRANGERS = "seeds", "dialogues", "strangers"
DATA_FOLDERS = ("dev", "qa")
ENDING = ".jsonl.xz"
TITLES, NEWS, DATED, WRITTEN = "vietnews_titles", "news", "dated", "news_written"
NEAR_MISSES, NEAR_MISSES_WIKI = "near_misses", "near_misses_wiki"
ENCYCLOPAEDIA = "mlqa_viq_vic"
NEWS_FILE = "vietnews.val.jsonl.xz"
NEWS_QUERIES = 2000
NEWS_EVERY, NEWS_ARTICLES = 11, 2000
BESIDE = 5
"""The first of the articles that stand beside the written questions' own; those of the news set begin with 0."""


def data_folder() -> Path:
    """Where development data lies: HOIDAP_DATA, or shared/data beside the checkout."""
    return Path(os.environ.get("HOIDAP_DATA", ROOT.parent / "shared" / "data"))


def gold_named(name: str) -> Gold:
    """The gold set of a path or of a name: "seeds", or a file of the data folder's dev/ or qa/ without its ending.

    Raises:
        GoldError: there is no such set, or it cannot be read.
    """
    if make := _own_sets().get(name):
        return make()
    if (path := Path(name)).exists():
        return read_gold(path)
    if name in (files := _data_sets()):
        return read_gold(files[name])
    raise GoldError(f"There is no file and no gold set {name!r}. Sets: {', '.join(set_names())}.")


def set_names() -> list[str]:
    """The names that are known here."""
    return list(dict.fromkeys([*_own_sets(), *sorted(_data_sets())]))


def _data_sets() -> dict[str, Path]:
    """The sets that are a file of the data folder."""
    paths = (path for folder in DATA_FOLDERS for path in (data_folder() / folder).glob(f"*{ENDING}"))
    return {path.name.removesuffix(ENDING): path for path in paths}


def _own_sets() -> dict[str, Callable[[], Gold]]:
    """The sets with questions or articles of ours that can be made here."""
    news, files = data_folder() / NEWS_FILE, _data_sets()
    sets: dict[str, Callable[[], Gold]] = {}
    if (ROOT / SEEDS).is_dir():
        sets[SEEDS] = _seeds
        sets |= {name: partial(_asked_of_seeds, GOLD / f"{name}.jsonl") for name in (DIALOGUES, STRANGERS)}
    if news.is_file():
        sets |= {
            NEWS: lambda: _news(news, NEWS),
            DATED: lambda: _news(news, DATED),
            NEAR_MISSES: lambda: with_questions(with_questions(_news(news, NEWS), DATED), NEAR_MISSES),
            TITLES: lambda: _titles(news),
        }
    if ENCYCLOPAEDIA in files:
        sets[NEAR_MISSES_WIKI] = lambda: with_questions(read_gold(files[ENCYCLOPAEDIA]), NEAR_MISSES_WIKI)
    if WRITTEN in files and news.is_file():
        sets[WRITTEN] = lambda: _written(files[WRITTEN], news)
    return sets


def _seeds() -> Gold:
    """Our questions on the five articles."""
    return msgspec.structs.replace(_asked_of_seeds(ROOT / SEEDS / "questions.jsonl"), name=SEEDS)


def _asked_of_seeds(path: Path) -> Gold:
    return msgspec.structs.replace(read_gold(path), corpus=ROOT / SEEDS)


def with_questions(gold: Gold, name: str) -> Gold:
    """A set with the questions of another file of ours, asked of the same articles, and that one's name."""
    more = read_gold(GOLD / f"{name}.jsonl")
    data = digest(gold.sha256.encode() + more.sha256.encode())
    return msgspec.structs.replace(gold, name=name, sha256=data, questions=(*gold.questions, *more.questions))


def _news(path: Path, name: str) -> Gold:
    """Our own questions, as people type them, on every eleventh article of held-out news."""
    found = read_gold(GOLD / f"{name}.jsonl")
    data = digest(path.read_bytes() + found.sha256.encode())
    return msgspec.structs.replace(found, sha256=data, articles=tuple(_news_articles(path)), file="news.jsonl")


def _written(path: Path, news: Path) -> Gold:
    """The written news questions over their own articles and as many held-out ones as the news set has."""
    found = read_gold(path)
    data = digest(path.read_bytes() + news.read_bytes())
    return msgspec.structs.replace(found, sha256=data, articles=(*found.articles, *_news_articles(news, BESIDE)))


def _news_articles(path: Path, first: int = 0) -> list[dict[str, str]]:
    """Every eleventh article of held-out news."""
    rows = [json.loads(line) for _, line in lines(content(path))][first::NEWS_EVERY][:NEWS_ARTICLES]
    return [{"id": row["id"], "title": row["title"], "text": _text(row)} for row in rows]


def _titles(path: Path) -> Gold:
    """Held-out news: headlines, from all over the file, must find the articles that they were taken from."""
    rows = [json.loads(line) for _, line in lines(content(path))]
    file = f"{TITLES}.jsonl"
    asked = [rows[number * len(rows) // NEWS_QUERIES] for number in range(NEWS_QUERIES)]
    questions = [GoldQuestion(question=row["title"], answers=(), grades={f"{file}#{row['id']}": 1}) for row in asked]
    articles = [{"id": row["id"], "text": _text(row)} for row in rows]
    data = digest(path.read_bytes())
    return Gold(name=TITLES, sha256=data, questions=tuple(questions), articles=tuple(articles), file=file)


def _text(row: dict[str, Any]) -> str:
    """The text of a news article, without its headline."""
    return "\n".join([row["abstract"], *row["body"]])
