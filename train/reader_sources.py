"""Fills the span reader's bank: synthetic questions on news, translated news, real questions of the data folder."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from multiprocessing import Pool
from typing import NamedTuple

import numpy as np

from index.embed import BUNDLED, embedder_named
from index.records import Range
from index.text import sentences
from train.data import HeldOut, Row, Selection, is_kept_back
from train.reader_data import NOTHING, SENTENCE, SPAN, Bank, Gold, Passage, located, sentence_at
from train.reader_questions import (
    askable,
    asked_for,
    foreign_question,
    question_with_answer,
    same_span,
    shared_words,
    styled,
)

FIRST_ARTICLE = 20_000
"""Rows of vietnews.train before this one are left to the fit of the ranking."""
WINDOW = (60, 150)
MOST_WINDOWS = 6
BODY_QUESTIONS, ABSTRACT_TRIES = 2, 5
ENOUGH_SHARED = 0.2
NEIGHBOURS = 5
STYLES = 4
ARTICLES_AT_ONCE = 500
SPLIT = ("qa/vi_viquad*", "qa/vi_uit_wiki*")
REAL = (*SPLIT, "qa/vi_mailong25_who", "qa/vi_alqac_law*", "qa/*_en", "qa/*_zh")
TRANSLATED = ("parallel/en_vi_evbnews", "parallel/en_vi_zh_ru_ntrex")
JUDGED = ("retrieval/vi_zalo2019_labelled",)
NEWS = ("vietnews.train",)

SHARES = {
    "news": (0.30, 0.15),
    "abstracts": (0.22, 0.13),
    "translated": (0.08, 0.08),
    "real-vi": (0.26, 0.47),
    "real-en": (0.07, 0.10),
    "real-zh": (0.04, 0.04),
    "judged": (0.03, 0.03),
}
"""Share of the examples that each source gets, at the beginning and at the end of the training."""
SOURCES = tuple(SHARES)
VI, EN, ZH = range(3)


class Window(NamedTuple):
    """Consecutive sentences of a document, joined: the text and where each begins."""

    text: str
    starts: list[int]


def fill(bank: Bank, data: Selection, exclude: HeldOut, articles: int, rng: random.Random) -> None:
    """Put every source's passages and examples into the bank."""
    add_news(bank, data, articles, rng)
    report(bank)
    for pattern in TRANSLATED:
        for document in documents(data.rows(pattern)):
            add_translated(bank, document, rng)
    report(bank)
    add_judged(bank, [row for row in data.rows(JUDGED[0]) if not exclude.shares_text_with(row["passage"])], rng)
    exclude_more = HeldOut(
        {row["context"] for pattern in SPLIT for row in data.rows(pattern) if is_kept_back(row["context"])}
    )
    seen: dict[str, bool] = {}
    for language, name in ((VI, "vi_"), (EN, "en"), (ZH, "zh")):
        rows = [row for pattern in REAL if name in pattern for row in data.rows(pattern)]
        for context in {row["context"] for row in rows} - seen.keys():
            seen[context] = exclude.shares_text_with(context) or exclude_more.shares_text_with(context)
        add_real(bank, [row for row in rows if not seen[row["context"]]], language, rng)
        report(bank)
    print(f"{sum(seen.values())} contexts left out of {len(seen)}", flush=True)


def add_news(bank: Bank, data: Selection, articles: int, rng: random.Random) -> None:
    """Questions on news articles; two processes share the work."""
    rows = islice(data.rows(NEWS[0]), FIRST_ARTICLE, FIRST_ARTICLE + articles)
    parts = ((part, rng.random()) for part in batched(rows, ARTICLES_AT_ONCE))
    with Pool(2) as pool:
        for part in pool.imap(_news_part, parts):
            bank.extend(part)


