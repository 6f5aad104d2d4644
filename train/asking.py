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

from index.records import Range
from index.text import has_accents, sentences
from qa.question import Query, understand
from qa.respell import Collection as Words
from train.data import DOCUMENT_PARTS, KEPT_BACK, KEPT_BACK_NEWS, Row, Selection, is_kept_back
from train.questions import question_from
from train.reader_questions import askable, asked_for, same_span, shared_words
from train.text import keywords, strip_accents

ARTICLES, PARAGRAPHS = 24, 5
"""Articles of a collection, passages of an article; neighbours in the files are near misses for each other."""
NEWS_ARTICLES, NEWS_SENTENCES = 60, 20
TRANSLATED_ARTICLES = 24
MOST_NEWS = 8_000
MEASURED_NEWS = 11
"""One in so many articles of the held-out news is asked about in `bench/gold/news.jsonl`, and left out here."""
TOLD = 3
"""Questions from an article's summary."""
ENOUGH_SHARED, ALSO_SHARED = 0.25, 0.8
"""Share of a question's words that the sentence with its answer holds; of the best sentence's share, for others."""
REMOVED, FEWEST_SENTENCES = 0.15, 3
"""Share of passages and articles without the sentence that answers a question; sentences that a passage keeps."""
MOST_QUESTIONS = 400
"""Questions of a collection."""
HIDDEN, CHANGED, STRANGERS = 0.2, 0.12, 0.15
"""Share of questions asked with their article hidden, with a name or number changed, and of another collection."""
MOST_STRANGERS = 1000
"""Questions of earlier collections that are kept to be asked of later ones."""
KEYWORDS, CARELESS = 0.15, 0.3
"""Share of Vietnamese questions asked as key words, and of all in small letters."""


class Asked(NamedTuple):
    """A question: where its answers start in which article (nowhere: must be declined), and how it was made."""

    question: str
    article: str
    starts: tuple[int, ...]
    made: str
    foreign: bool = False
    hidden: bool = False


class Collection(NamedTuple):
    """Articles as jsonl rows, and questions on them."""

    articles: list[dict[str, Any]]
    questions: list[Asked]


def collections(data: Selection, count: int, rng: random.Random) -> Iterator[Collection]:
    """`count` collections: a third each from real questions, from news and from translated news."""
    makers = (_from_questions(data, rng), _from_news(data, rng), _from_translations(data, rng))
    finished = 0
    elsewhere: list[Asked] = []
    for maker in itertools.islice(itertools.cycle(makers), len(makers) * count):
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
        asked._replace(article="", starts=(), made=asked.made + " elsewhere") for asked in rng.sample(elsewhere, count)
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
        for number, contexts in enumerate(group):
            passages = [_shortened(context, by_passage[context], rng) for context in contexts]
            text = "\n\n".join(passage for passage, _ in passages)
            articles.append({"id": str(number), "title": "", "text": text})
            before = 0
            for passage, questions in passages:
                asked += [
                    one._replace(article=str(number), starts=tuple(before + start for start in one.starts))
                    for one in questions
                ]
                before += len(passage) + 2
        yield Collection(articles, rng.sample(asked, min(MOST_QUESTIONS, len(asked))))


def _shortened(context: str, rows: list[Row], rng: random.Random) -> tuple[str, list[Asked]]:
    """A passage with its questions; now and then without the sentence that answers one of them."""
    places = sentences(context)
    answered = [(row, row["answers"][0]["answer_start"]) for row in rows if row["answers"]]
    gone = Range(0, 0)
    if answered and len(places) > FEWEST_SENTENCES and rng.random() < REMOVED:
        start = rng.choice(answered)[1]
        gone = next((place for place in places if place.start <= start < place.end), gone)
    found = [Asked(row["question"], "", (), "real") for row in rows if not row["answers"]]
    for row, start in answered:
        there = not gone.start <= start < gone.end
        place = start - (gone.end - gone.start) * (start >= gone.end)
        found.append(Asked(row["question"], "", (place,) if there else (), "real" if there else "real removed"))
    return context[: gone.start] + context[gone.end :], found


def _from_news(data: Selection, rng: random.Random) -> Iterator[Collection]:
    """News articles; questions made from their summaries, answered where the body says the same in other words."""
    every = enumerate(itertools.islice(data.rows("vietnews.val"), MOST_NEWS))
    rows = [row for number, row in every if number % MEASURED_NEWS]
    rng.shuffle(rows)
    for group in _batched(rows, NEWS_ARTICLES):
        articles, asked = [], []
        for number, row in enumerate(group):
            body = [sentence for sentence in row["body"] if sentence]
            told = _told(row["abstract"], body, rng)
            if told and rng.random() < REMOVED:
                question, answer, _ = told[0]
                body = [sentence for sentence in body if answer not in sentence]
                asked.append(Asked(question, str(number), (), "news removed"))
                told = _told(row["abstract"], body, rng)
            text = "\n\n".join(body)
            articles.append({"id": str(number), "title": row["title"], "text": text})
            asked += [
                Asked(question, str(number), tuple(text.find(body[place]) for place in places), "news")
                for question, _, places in told
            ]
        yield Collection(articles, asked)


