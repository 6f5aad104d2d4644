"""The gold sets that have a name, and where they stand. Everything else is named by its path."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec

from bench.formats import read_gold
from bench.gold import Gold, GoldError, GoldQuestion, content, digest, lines

ROOT = Path(__file__).parents[1]
SEEDS, DIALOGUES = "seeds", "dialogues"
DATA_FOLDERS = ("dev", "qa")
ENDING = ".jsonl.xz"
TITLES, NEWS, DATED, WRITTEN = "vietnews_titles", "news", "dated", "news_written"
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
    if name == SEEDS:
        found = read_gold(ROOT / "seeds" / "questions.jsonl")
        return msgspec.structs.replace(found, name=SEEDS, corpus=ROOT / "seeds")
    if name == DIALOGUES:
        return msgspec.structs.replace(read_gold(ROOT / "bench" / "gold" / "dialogues.jsonl"), corpus=ROOT / "seeds")
    if name in {TITLES, NEWS, DATED} and (path := data_folder() / NEWS_FILE).is_file():
        return _titles(path) if name == TITLES else _news(path, name)
    if (path := Path(name)).exists():
        return read_gold(path)
    if name == WRITTEN and (data_folder() / "dev" / f"{WRITTEN}{ENDING}").is_file():
        return _written()
    for folder in DATA_FOLDERS:
        if (path := data_folder() / folder / f"{name}{ENDING}").is_file():
            return read_gold(path)
    raise GoldError(f"There is no file and no gold set {name!r}. Sets: {', '.join(set_names())}.")


def set_names() -> list[str]:
    """The names that are known here."""
    found = [
        path.name.removesuffix(ENDING)
        for folder in DATA_FOLDERS
        for path in (data_folder() / folder).glob(f"*{ENDING}")
    ]
    own = [SEEDS, DIALOGUES] if (ROOT / SEEDS).is_dir() else []
    news = [NEWS, DATED, TITLES] if (data_folder() / NEWS_FILE).is_file() else []
    return [*own, *sorted(found), *news]


def _news(path: Path, name: str) -> Gold:
    """Our own questions, as people type them, on every eleventh article of held-out news."""
    rows = [json.loads(line) for _, line in lines(content(path))][::NEWS_EVERY][:NEWS_ARTICLES]
    found = read_gold(ROOT / "bench" / "gold" / f"{name}.jsonl")
    articles = [{"id": row["id"], "title": row["title"], "text": _text(row)} for row in rows]
    data = digest(path.read_bytes() + found.sha256.encode())
    return msgspec.structs.replace(found, sha256=data, articles=tuple(articles), file="news.jsonl")


def _written() -> Gold:
    """The written news questions over their own articles and as many held-out ones as the news set has."""
    found = read_gold(data_folder() / "dev" / f"{WRITTEN}{ENDING}")
    path = data_folder() / NEWS_FILE
    rows = [json.loads(line) for _, line in lines(content(path))][BESIDE::NEWS_EVERY][:NEWS_ARTICLES]
    others = [{"id": row["id"], "title": row["title"], "text": _text(row)} for row in rows]
    return msgspec.structs.replace(found, articles=(*found.articles, *others))


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
