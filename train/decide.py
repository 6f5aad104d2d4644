"""Fits how much each feature of a candidate sentence counts, and what its score means: `qa/weights*.json`.

    python -m train.decide --data DATA [--without GLOB]... [--collections N] [--reader accurate] [--out FILE]

Real Vietnamese questions (qa/), questions made from news sentences (vietnews) and from translated news (parallel) are
asked of many small collections through hoidap's own pipeline, as far as the features. Ranking models, before and after
reading, are fitted so that the sentence with the answer wins (conditional logit); then a confidence model (logistic
regression, so its output is a probability) so that it is known when the winner is right. For the second, questions are
also asked with their article hidden, and with a name or number changed: those must score low.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.clean import article_id
from index.config import IndexConfig
from index.embed import BUNDLED as EMBEDDER
from index.embed import embedder_named
from index.pipeline import build
from index.records import Range
from index.stores import Snapshot, store_at
from qa.config import AskConfig
from qa.decide import CONFIDENCE_NAMES, WEIGHTS, DecisionModel, Linear, confidence_inputs
from qa.features import NAMES, Features, features
from qa.question import Query
from qa.reader import READ_NAMES, read
from qa.readers import ACCURATE, BUNDLED, MOST_PASSAGES, reader_named
from qa.reading import Reader
from qa.respell import collection_of
from qa.retrieve import Found, passages, retrieve
from qa.sentences import Sentence, candidates
from qa.vectors import TextVectors, WordVectors
from train.asking import Asked, Collection, collections, understood
from train.data import Selection
from train.logit import conditional_logit

THREADS = 2
KINDS = ("accented", "bare", "foreign")
SHRINKAGE = 1e-3
"""L2 penalty of the ranking weights; features lie between 0 and about 5."""
CERTAINTY = 0.1
"""Inverse L2 penalty of the confidence weights, on features of unit spread."""
UNANSWERED = 0.25
"""Share of the questions that people ask of a collection in vain, as the confidence takes it. Many more of the examples
are such, so that it learns what they look like."""
CONSTANT = 1e-3
"""Spread below which a feature is the same for all examples of a kind, and is left as it is."""
EXPECTED = {"typed_measure": 2.0}
"""Weights that few examples can teach: a sentence without any money does not say how much somebody paid."""
REAL = 3
"""A question that somebody asked counts as so many that were made."""
THRESHOLDS = (0.12, 0.15, 0.2, 0.25, 0.3)
FOLDS = 5
"""Parts of the collections; each is reported on as the others fit it."""


class Example(NamedTuple):
    """The candidates of one question, and which of them hold the answer (none: must be declined)."""

    made: str
    query: Query
    found: list[Found]
    sentences: list[Sentence]
    table: Features
    right: npt.NDArray[np.bool_]
    fold: int

    @property
    def kind(self) -> str:
        """Which weights it helps to fit."""
        return self.query.kind


def main() -> None:
    """Collect examples, fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--collections", type=int, default=30)
    parser.add_argument("--reader", choices=(BUNDLED, ACCURATE), default=BUNDLED)
    parser.add_argument("--out", type=Path, help="instead of the file of the reader's weights in qa/")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    asked = collections(
        Selection(options.data, tuple(options.without)), options.collections, random.Random(options.seed)
    )
    examples = list(gathered(asked))
    command = (
        f"python -m train.decide --reader {options.reader} --collections {options.collections} --seed {options.seed}"
    )
    model, examples = fitted(examples, reader_named(options.reader), MOST_PASSAGES[options.reader], command)
    out: Path = options.out or WEIGHTS[options.reader]
    out.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    report(examples)


def gathered(asked: Iterator[Collection]) -> Iterator[Example]:
    """The examples of every collection."""
    texts, vectors = TextVectors(embedder_named(EMBEDDER)), WordVectors()
    for number, collection in enumerate(asked):
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder, "articles.jsonl")
            rows.write_bytes(b"\n".join(msgspec.json.encode(article) for article in collection.articles))
            build([rows], f"{folder}/index", IndexConfig())
            snapshot = store_at(f"{folder}/index").snapshot()
            words = collection_of(snapshot)
            for question in collection.questions:
                for query in understood(question.question, words):
                    if example := _example(question, query, number % FOLDS, snapshot, texts, vectors):
                        yield example
            snapshot.close()
        print(f"\r{number + 1} collections", end="", flush=True)
    print()


def _example(  # noqa: PLR0913, PLR0917 — what asking takes
    asked: Asked, query: Query, fold: int, snapshot: Snapshot, texts: TextVectors, vectors: WordVectors
) -> Example | None:
    """Ask one question as far as the features."""
    found = passages(snapshot, retrieve(query, snapshot, texts, vectors)[: AskConfig().candidates])
    wanted = article_id(f"articles.jsonl#{asked.article}")
    if asked.hidden:
        found = [passage for passage in found if passage.chunk.article != wanted]
    sentences = candidates(found)
    if not sentences:
        return None
    right = np.array([s.article == wanted and _holds(s.place, asked.starts) for s in sentences])
    table = features(query, sentences, snapshot, texts, vectors)
    return Example(asked.made, query, found, sentences, table, right, fold)


def _holds(place: Range, starts: Sequence[int]) -> bool:
    """Whether one of the starts lies in a range."""
    return any(place.start <= start < place.end for start in starts)