def batched(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """Rows in lists of `size`; the last may be shorter."""
    while part := list(islice(rows, size)):
        yield part


def _news_part(work: tuple[list[Row], float]) -> Bank:
    """A bank of some articles."""
    rows, seed = work
    bank, rng = Bank(), random.Random(seed)
    for row in rows:
        add_article(bank, row, rng)
    return bank


def report(bank: Bank) -> None:
    """One line: how much the bank holds."""
    counts = np.bincount(np.array(bank.source, dtype=np.int64), minlength=len(SOURCES))
    shown = ", ".join(f"{name} {count:,}" for name, count in zip(SOURCES, counts, strict=True))
    print(f"{len(bank.words):,} words, {len(bank.piece_words.values):,} pieces; {shown}", flush=True)


def windows(pieces: Sequence[str], rng: random.Random) -> Iterator[Window]:
    """A document's sentences joined into passages of a random size."""
    taken: list[str] = []
    size = rng.randint(*WINDOW)
    for piece in pieces:
        taken.append(piece)
        if sum(len(part.split()) for part in taken) >= size:
            yield joined(taken)
            taken, size = [], rng.randint(*WINDOW)
    if taken:
        yield joined(taken)


def joined(pieces: Sequence[str]) -> Window:
    """Sentences with blanks between them."""
    starts = np.concatenate([[0], np.cumsum([len(piece) + 1 for piece in pieces])[:-1]])
    return Window(" ".join(pieces), starts.tolist())


def add_article(bank: Bank, row: Row, rng: random.Random) -> None:
    """Questions from a news article's sentences, and from its summary, asked of the article."""
    found = list(islice(windows(row["body"], rng), MOST_WINDOWS))
    passages = [bank.add_passage(window.text) for window in found]
    read = [number for passage in passages for number in passage.pieces]
    for _ in range(BODY_QUESTIONS):
        place = rng.randrange(len(found)) if found else -1
        if place >= 0 and (made := _from_body(found[place], passages[place], rng)):
            bank.add_example(made[0], read, [made[1]], SPAN, SOURCES.index("news"))
    for question, gold in _from_abstract(row, found, passages, rng):
        bank.add_example(question, read, gold, SPAN, SOURCES.index("abstracts"))


def _from_body(window: Window, passage: Passage, rng: random.Random) -> tuple[str, Gold] | None:
    """A question from one sentence of a window."""
    places = sentences(window.text)
    place = rng.choice(places) if places else Range(0, 0)
    made = question_with_answer(window.text[place.start : place.end], rng)
    gold = located(passage, Range(place.start + made.answer.start, place.start + made.answer.end)) if made else None
    return (made.question, gold) if made and gold else None


def _from_abstract(
    row: Row, found: Sequence[Window], passages: Sequence[Passage], rng: random.Random
) -> Iterator[tuple[str, list[Gold]]]:
    """Questions from title and summary, answered where the body says the same in other words: at most two."""
    told = row["title"] + ".\n" + row["abstract"]
    spans = [
        (place, kind, span) for place in sentences(told) for kind, span in askable(told[place.start : place.end], rng)
    ]
    spans = [entry for entry in spans if entry[1] not in {"what", "why"}]
    made = 0
    for place, kind, span in rng.sample(spans, min(len(spans), ABSTRACT_TRIES)):
        sentence = told[place.start : place.end]
        gold = _said_again(sentence, sentence[span.start : span.end], found, passages)
        asked = asked_for(sentence, kind, span, rng) if gold else None
        if asked and made < BODY_QUESTIONS:
            made += 1
            yield asked.question, gold


def _said_again(sentence: str, answer: str, found: Sequence[Window], passages: Sequence[Passage]) -> list[Gold]:
    """Where the answer stands in the body's sentence that shares most words with this one."""
    rest = sentence.replace(answer, " ")
    options: list[tuple[float, Gold]] = []
    for window, passage in zip(found, passages, strict=True):
        if answer not in window.text:
            continue
        for place in sentences(window.text):
            text = window.text[place.start : place.end]
            at = same_span(answer, text)
            gold = located(passage, Range(place.start + at.start, place.start + at.end)) if at else None
            if gold:
                options.append((shared_words(rest, text), gold))
    best = max((score for score, _ in options), default=0.0)
    return [gold for score, gold in options if score == best] if best >= ENOUGH_SHARED else []


def documents(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Translated sentences by document; a file without documents is one, cut every 20 sentences."""
    group: list[Row] = []
    for row in rows:
        if group and (row.get("doc") != group[0].get("doc") or (not row.get("doc") and len(group) == 20)):  # noqa: PLR2004
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def add_translated(bank: Bank, document: list[Row], rng: random.Random) -> None:
    """Questions from the sentences of other languages, asked of the Vietnamese document."""
    if is_kept_back(document[0].get("doc") or document[0]["vi"]):
        return
    found = list(windows([row["vi"] for row in document], rng))
    passages = [bank.add_passage(window.text) for window in found]
    places = [
        (passage, window, start) for window, passage in zip(found, passages, strict=True) for start in window.starts
    ]
    for number, (row, (passage, window, start)) in enumerate(zip(document, places, strict=True)):
        tongue = rng.choice([name for name in ("en", "zh", "ru") if row.get(name)])
        made = foreign_question(row[tongue], tongue, rng)
        if not made:
            continue
        near = [at for passage in passages for at in passage.pieces if abs(at - passages[0].first - number / 5) < 8]  # noqa: PLR2004
        read = {*passage.pieces, *rng.sample(near, min(len(near), 3))}
        _add_foreign(bank, made, sorted(read), (passage, window, Range(start, start + len(row["vi"]))), rng)


def _add_foreign(
    bank: Bank, made: tuple[str, str], read: list[int], at: tuple[Passage, Window, Range], rng: random.Random
) -> None:
    """One question of another language: its span where that reads the same in Vietnamese, else its sentence."""
    passage, window, place = at
    question, wanted = made
    span = same_span(wanted, window.text[place.start : place.end])
    gold = located(passage, Range(place.start + span.start, place.start + span.end)) if span else None
    knows = SPAN if gold else SENTENCE
    gold = gold or sentence_at(passage, place.start)
    if gold:
        asked = question + "?" if rng.random() < 0.6 else question.lower()  # noqa: PLR2004 — the other questions' share
        bank.add_example(asked, read, [gold], knows, SOURCES.index("translated"))


def add_judged(bank: Bank, rows: list[Row], rng: random.Random) -> None:
    """Web questions with passages that people marked as right or wrong: every sentence of a right one counts."""
    by_question: dict[str, list[Row]] = {}
    for row in rows:
        by_question.setdefault(row["question"], []).append(row)
    for question, judged in by_question.items():
        passages = [(str(row["label"]) == "1", bank.add_passage(row["passage"])) for row in judged]
        gold = [answer for right, passage in passages if right for answer in _all_sentences(passage)]
        read = [number for _, passage in passages for number in passage.pieces]
        if read:
            knows = SENTENCE if gold else NOTHING
            bank.add_example(styled(question, rng), read, gold, knows, SOURCES.index("judged"))


def _all_sentences(passage: Passage) -> Iterator[Gold]:
    for number, (begin, end) in enumerate(passage.ranges):
        for sentence in set((passage.tokens.sentences[begin:end] - passage.tokens.sentences[begin]).tolist()):
            yield Gold(passage.first + number, sentence, sentence)


def add_real(bank: Bank, rows: list[Row], language: int, rng: random.Random) -> None:
    """Questions of people on encyclopaedia passages; the nearest other passages are read beside the right one."""
    contexts = list(dict.fromkeys(row["context"] for row in rows))
    passages = {context: bank.add_passage(context, language) for context in contexts}
    near = _nearest([row["question"] for row in rows], contexts)
    for row, others in zip(rows, near, strict=True):
        own = passages[row["context"]]
        gold = _answers(row, own)
        if not own.ranges or (row["answers"] and not gold):
            continue
        read = own.pieces + [
            at for other in others if contexts[other] != row["context"] for at in passages[contexts[other]].pieces
        ]
        knows = SPAN if gold else NOTHING
        source = SOURCES.index(("real-vi", "real-en", "real-zh")[language])
        for style in range(STYLES if gold else 1):
            question = row["question"] if style < STYLES / 2 else styled(row["question"], rng)
            bank.add_example(question, own.pieces if knows == NOTHING else read, gold, knows, source)


def _answers(row: Row, passage: Passage) -> list[Gold]:
    """Where the labelled answers stand; wrong offsets are left out."""
    found = []
    for answer in row["answers"]:
        start, text = answer["answer_start"], answer["text"]
        gold = (
            located(passage, Range(start, start + len(text)))
            if row["context"][start : start + len(text)] == text
            else None
        )
        if gold and gold not in found:
            found.append(gold)
    return found


def _nearest(questions: list[str], contexts: list[str]) -> list[list[int]]:
    """For each question the passages that the bundled embedder finds nearest."""
    if not questions:
        return []
    embedder = embedder_named(BUNDLED)
    similarity = embedder.embed_questions(questions) @ embedder.embed_documents(contexts).T
    found: list[list[int]] = np.argsort(-similarity, axis=1)[:, :NEIGHBOURS].tolist()
    return found
