"""What the reader learns from: questions with windows of their own passage and of others, some with a name swapped."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import islice
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from index.records import Range
from index.text import fold, sentences, word_texts
from qa.read.pieces import Integers, Pair, Pieces, Vocabulary, head
from qa.read.windows import windows
from train.contrasts import Holders, clauses, countries_of
from train.data import KEPT_BACK, HeldOut, Row, Selection, is_kept_back
from train.near_misses import Swaps
from train.reader_questions import foreign_question, same_span
from train.text import keywords, strip_accents

KEPT_BACK_PARTS = 9
"""One passage in so many trains no reader: the confidence is fitted on them."""
QUESTIONS = ("qa/vi_*", "qa/*_en", "qa/*_zh")
TRANSLATED = ("parallel/en_vi_evbnews", "parallel/en_vi_zh_ru_ntrex")
JUDGED, NEWS, SELF_TAUGHT = "retrieval/vi_zalo2019_labelled", "vietnews.train", "self_taught"
EVERY, CONTRASTS = 16, 2
"""One news article of so many gives questions, and no more than these."""
SHARES = {
    "qa/vi_news_written": 0.28,
    "qa/vi_viquad*": 0.27,
    "qa/vi_uit_wiki*": 0.06,
    "qa/vi_mailong25_who": 0.02,
    "qa/vi_alqac_law*": 0.01,
    "qa/*_en": 0.12,
    "qa/*_zh": 0.09,
    "parallel/*": 0.04,
    "retrieval/vi_zalo2019_labelled": 0.03,
    "vietnews.train": 0.09,
    "self_taught": 0.12,
}
"""Share of the examples that each source gives, over their sum."""
NEAR_MISSES = {"qa/vi_news_written": 2}
"""How often a question counts that its article does not answer, where people wrote them: those are the hard ones."""
NEAREST = 12
"""Windows of other passages that look most like the question, which wrong ones are taken from."""
SWAPPED, ELSEWHERE, OTHER_WINDOW = 0.22, 0.22, 0.30
"""For each answered question the chance of a swapped one, of a window of another passage, of another of its own."""
BARE, LOWER, KEYWORDS, SLIP, UNMARKED = 0.12, 0.12, 0.05, 0.06, 0.2
DATED = 0.5
"""Share of windows whose head has a date, which never answers."""


class Example(NamedTuple):
    """A pair with the pieces of its answer, [first, last] in question and window together; (0, 0) is no answer."""

    pair: Pair
    first: int
    last: int
    window: tuple[int, int]


@dataclass
class Passage:
    """A text with the head of its windows, and these, as places in the text and as pieces."""

    text: str
    head: Integers
    windows: list[Range]
    pieces: list[Pieces]


@dataclass
class Asked:
    """A question with the number of its passage and the places of its answers there, best first."""

    question: str
    passage: int
    answers: list[Range]
    source: str


class Examples:
    """An endless stream of examples from the data folder, and `more` rows that `train.self_taught` has answered."""

    def __init__(
        self, data: Selection, vocabulary: Vocabulary, exclude: HeldOut, rng: random.Random, more: Iterable[Row] = ()
    ) -> None:
        self._vocabulary = vocabulary
        self._rng = rng
        self.passages: list[Passage] = []
        self._numbers: dict[str, int] = {}
        self.asked: dict[str, list[Asked]] = defaultdict(list)
        for pattern in QUESTIONS:
            for row in data.rows(pattern):
                self._add(row, exclude)
        for pattern in TRANSLATED:
            for document in _documents(data.rows(pattern)):
                self._add_translated(document)
        for row in data.rows(JUDGED):
            if not row["label"]:  # people judged that the passage does not answer
                self._add(row | {"context": row["passage"], "answers": []}, exclude)
        for row in more:
            self._add(row | {"file": SELF_TAUGHT}, exclude)
        self._add_contrasts(data, exclude)
        places = [row["name_vi"] for row in data.rows("lexicon/vi_admin_units")]
        everything = [one for group in self.asked.values() for one in group]
        self._swaps = Swaps((one.question for one in everything if "vi_" in one.source), places)
        self._near = self._nearest(everything)

    def _passage(self, text: str, title: str) -> int:
        if text not in self._numbers:
            self._numbers[text] = len(self.passages)
            date = f"{self._rng.randint(2005, 2026)}-{self._rng.randint(1, 12)}-{self._rng.randint(1, 28)}"
            title = head(title, date if self._rng.random() < DATED else None)
            places = windows(text)
            pieces = [self._vocabulary.pieces(text[place.start : place.end]) for place in places]
            self.passages.append(Passage(text, self._vocabulary.pieces(title).ids, places, pieces))
        return self._numbers[text]

    def _add(self, row: Row, exclude: HeldOut) -> None:
        """A question of the data folder, unless its passage is held out."""
        text = row["context"]
        is_fitted_on = any(fnmatch(row["file"], name) for name in KEPT_BACK) and is_kept_back(text, KEPT_BACK_PARTS)
        if text not in self._numbers and (is_fitted_on or exclude.shares_text_with(text)):
            return
        source = next(name for name in SHARES if fnmatch(row["file"], name))
        title = text.partition("\n")[0] if source == "qa/vi_news_written" else row.get("title") or ""
        answers = [Range(a["answer_start"], a["answer_start"] + len(a["text"])) for a in row["answers"] or []]
        right = [a for a in answers if text[a.start : a.end].strip()]
        if answers and not right:
            return
        times = 1 if right else NEAR_MISSES.get(source, 1)
        self.asked[source] += times * [Asked(row["question"], self._passage(text, title), right, source)]

    def _add_translated(self, document: list[Row]) -> None:
        """Questions made of sentences in other languages, where the answer stands unchanged in the Vietnamese one."""
        text, places = "", []
        for row in document:
            places.append(Range(len(text), len(text) + len(row["vi"])))
            text += row["vi"] + " "
        for row, place in zip(document, places, strict=True):
            for language in ("en", "zh", "ru"):
                made = foreign_question(row[language], language, self._rng) if row.get(language) else None
                span = same_span(made[1], row["vi"]) if made else None
                if made and span:
                    answer = Range(place.start + span.start, place.start + span.end)
                    self.asked["parallel/*"].append(Asked(made[0], self._passage(text, ""), [answer], "parallel/*"))

    def _add_contrasts(self, data: Selection, exclude: HeldOut) -> None:
        """Questions made of news: two dates or figures in a sentence, holders of offices and nobody."""
        holders = Holders(countries_of(data.rows("lexicon/cldr_names")))
        for row in islice(data.rows(NEWS), 0, None, EVERY):
            text = "\n".join(row["body"])
            made = holders.questions(text, self._rng)
            for place in sentences(text):
                made += clauses(text, place, self._rng)
            if made and not exclude.shares_text_with(text):
                for one in self._rng.sample(made, min(CONTRASTS, len(made))):
                    answers = [one.answer] if one.answer else []
                    self.asked[NEWS].append(Asked(one.question, self._passage(text, row["title"]), answers, NEWS))

    def _nearest(self, everything: Sequence[Asked]) -> dict[tuple[str, int], list[tuple[int, int]]]:
        """For each question the windows of other passages that share most of its rare words."""
        owners = [(p, w) for p, passage in enumerate(self.passages) for w in range(len(passage.windows))]
        texts = [self.window_text(owner) for owner in owners]
        if not texts:
            return {}
        index = TfidfVectorizer(analyzer=lambda text: [fold(word) for word in word_texts(text)], sublinear_tf=True)
        table = index.fit_transform(texts)
        found = {}
        depth = min(4 * NEAREST, len(texts))
        for begin in range(0, len(everything), 500):
            part = everything[begin : begin + 500]
            scores = (index.transform([one.question for one in part]) @ table.T).toarray()
            best = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
            for row, one in enumerate(part):
                ranked = best[row][np.argsort(-scores[row, best[row]])]
                found[one.question, one.passage] = [owners[b] for b in ranked if owners[b][0] != one.passage][:NEAREST]
        return found

    def window_text(self, window: tuple[int, int]) -> str:
        """The text of a window, by passage and number."""
        passage = self.passages[window[0]]
        place = passage.windows[window[1]]
        return passage.text[place.start : place.end]

    def __iter__(self) -> Iterator[Example]:
        """Examples without end, the sources mixed by their shares."""
        names = [name for name in SHARES if self.asked[name]]
        queues: dict[str, list[Asked]] = {name: [] for name in names}
        while True:
            (name,) = self._rng.choices(names, [SHARES[name] for name in names])
            if not queues[name]:
                queues[name] = self._rng.sample(self.asked[name], len(self.asked[name]))
            yield from self._examples(queues[name].pop())

    def _examples(self, one: Asked) -> Iterator[Example]:
        passage = self.passages[one.passage]
        question = styled(one.question, self._rng)
        right = [w for w in range(len(passage.windows)) if self._answer(one, w)]
        wrong = [w for w in range(len(passage.windows)) if w not in right]
        if not one.answers:  # a near miss: the window that looks like it most, or any
            yield self._example(question, (one.passage, self._most_alike(one)), None)
            return
        if not right:
            return
        window = self._rng.choice(right)
        yield self._example(question, (one.passage, window), self._answer(one, window))
        if self._rng.random() < SWAPPED:
            other = self._swaps.swapped(one.question, passage.text, self._rng)
            if other:
                yield self._example(styled(other, self._rng), (one.passage, window), None)
        if wrong and self._rng.random() < OTHER_WINDOW:
            yield self._example(question, (one.passage, self._rng.choice(wrong)), None)
        if self._rng.random() < ELSEWHERE:
            words = {fold(passage.text[a.start : a.end]) for a in one.answers}
            near = self._near[one.question, one.passage]
            safe = [other for other in near if not any(word in fold(self.window_text(other)) for word in words)]
            if safe:
                yield self._example(question, self._rng.choice(safe), None)

    def _most_alike(self, one: Asked) -> int:
        """The window of the question's passage that shares most words with it; one time in three another one."""
        count = len(self.passages[one.passage].windows)
        if self._rng.random() < 1 / 3:
            return self._rng.randrange(count)
        asked = set(map(fold, word_texts(one.question)))
        return max(
            range(count), key=lambda w: len(asked & set(map(fold, word_texts(self.window_text((one.passage, w))))))
        )

    def _answer(self, one: Asked, window: int) -> Range | None:
        """The pieces of the first answer that stands whole in a window."""
        passage = self.passages[one.passage]
        place, pieces = passage.windows[window], passage.pieces[window]
        for answer in one.answers:
            if place.start <= answer.start and answer.end <= place.end:
                first = int(np.searchsorted(pieces.ends, answer.start - place.start, side="right"))
                last = int(np.searchsorted(pieces.starts, answer.end - place.start)) - 1
                return Range(first, last) if first <= last else None
        return None

    def _example(self, question: str, window: tuple[int, int], answer: Range | None) -> Example:
        passage = self.passages[window[0]]
        asked = self._vocabulary.pieces(question).ids
        pair = self._vocabulary.pair(asked, passage.head, passage.pieces[window[1]].ids)
        if answer is None:
            return Example(pair, 0, 0, window)
        before = len(pair.question) + pair.body
        return Example(pair, before + answer.start, before + answer.end, window)


def styled(question: str, rng: random.Random) -> str:
    """The question as somebody types it: whole, in lower case, as key words, without accents, with a slip."""
    if rng.random() < KEYWORDS:
        question = keywords(question.rstrip("?"), rng)
    if rng.random() < UNMARKED:
        question = question.rstrip("? ？")
    if rng.random() < LOWER:
        question = question.lower()
    if rng.random() < SLIP and len(question) > 2:  # noqa: PLR2004 — two letters to change places
        at = rng.randrange(len(question) - 2)
        question = question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return strip_accents(question) if rng.random() < BARE else question


def _documents(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Translated sentences by document; a file without documents is cut every `SENTENCES`."""
    group: list[Row] = []
    for row in rows:
        if group and (row.get("doc") != group[0].get("doc") or len(group) == SENTENCES):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


SENTENCES = 8