def fitted(examples: Sequence[Example], reader: Reader, most: int, command: str) -> tuple[DecisionModel, list[Example]]:
    """All models; and the examples with what reading added."""
    first = {kind: _ranking(NAMES, [e for e in examples if e.kind == kind]) for kind in KINDS}
    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(lambda example: _with_reading(example, first[example.kind], reader, most), examples))
    ranking = {kind: _ranking(READ_NAMES, [e for e in done if e.kind == kind]) for kind in KINDS}
    confidence = {kind: _confidence([e for e in done if e.kind == kind], ranking[kind]) for kind in KINDS}
    return DecisionModel(made_by=command, first=first, ranking=ranking, confidence=confidence), done


def _with_reading(example: Example, first: Linear, reader: Reader, most: int) -> Example:
    """The example after its best passages were read."""
    scores = first(NAMES, example.table)
    after = read(example.query, example.found, example.sentences, example.table, scores, reader, most)
    return example._replace(table=after.table)


def _ranking(names: Sequence[str], examples: Sequence[Example]) -> Linear:
    """The candidates with the answer are to share the probability of winning."""
    answerable = [e for e in examples if e.right.any() for _ in range(REAL if e.made == "real" else 1)]
    expected = np.array([EXPECTED.get(name, 0.0) for name in names])
    weights = conditional_logit(
        [e.table for e in answerable], [e.right for e in answerable], SHRINKAGE, expected=expected
    )
    return Linear({name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)})


def _outcomes(examples: Sequence[Example], ranking: Linear) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """What the confidence model sees of each winner, and whether it was right."""
    inputs, outcomes = [], []
    for example in examples:
        scores = ranking(READ_NAMES, example.table)
        winner = int(scores.argmax())
        inputs.append(confidence_inputs(example.table, scores, winner)[0])
        outcomes.append(bool(example.right[winner]))
    return np.array(inputs), np.array(outcomes)


def _confidence(examples: Sequence[Example], ranking: Linear) -> Linear:
    """Logistic regression on unscaled features; those that nothing answers weigh `UNANSWERED` of the whole."""
    inputs, outcomes = _outcomes(examples, ranking)
    weights = _weights(examples)
    spread = inputs.std(axis=0)
    spread[spread < CONSTANT] = 1.0
    model = LogisticRegression(C=CERTAINTY, max_iter=2000).fit(inputs / spread, outcomes, weights)
    named = {
        name: round(float(weight), 4) for name, weight in zip(CONFIDENCE_NAMES, model.coef_[0] / spread, strict=True)
    }
    return Linear(named, round(float(model.intercept_[0]), 4))


def _weights(examples: Sequence[Example]) -> npt.NDArray[np.float64]:
    """A weight for each example; their mean is one."""
    answerable = np.array([bool(example.right.any()) for example in examples])
    share = answerable.mean()
    weights: npt.NDArray[np.float64] = np.where(answerable, (1 - UNANSWERED) / share, UNANSWERED / (1 - share))
    return weights


def report(examples: Sequence[Example]) -> None:
    """How often the winner is right and how well its confidence tells, each fifth judged by what the others fit.

    Of the examples only the choice of the passages to read has seen all.
    """
    for kind in KINDS:
        mine = [e for e in examples if e.kind == kind]
        judged: list[tuple[Example, bool, float]] = []
        for fold in range(FOLDS):
            rest = [e for e in mine if e.fold != fold]
            ranking = _ranking(READ_NAMES, rest)
            confidence = _confidence(rest, ranking)
            held = [e for e in mine if e.fold == fold]
            inputs, outcomes = _outcomes(held, ranking)
            said = 1 / (1 + np.exp(-confidence(CONFIDENCE_NAMES, inputs)))
            judged += zip(held, outcomes.tolist(), said.tolist(), strict=True)
        _show(kind, judged)


def _show(kind: str, judged: Sequence[tuple[Example, bool, float]]) -> None:
    """Print the figures of one kind of questions; `judged`: each, whether its winner was right, what was said."""
    answerable = np.array([bool(e.right.any()) for e, _, _ in judged])
    outcomes, said = (np.array([row[column] for row in judged]) for column in (1, 2))
    print(
        f"{kind}: {len(judged)} questions, {answerable.sum()} with their sentence among the candidates, "
        f"right {outcomes[answerable].mean():.3f}, AUROC of confidence {roc_auc_score(outcomes, said):.3f}"
    )
    for made in sorted({e.made for e, _, _ in judged}):
        mine = np.array([e.made == made for e, _, _ in judged])
        print(f"    {made}: {mine.sum()}, said {said[mine].mean():.3f}, was {outcomes[mine].mean():.3f}")
    weights = _weights([e for e, _, _ in judged])
    shown = (float(np.average(values, weights=weights)) for values in (said, outcomes))
    print("    weighed as they are fitted: said {:.3f}, was {:.3f}".format(*shown))
    for threshold in THRESHOLDS:
        given = said >= threshold
        risk = np.average(~outcomes[given], weights=weights[given]) if given.any() else 0.0
        print(
            f"    threshold {threshold}: {1 - given[answerable].mean():.3f} of the answerable declined, "
            f"{1 - given[~answerable].mean():.3f} of the others; {risk:.3f} of the answers wrong"
        )


if __name__ == "__main__":
    main()
