"""Turns rows of the data folder into pairs of texts that belong together: a query and the passage it should find."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, permutations

from train.data import Row
from train.questions import SLOTS, question_from
from train.text import crop, keywords, sentences, strip_accents, window

LANGUAGES = ("vi", "en", "zh", "ru")
PASSAGE_WORDS = (40, 80, 140)
SENTENCES_PER_ARTICLE = 3
ACCENT_FREE = 0.35  # of Vietnamese queries: about what people leave out when they type
KEYWORD_STYLE = 0.2
CROPPED = 0.1  # of translated sentences
ASKED = 0.6  # of translated sentences that can become a question

Build = Callable[[Iterable[Row], random.Random], Iterator["Pair"]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and its passage. Pairs of one `group` share their source, so none is a wrong answer for another."""

    query: str
    passage: str
    group: int
    negative: str = ""  # near the query, and yet not what it asks for


def as_typed(query: str, language: str, rng: random.Random) -> str:
    """The query as somebody in a hurry types it: at times key words only, at times Vietnamese without accents."""
    if rng.random() < KEYWORD_STYLE and language != "zh":
        query = keywords(query, rng)
    return strip_accents(query) if language == "vi" and rng.random() < ACCENT_FREE else query


def from_article(article: Row, rng: random.Random) -> Iterator[Pair]:
    """Title, abstract and some sentences of a news article, each with a passage of its body."""
    body, group = article["body"], hash(article["id"])
    passage = _random_passage(body, rng)
    for query in (article["title"], article["abstract"]):
        yield Pair(as_typed(query, "vi", rng), passage, group)
        yield Pair(as_typed(query, "vi", rng), window(body, 0, rng.choice(PASSAGE_WORDS)), group)
    for _ in range(SENTENCES_PER_ARTICLE):
        at = rng.randrange(len(body))
        around = body[max(0, at - 2) : at] + body[at + 1 : at + 3]
        if around:
            yield Pair(as_typed(crop(body[at], rng), "vi", rng), " ".join(around), group)


def questions_of_article(article: Row, rng: random.Random) -> Iterator[Pair]:
    """Made-up questions, each with the passage around the sentence that it was made from."""
    body, group = article["body"], hash(article["id"])
    for _ in range(SENTENCES_PER_ARTICLE):
        at = rng.randrange(len(body))
        question = question_from(body[at], "vi", rng)
        if question:
            start = max(0, at - rng.randint(0, 3))
            passage = " ".join([*body[start:at], window(body, at, rng.choice(PASSAGE_WORDS))])
            yield Pair(as_typed(question, "vi", rng), passage, group)


def accents_of_article(article: Row, rng: random.Random) -> Iterator[Pair]:
    """Short runs of words without their accents, each with the same words written in full."""
    for sentence in rng.sample(article["body"], min(2, len(article["body"]))):
        words = sentence.split()
        start = rng.randrange(len(words)) if words else 0
        phrase = " ".join(words[start : start + rng.randint(1, 5)])
        yield Pair(strip_accents(phrase), phrase, hash(phrase.lower()))


def from_question(row: Row, rng: random.Random) -> Iterator[Pair]:
    """A question with its passage, and with the sentence that holds the answer (another sentence as the negative)."""
    context, language = row["context"], row.get("lang_q") or "vi"
    if not row["answers"]:
        return
    near = row.get("near")
    yield Pair(as_typed(row["question"], language, rng), context, hash(context), rng.choice(near) if near else "")
    pieces, answer = sentences(context), row["answers"][0]["text"]
    holding = [piece for piece in pieces if answer in piece]
    others = [piece for piece in pieces if answer not in piece]
    if len(holding) == 1:
        negative = rng.choice(others) if others else ""
        yield Pair(as_typed(row["question"], language, rng), holding[0], hash(context), negative)


