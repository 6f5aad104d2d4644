"""Small collections of articles with questions on them, for fitting `qa/weights.json`.

Only passages and documents that trained no model are asked about: a model is surer of what it has learned from, and
weights fitted there would trust it too much.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from train.data import DOCUMENT_PARTS, KEPT_BACK, KEPT_BACK_NEWS, Row, Selection, is_kept_back
from train.questions import question_from
from train.text import keywords, strip_accents

ARTICLES, PARAGRAPHS = 24, 5
"""Articles of a collection, passages of an article; neighbours in the files are near misses for each other."""
NEWS_ARTICLES, NEWS_SENTENCES = 24, 20
MOST_NEWS = 8_000
MOST_QUESTIONS = 400
"""Questions of a collection."""
HIDDEN, CHANGED, STRANGERS = 0.2, 0.12, 0.15
"""Share of questions asked with their article hidden, with a name or number changed, and of another collection."""
MOST_STRANGERS = 1000
"""Questions of earlier collections that are kept to be asked of later ones."""
BARE, KEYWORDS, CARELESS = 0.25, 0.15, 0.3
"""Share of Vietnamese questions asked without accents, as key words, in small letters."""


class Asked(NamedTuple):
    """A question: where its answer starts (None: nowhere), in which article, and how it was made."""

    question: str
    article: str
    start: int | None
    made: str
    foreign: bool = False
    hidden: bool = False


class Collection(NamedTuple):
    """Articles as jsonl rows, and questions on them."""

    articles: list[dict[str, Any]]
    questions: list[Asked]


def collections(data: Selection, count: int, rng: random.Random) -> Iterator[Collection]:
    """`count` collections: half from real questions, a quarter each from news and from translated news."""
    makers: list[tuple[Iterator[Collection], int]] = [
        (_from_questions(data, rng), 2),
        (_from_news(data, rng), 1),
        (_from_translations(data, rng), 1),
    ]
    turns = itertools.cycle([maker for maker, share in makers for _ in range(share)])
    finished = 0
    elsewhere: list[Asked] = []
    for maker in itertools.islice(turns, 4 * count):
        if finished == count:
            return
        if found := next(maker, None):
            finished += 1
            yield _varied(_with_strangers(found, elsewhere, rng), rng)
            elsewhere = (elsewhere + found.questions)[-MOST_STRANGERS:]


def _with_strangers(collection: Collection, elsewhere: list[Asked], rng: random.Random) -> Collection:
    """The collection, with some questions that other collections answer."""
    count = min(int(STRANGERS * len(collection.questions)), len(elsewhere))
    strangers = [
        asked._replace(article="", start=None, made=asked.made + " elsewhere") for asked in rng.sample(elsewhere, count)
    ]
    return Collection(collection.articles, collection.questions + strangers)


def _from_questions(data: Selection, rng: random.Random) -> Iterator[Collection]:
    """Real questions on encyclopaedia passages; neighbouring passages become the paragraphs of one article."""
    by_passage: dict[str, list[Row]] = {}
    for pattern in KEPT_BACK:
        for row in data.rows(pattern):
            if is_kept_back(row["context"]):
                by_passage.setdefault(row["context"], []).append(row)
    groups = _batched(_batched(list(by_passage), PARAGRAPHS), ARTICLES)
    rng.shuffle(groups)
    for group in groups:
        articles, asked = [], []
        for number, passages in enumerate(group):
            articles.append({"id": str(number), "title": "", "text": "\n\n".join(passages)})
            for place, passage in enumerate(passages):
                before = sum(len(other) + 2 for other in passages[:place])
                for row in by_passage[passage]:
                    start = before + row["answers"][0]["answer_start"] if row["answers"] else None
                    asked.append(Asked(row["question"], str(number), start, "real"))
        yield Collection(articles, rng.sample(asked, min(MOST_QUESTIONS, len(asked))))


def _from_news(data: Selection, rng: random.Random) -> Iterator[Collection]:
    """News articles; questions made from their sentences."""
    rows = list(itertools.islice(data.rows("vietnews.val"), MOST_NEWS))
    rng.shuffle(rows)
    for group in _batched(rows, NEWS_ARTICLES):
        articles, asked = [], []
        for number, row in enumerate(group):
            body = [sentence for sentence in row["body"] if sentence]
            text = "\n\n".join([row["title"], row["abstract"], *body])
            articles.append({"id": str(number), "title": row["title"], "text": text})
            for sentence in rng.sample(body, min(4, len(body))):
                question = question_from(sentence, "vi", rng)
                asked += [Asked(question, str(number), text.find(sentence), "news")] if question else []
        yield Collection(articles, asked)


def _from_translations(data: Selection, rng: random.Random) -> Iterator[Collection]:
    """Vietnamese sides of translated news; questions made from the other side."""
    documents: dict[str, list[Row]] = {}
    for row in data.rows(KEPT_BACK_NEWS[0]):
        if is_kept_back(row["doc"], DOCUMENT_PARTS):
            documents.setdefault(row["doc"], []).append(row)
    two_languages = list(documents.values())
    rng.shuffle(two_languages)
    four_languages = _batched(list(data.rows(KEPT_BACK_NEWS[1])), NEWS_SENTENCES)
    for group in _batched(two_languages, NEWS_ARTICLES):
        articles, asked = [], []
        for number, piece in enumerate([*group, *rng.sample(four_languages, NEWS_ARTICLES)]):
            text = "\n\n".join(row["vi"] for row in piece)
            articles.append({"id": str(number), "title": piece[0]["vi"], "text": text})
            usable = [row for row in piece if "doc" in row or is_kept_back(row["en"], DOCUMENT_PARTS)]
            for row in rng.sample(usable, min(6, len(usable))):
                language = rng.choice([name for name in ("en", "zh", "ru") if row.get(name)])
                if question := question_from(row[language], language, rng):
                    asked.append(Asked(question, str(number), text.find(row["vi"]), language, foreign=True))
        yield Collection(articles, asked)


def _varied(collection: Collection, rng: random.Random) -> Collection:
    """The same collection; questions typed carelessly, some asked of what is not there."""
    names = [name for asked in collection.questions for name in _NAME.findall(asked.question)]
    changed = [_unanswerable(asked, names, rng) for asked in collection.questions]
    return Collection(collection.articles, [_retyped(asked, rng) for asked in changed])


def _retyped(asked: Asked, rng: random.Random) -> Asked:
    """A Vietnamese question without accents, as key words, in small letters, or as it was."""
    question = asked.question
    if not asked.foreign:
        if rng.random() < KEYWORDS:
            question = keywords(question, rng)
        if rng.random() < BARE:
            question = strip_accents(question)
    if rng.random() < CARELESS:
        question = question.lower().rstrip("?")
    return asked._replace(question=question)


_NAME = re.compile(r"(?<=\s)[A-ZĐ][^\W\d_]+(?: [A-ZĐ][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")


def _unanswerable(asked: Asked, names: Sequence[str], rng: random.Random) -> Asked:
    """The question with its article hidden, or with another name or number in it; most stay."""
    chance = rng.random() if asked.start is not None else 1.0
    if chance < HIDDEN:
        return asked._replace(hidden=True, start=None, made=asked.made + " hidden")
    if chance > HIDDEN + CHANGED:
        return asked
    if numbers := _NUMBER.findall(asked.question):
        other = asked.question.replace(numbers[0], str(int(numbers[0]) + rng.randint(2, 9)))
    elif own := _NAME.findall(asked.question):
        others = [name for name in names if name not in asked.question]
        other = asked.question.replace(rng.choice(own), rng.choice(others)) if others else asked.question
    else:
        other = asked.question
    return (
        asked if other == asked.question else asked._replace(question=other, start=None, made=asked.made + " changed")
    )


def _batched(items: list[Any], size: int) -> list[Any]:
    """Consecutive groups of a list."""
    return [items[i : i + size] for i in range(0, len(items), size)]