def _told(summary: str, body: Sequence[str], rng: random.Random) -> list[tuple[str, str, list[int]]]:
    """Questions from a summary: the question, the answer, the numbers of the body's sentences that give it."""
    spans = [
        (place, kind, span)
        for place in sentences(summary)
        for kind, span in askable(summary[place.start : place.end], rng)
        if kind not in {"what", "why"}
    ]
    found: list[tuple[str, str, list[int]]] = []
    for place, kind, span in rng.sample(spans, len(spans)):
        sentence = summary[place.start : place.end]
        answer = sentence[span.start : span.end]
        rest = sentence.replace(answer, " ")
        shared = [shared_words(rest, text) if same_span(answer, text) else 0.0 for text in body]
        best = max(shared, default=0.0)
        asked = asked_for(sentence, kind, span, rng) if best >= ENOUGH_SHARED else None
        # What is left of a question without a question word asks for nothing that could be right or wrong.
        if asked and len(found) < TOLD and understand(asked.question).question.type not in {"what", "how"}:
            places = [number for number, share in enumerate(shared) if share >= ALSO_SHARED * best]
            found.append((asked.question, answer, places))
    return found


def _from_translations(data: Selection, rng: random.Random) -> Iterator[Collection]:
    """Vietnamese sides of translated news; questions made from the other side."""
    documents: dict[str, list[Row]] = {}
    for row in data.rows(KEPT_BACK_NEWS[0]):
        if is_kept_back(row["doc"], DOCUMENT_PARTS):
            documents.setdefault(row["doc"], []).append(row)
    two_languages = list(documents.values())
    rng.shuffle(two_languages)
    four_languages = _batched(list(data.rows(KEPT_BACK_NEWS[1])), NEWS_SENTENCES)
    for group in _batched(two_languages, TRANSLATED_ARTICLES):
        articles, asked = [], []
        for number, piece in enumerate([*group, *rng.sample(four_languages, TRANSLATED_ARTICLES)]):
            text = "\n\n".join(row["vi"] for row in piece)
            articles.append({"id": str(number), "title": piece[0]["vi"], "text": text})
            usable = [row for row in piece if "doc" in row or is_kept_back(row["en"], DOCUMENT_PARTS)]
            for row in rng.sample(usable, min(6, len(usable))):
                language = rng.choice([name for name in ("en", "zh", "ru") if row.get(name)])
                if question := question_from(row[language], language, rng):
                    asked.append(Asked(question, str(number), (text.find(row["vi"]),), language, foreign=True))
        yield Collection(articles, asked)


def _varied(collection: Collection, rng: random.Random) -> Collection:
    """The same collection; questions typed carelessly, also without accents, some asked of what is not there."""
    names = [name for asked in collection.questions for name in _NAME.findall(asked.question)]
    changed = [_unanswerable(asked, names, rng) for asked in collection.questions]
    typed = [_retyped(asked, rng) for asked in changed]
    bare = [
        asked._replace(question=strip_accents(asked.question))
        for asked in typed
        if not asked.foreign and has_accents(asked.question)
    ]
    return Collection(collection.articles, typed + bare)


def _retyped(asked: Asked, rng: random.Random) -> Asked:
    """A Vietnamese question as key words, in small letters, or as it was; those on news are made in all styles."""
    question = asked.question
    if not asked.foreign and not asked.made.startswith("news") and rng.random() < KEYWORDS:
        question = keywords(question, rng)
    if rng.random() < CARELESS:
        question = question.lower().rstrip("?")
    return asked._replace(question=question)


_NAME = re.compile(r"(?<=\s)[A-ZĐ][^\W\d_]+(?: [A-ZĐ][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")


def _unanswerable(asked: Asked, names: Sequence[str], rng: random.Random) -> Asked:
    """The question with its article hidden, or with another name or number in it; most stay."""
    chance = rng.random() if asked.starts else 1.0
    if chance < HIDDEN:
        return asked._replace(hidden=True, starts=(), made=asked.made + " hidden")
    if chance > HIDDEN + CHANGED:
        return asked
    if numbers := _NUMBER.findall(asked.question):
        other = asked.question.replace(numbers[0], str(int(numbers[0]) + rng.randint(2, 9)))
    elif own := _NAME.findall(asked.question):
        others = [name for name in names if name not in asked.question]
        other = asked.question.replace(rng.choice(own), rng.choice(others)) if others else asked.question
    else:
        other = asked.question
    return asked if other == asked.question else asked._replace(question=other, starts=(), made=asked.made + " changed")


def _batched(items: list[Any], size: int) -> list[Any]:
    """Consecutive groups of a list."""
    return [items[i : i + size] for i in range(0, len(items), size)]


def understood(question: str, words: Words) -> list[Query]:
    """A question as it is taken; one whose accents are restored also as it was typed."""
    queries = [understand(question, words), understand(question)]
    return queries if queries[0].kind != queries[1].kind else queries[:1]