def from_labelled(rows: Iterable[Row], rng: random.Random) -> Iterator[Pair]:
    """Questions with passages that people judged: right ones make pairs, wrong ones become their negatives."""
    judged: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    languages: dict[str, str] = {}
    for row in rows:
        judged[row["question"]][row["label"]].append(row["passage"])
        languages[row["question"]] = row.get("lang_q") or "vi"
    for question, passages in judged.items():
        for passage in passages[1]:
            negative = rng.choice(passages[0]) if passages[0] else ""
            yield Pair(as_typed(question, languages[question], rng), passage, hash(passage), negative)


def from_aligned(rows: Iterable[Row], rng: random.Random) -> Iterator[Pair]:
    """Questions and passages of one id in several languages: every question finds every passage, and its translation.

    Passages find their translations too, though those are free ones.
    """
    questions: dict[str, dict[str, Row]] = defaultdict(dict)
    passages: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        questions[row["id"]].setdefault(row["lang_q"], row)
        passages[row["id"]][row["lang_c"]] = row["passage"]
    for name, asked in questions.items():
        there = passages[name]
        group = hash(min(there.items())[1])
        for language, row in asked.items():
            for other, passage in there.items():
                near = row["near"] if language == other == row["lang_c"] else []
                negative = rng.choice(near) if near else ""
                yield Pair(as_typed(row["question"], language, rng), passage, group, negative)
        for side in (there, {language: row["question"] for language, row in asked.items()}):
            for one, other in permutations(side, 2):
                yield Pair(as_typed(side[one], one, rng), side[other], group)


def from_translation(row: Row, rng: random.Random) -> Iterator[Pair]:
    """A sentence in one language with the same sentence in another, both ways."""
    for one, other in permutations(_languages_of(row), 2):
        query = crop(row[one], rng) if rng.random() < CROPPED else row[one]
        yield Pair(as_typed(query, one, rng), row[other], hash(row["en"]))


def from_translated_document(rows: list[Row], rng: random.Random) -> Iterator[Pair]:
    """A sentence, or a question made from it, in one language with the passage around it in another."""
    for at, row in enumerate(rows):
        start = max(0, at - rng.randint(0, 3))
        around = rows[start : at + rng.randint(1, 4)]
        for one, other in permutations(_languages_of(row), 2):
            passage = " ".join(neighbour.get(other) or "" for neighbour in around)
            query = question_from(row[one], one, rng) if one in SLOTS and rng.random() < ASKED else None
            yield Pair(as_typed(query or row[one], one, rng), passage, hash((row["file"], at // 8)))


def from_lexicon(row: Row, rng: random.Random) -> Iterator[Pair]:
    """A word or a name in one language with the same one in another, every pair of languages."""
    for one, other in permutations(_languages_of(row), 2):
        left, right = (rng.choice(row[language].split(" ; ")) for language in (one, other))
        query = strip_accents(left) if one == "vi" and rng.random() < ACCENT_FREE else left
        yield Pair(query, right, hash(row["en"].lower()))


def documents(rows: Iterable[Row], length: int = 64) -> Iterator[list[Row]]:
    """Consecutive rows that stand in one document; where a file names none, runs of `length` rows."""
    numbered = enumerate(rows)
    for _, run in groupby(numbered, key=lambda item: (item[1]["file"], item[1].get("doc", item[0] // length))):
        yield [row for _, row in run]


def each(build: Callable[[Row, random.Random], Iterator[Pair]]) -> Build:
    """A builder of pairs from one row, made one from many rows."""
    return lambda rows, rng: (pair for row in rows for pair in build(row, rng))


def each_document(rows: Iterable[Row], rng: random.Random) -> Iterator[Pair]:
    """`from_translated_document` for every document among the rows."""
    return (pair for document in documents(rows) for pair in from_translated_document(document, rng))


def _languages_of(row: Row) -> list[str]:
    return [language for language in LANGUAGES if row.get(language)]


def _random_passage(body: list[str], rng: random.Random) -> str:
    return window(body, rng.randrange(len(body)), rng.choice(PASSAGE_WORDS))
