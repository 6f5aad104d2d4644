"""Fits what a reader's scores mean: which answer is best, and how sure it is. `hoidap calibrate GOLD`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from api.cli.terminal import progress_bar
from bench.asking import Progress, collection_for
from bench.declining import declined_at
from bench.gold import Gold, GoldError, GoldQuestion
from bench.logit import conditional_logit
from bench.measures import is_right_sentence
from index.config import IndexConfig
from qa.answer.judge import Judged
from qa.answer.probability import INPUTS, RANKING, Calibration, probability
from qa.config import AskConfig
from qa.linear import Inputs, Linear
from qa.pipeline import Asker, open_asker
from qa.query import QueryKind
from qa.read.named import calibration_of
from qa.retrieve.candidates import NAMES, Candidate, Described, reading_order

SHRINKAGE = 1e-3
"""L2 penalty of the ranking weights."""
CERTAINTY = 1.0
"""Inverse L2 penalty of the probability's weights, on inputs of unit spread."""
UNANSWERED = 0.25
"""Share of the questions that people ask of a collection in vain, as the probability takes it."""
PARTS = 5
"""Parts of the questions, by article; each is judged by what the others fit."""
FEWEST = 30
"""Questions with an answer, and without one, that a fit needs."""
WRONGLY_DECLINED = 0.05

Truths = npt.NDArray[np.bool_]


class Case(NamedTuple):
    """One question with everything that was read for it.

    Attributes:
        part: which of `PARTS`.
        answerable: the collection holds an answer.
        table: float32 [windows, NAMES]; holds: which windows have the answer.
        inputs: float32 [spans, INPUTS]; right: which spans stand in a sentence that answers.
    """

    kind: str
    part: int
    answerable: bool
    table: Inputs
    holds: Truths
    inputs: Inputs
    right: Truths


def calibrated(
    gold: Gold, corpus: Path | None, index: str, indexing: IndexConfig, asking: AskConfig
) -> tuple[Calibration, str]:
    """The calibration of the reader of these settings, and what it is worth.

    Raises:
        GoldError, HoidapError: the set cannot be asked, or has too few questions.
    """
    check(gold.questions)
    asking = msgspec.structs.replace(asking, calibration="")  # the file of the setting may be the one to be made
    like = calibration_of(asking.reader)
    with progress_bar() as progress, collection_for(gold, corpus, index, indexing, progress) as place:
        cases = list(gathered(gold, place.uri, asking, progress, sum(like.rounds)))
    return fitted(cases, like, f"hoidap calibrate {gold.name}"), report(cases, like).text()


def gathered(gold: Gold, uri: str, config: AskConfig, progress: Progress, most: int) -> Iterator[Case]:
    """Ask every question of a set, reading `most` windows each."""
    parts: dict[str, int] = {}
    with contextlib.closing(open_asker(uri, config)) as asker:
        for number, question in enumerate(gold.questions, 1):
            about = question.source or question.question
            yield _case(asker, question, most, parts.setdefault(about, len(parts) % PARTS))
            progress("asking", number, len(gold.questions))


def _case(asker: Asker, question: GoldQuestion, most: int, part: int) -> Case:
    """One question."""
    query = asker.understand(question.question, question.before)
    described = asker.windows(query, asker.nearest(query))
    found = asker.read_windows(query, described, reading_order(described)[:most])
    right = [is_right_sentence(question, asker.cited(query, Judged(one, 0.0))) for one in found]
    holds = _holding(asker, question, described)
    inputs = asker.inputs(query, found, described)
    return Case(query.kind, part, bool(question.answers), described.table, holds, inputs, np.array(right, dtype=bool))


def _holding(asker: Asker, question: GoldQuestion, described: Described) -> Truths:
    """Which windows hold the answer: one of their sentences does."""
    return np.array([_holds(asker, question, window) for window in described.windows], dtype=np.bool_)


def _holds(asker: Asker, question: GoldQuestion, window: Candidate) -> bool:
    if not question.answers or asker.source_of(window.article) not in question.sources:
        return False
    if question.starts:
        return any(window.place.start <= start < window.place.end for start in question.starts)
    return any(answer in window.text for answer in question.answers)


def check(questions: Sequence[GoldQuestion]) -> None:
    """Refuse a set that cannot teach.

    Raises:
        GoldError: too few questions with or without an answer, or about too few articles.
    """
    for there in (True, False):
        if (count := sum(bool(one.answers) == there for one in questions)) < FEWEST:
            what = "with an answer" if there else "that must be declined"
            raise GoldError(f"To fit a calibration, {FEWEST} questions {what} are needed; the set has {count}.")
    if (count := len({one.source for one in questions if one.answers})) < PARTS:
        raise GoldError(f"To fit a calibration, questions about {PARTS} articles are needed; the set has {count}.")


