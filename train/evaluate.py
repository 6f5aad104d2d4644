"""How well an embedder finds passages: `python -m train.evaluate index/models/embedder --data ../shared/data`."""

import argparse
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from model2vec import StaticModel
from numpy.typing import NDArray

from train.data import Selection
from train.text import strip_accents, window

Collection = tuple[list[str], list[str], list[int]]
Embed = Callable[[list[str]], NDArray[np.float32]]
DEPTHS = (1, 5, 10)
TITLES, LEADS, LEADS_APART, LEAD_WORDS = 1_000, 5_000, 4, 120
WORDS = ("普京", "путин", "пекин", "北京", "астана", "khi", "when", "什么时候", "ai", "who", "nhật", "总统", "министр")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line for each collection, then the nearest tokens of a few words."""
    parser = argparse.ArgumentParser(prog="python -m train.evaluate", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    settings = parser.parse_args(arguments)
    model = load(settings.model)
    print(table(model.encode, settings.data))
    for word in WORDS:
        print(word, "->", ", ".join(nearest(model, word)))


def load(folder: Path) -> StaticModel:
    """The saved model."""
    return StaticModel.from_pretrained(folder)


def table(embed: Embed, data: Path) -> str:
    """A Markdown table: one row for each collection."""
    rows = [("collection", "queries", "passages", *(f"R@{depth}" for depth in DEPTHS), "MRR")]
    rows.append(("---", *["--:"] * (len(rows[0]) - 1)))
    for name, (queries, passages, right) in collections(data).items():
        figures = measured(embed, queries, passages, right)
        rows.append((name, f"{len(queries):,}", f"{len(passages):,}", *(f"{figure:.3f}" for figure in figures)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def collections(data: Path) -> dict[str, Collection]:
    """Queries, passages, and for each query the place of its passage."""
    made: dict[str, Collection] = {}
    for pair in ("viq_vic", "enq_vic", "zhq_vic"):
        made[pair] = questions(data, f"dev/mlqa_{pair}")
    made["news titles"] = titles(data)
    for name in ("viq_vic", "news titles"):
        queries, passages, right = made[name]
        made[name + ", no accents"] = ([strip_accents(query) for query in queries], passages, right)
    return made


def questions(data: Path, pattern: str) -> Collection:
    """The questions of a question-answering file, to be found among all its passages."""
    rows = list(Selection(data).rows(pattern))
    places = {context: place for place, context in enumerate(dict.fromkeys(row["context"] for row in rows))}
    return [row["question"] for row in rows], list(places), [places[row["context"]] for row in rows]


def titles(data: Path) -> Collection:
    """A thousand titles of held-out news, to be found among the opening passages of five thousand articles.

    Both are spread over the whole file, which is ordered by subject.
    """
    rows = list(islice(Selection(data).rows("vietnews.val"), 0, None, LEADS_APART))[:LEADS]
    right = list(range(0, LEADS, LEADS // TITLES))
    return [rows[place]["title"] for place in right], [window(row["body"], 0, LEAD_WORDS) for row in rows], right


def measured(embed: Embed, queries: list[str], passages: list[str], right: list[int]) -> list[float]:
    """Recall at each of `DEPTHS`, then the mean reciprocal rank. Among equal scores the right passage comes last."""
    scores = embed(queries) @ embed(passages).T
    own = scores[np.arange(len(right)), right]
    ranks = (scores >= own[:, None]).sum(axis=1)
    return [float((ranks <= depth).mean()) for depth in DEPTHS] + [float((1 / ranks).mean())]


def nearest(model: StaticModel, word: str, count: int = 8) -> list[str]:
    """The tokens whose vectors lie nearest to the word's, best first, the word's own tokens left out."""
    scores = token_directions(model) @ model.encode(word)
    own = set(model.tokenizer.encode(word, add_special_tokens=False).tokens)
    order = np.argsort(-scores)[: count + len(own)]
    return [f"{model.tokens[place]} {scores[place]:.2f}" for place in order if model.tokens[place] not in own][:count]


def token_directions(model: StaticModel) -> NDArray[np.float32]:
    """Every token's vector at length one; the zero rows of padding and unknown stay zero."""
    norms = np.linalg.norm(model.embedding, axis=1, keepdims=True)
    directions: NDArray[np.float32] = model.embedding / np.maximum(norms, 1e-12)
    return directions


if __name__ == "__main__":
    main()