def fitted(cases: Sequence[Case], like: Calibration, made_by: str) -> Calibration:
    """What the scores mean; how much is read stays as it is in `like`."""
    ranking = _ranking(cases)
    return msgspec.structs.replace(like, made_by=made_by, ranking=ranking, probability=_probability(cases, ranking))


def _ranking(cases: Sequence[Case]) -> Linear:
    """Weights under which spans that answer win."""
    columns = [INPUTS.index(name) for name in RANKING]
    usable = [case for case in cases if case.right.any() and not case.right.all()]
    weights = conditional_logit([c.inputs[:, columns] for c in usable], [c.right for c in usable], SHRINKAGE)
    return Linear({name: round(float(weight), 4) for name, weight in zip(RANKING, weights, strict=True)})


def winners(cases: Sequence[Case], ranking: Linear) -> tuple[Inputs, Truths]:
    """The inputs of each question's best span, [cases, INPUTS], and whether it is right."""
    best = [int(ranking(INPUTS, case.inputs).argmax()) if len(case.inputs) else -1 for case in cases]
    nothing = np.zeros(len(INPUTS), dtype=np.float32)
    inputs = [case.inputs[row] if row >= 0 else nothing for case, row in zip(cases, best, strict=True)]
    right = [row >= 0 and bool(case.right[row]) for case, row in zip(cases, best, strict=True)]
    return np.array(inputs), np.array(right)


def _probability(cases: Sequence[Case], ranking: Linear) -> Linear:
    """Logistic regression; questions that nothing answers weigh `UNANSWERED` of the whole."""
    inputs, right = winners(cases, ranking)
    spread = np.maximum(inputs.std(axis=0), 1e-3)
    model = LogisticRegression(C=CERTAINTY, max_iter=2000).fit(inputs / spread, right, _weights(cases))
    weights = {name: round(float(w), 4) for name, w in zip(INPUTS, model.coef_[0] / spread, strict=True)}
    return Linear(weights, round(float(model.intercept_[0]), 4))


def _weights(cases: Sequence[Case]) -> npt.NDArray[np.float64]:
    """A weight for each question; their mean is one."""
    answerable = np.array([case.answerable for case in cases])
    share = answerable.mean()
    return np.asarray(np.where(answerable, (1 - UNANSWERED) / share, UNANSWERED / (1 - share)))


def fitted_order(cases: Sequence[Case]) -> dict[str, Linear]:
    """For each kind of question the weights under which windows with the answer are read first, or those of all."""
    told = [case for case in cases if case.holds.any() and not case.holds.all()]
    found = {}
    for kind in get_args(QueryKind):
        usable = [case for case in told if case.kind == kind]
        usable = usable if len(usable) >= FEWEST else told
        weights = conditional_logit([c.table for c in usable], [c.holds for c in usable], SHRINKAGE)
        found[kind] = Linear({name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True)})
    return found


class Report(NamedTuple):
    """Figures of a calibration, each part of the questions judged by what the others fit.

    Attributes:
        found: share of the answerable questions of which a window with the answer was found at all.
        right: share of them whose best span is right.
        auroc: of the probability, answerable against others.
        declined: share of the others under the threshold that declines 5 % of the answerable.
        said, was: mean probability, and share that is right.
    """

    questions: int
    found: float
    right: float
    auroc: float
    declined: float
    said: float
    was: float

    def text(self) -> str:
        """One line."""
        return (
            f"{self.questions} questions, each fifth judged by the others: answer among the passages {self.found:.3f}, "
            f"right {self.right:.3f}; AUROC {self.auroc:.3f}; {self.declined:.3f} of those without an answer declined "
            f"where {WRONGLY_DECLINED:.0%} of the others are; said {self.said:.3f}, was {self.was:.3f}"
        )


def report(cases: Sequence[Case], like: Calibration) -> Report:
    """How well a fit does on what it has not seen."""
    said, was = np.zeros(len(cases)), np.zeros(len(cases), dtype=bool)
    for part in range(PARTS):
        mine = [number for number, case in enumerate(cases) if case.part == part]
        if not mine:
            continue
        fit = fitted([case for case in cases if case.part != part], like, "")
        inputs, right = winners([cases[number] for number in mine], fit.ranking)
        said[mine] = [probability(float(odds)) for odds in fit.probability(INPUTS, inputs)]
        was[mine] = right
    there = np.array([case.answerable for case in cases])
    return Report(
        len(cases),
        float(np.mean([case.holds.any() for case in cases if case.answerable])),
        float(was[there].mean()),
        float(roc_auc_score(there, said)),
        declined_at(said[there].tolist(), said[~there].tolist(), WRONGLY_DECLINED) or 0.0,
        float(said.mean()),
        float(was.mean()),
    )
