"""Fits how the searches for passages are mixed: `qa/retrieve/fusion.json`.

    python -m train.fusion --data DATA [--without GLOB]... [--out qa/retrieve/fusion.json]

Three collections that trained no model are asked through hoidap's own searches: encyclopaedia passages with the
questions that people put to them, news with its titles, and Vietnamese news with questions made from translations.
The weights are those under which a passage of the right article wins. The first two are asked without accents as well.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from bench.logit import Numbers, conditional_logit
from index.clean import article_id
from index.config import IndexConfig
from index.embed import BUNDLED, embedder_named
from index.pipeline import build
from index.stores import Snapshot, store_at
from qa.query import Lexicon as Words
from qa.query import Query
from qa.question import lexicon_of, understand
from qa.retrieve.search import COMPARED, Fusion, Mixture, Weights, fit, fuse, known_share, searches, shares, weights_for
from qa.retrieve.vectors import TextVectors, WordVectors
from train.data import DOCUMENT_PARTS, KEPT_BACK, KEPT_BACK_NEWS, Selection, is_kept_back
from train.questions import question_from
from train.text import strip_accents

NEWS_SENTENCES = 20
"""Translated sentences of an article, where the file names no documents."""
SHRINKAGE = 1e-5
"""L2 penalty of the weights; shares lie between 0 and 1, and a tenth of one decides."""
NEWS, NEWS_APART, NEWS_FIRST = 5_000, 4, 1
"""Articles of the news collection: every fourth of the file, which is ordered by subject; the others measure."""
TITLE_EVERY = 6
"""One in so many of them is looked for by its title."""
FOREIGN = ("en", "zh", "ru")
ASKED_OF = 8
"""Sentences of a translated document that questions are made from, at most."""
NAMES = Weights.__struct_fields__


class Collection(NamedTuple):
    """Articles as jsonl rows; questions, each with the id of the article that it should find."""

    articles: list[dict[str, str]]
    questions: list[tuple[str, str]]


class Choice(NamedTuple):
    """The passages of one question: the shares of each, weighted by how much of the question is known, and not."""

    accented: bool
    foreign: bool
    table: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--out", type=Path, default=Path("qa/retrieve/fusion.json"))
    options = parser.parse_args(arguments)
    data = Selection(options.data, tuple(options.without))
    choices = [choice for collection in collections(data) for choice in choices_of(collection)]
    accented = [choice for choice in choices if choice.accented]
    bare = [choice for choice in choices if not choice.accented or choice.foreign]
    fitted = Fusion(made_by="python -m train.fusion", weights={"accented": mixture(accented), "bare": mixture(bare)})
    options.out.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=1) + b"\n")


def collections(data: Selection) -> Iterator[Collection]:
    """The three collections."""
    yield with_bare(encyclopaedia(data))
    yield with_bare(news(data))
    yield translated(data)


def encyclopaedia(data: Selection) -> Collection:
    """The passages that are kept back, each an article, with their questions."""
    asked: dict[str, list[str]] = {}
    for row in (row for pattern in KEPT_BACK for row in data.rows(pattern)):
        if is_kept_back(row["context"]) and row["answers"]:
            asked.setdefault(row["context"], []).append(row["question"])
    articles = [{"id": str(number), "text": passage} for number, passage in enumerate(asked)]
    return Collection(
        articles, [(question, str(number)) for number, some in enumerate(asked.values()) for question in some]
    )


def news(data: Selection) -> Collection:
    """News without its titles, and some of the titles."""
    rows = list(islice(data.rows("vietnews.val"), NEWS_FIRST, None, NEWS_APART))[:NEWS]
    articles = [{"id": row["id"], "text": "\n\n".join([row["abstract"], *row["body"]])} for row in rows]
    return Collection(articles, [(row["title"], row["id"]) for row in rows[::TITLE_EVERY]])


def translated(data: Selection) -> Collection:
    """Vietnamese sides of translated news, and questions made from the other sides of what is kept back of it."""
    two, four = KEPT_BACK_NEWS
    kept = (row for row in data.rows(two) if is_kept_back(row["doc"], DOCUMENT_PARTS))
    documents = [list(rows) for _, rows in groupby(kept, key=lambda row: row["doc"])]
    translations = list(data.rows(four))
    documents += [translations[at : at + NEWS_SENTENCES] for at in range(0, len(translations), NEWS_SENTENCES)]
    rng = random.Random(0)
    articles, questions = [], []
    for number, rows in enumerate(documents):
        articles.append({"id": str(number), "text": "\n\n".join(row["vi"] for row in rows)})
        usable = [row for row in rows if "doc" in row or is_kept_back(row["en"], DOCUMENT_PARTS)]
        for row in rng.sample(usable, min(ASKED_OF, len(usable))):
            made = (question_from(row[tongue], tongue, rng) for tongue in FOREIGN if row.get(tongue))
            questions += [(question, str(number)) for question in made if question]
    return Collection(articles, questions)


def with_bare(collection: Collection) -> Collection:
    """The collection, every question asked once more without accents."""
    bare = [(strip_accents(question), article) for question, article in collection.questions]
    return Collection(collection.articles, collection.questions + bare)


def choices_of(collection: Collection) -> Iterator[Choice]:
    """What the searches find for every question, where the right article is among it."""
    texts, vectors = TextVectors(embedder_named(BUNDLED)), WordVectors()
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "articles.jsonl")
        rows.write_bytes(b"\n".join(map(msgspec.json.encode, collection.articles)))
        build([rows], f"{folder}/index", IndexConfig())
        snapshot = store_at(f"{folder}/index").snapshot()
        words = lexicon_of(snapshot)
        for question, article in collection.questions:
            for query in understood(question, words):
                choice = _choice(query, article_id(f"{rows.name}#{article}"), snapshot, texts, vectors)
                if choice.right.any():
                    yield choice
        snapshot.close()


def _choice(query: Query, wanted: str, snapshot: Snapshot, texts: TextVectors, vectors: WordVectors) -> Choice:
    """The passages of one question that would be compared word by word."""
    known = known_share(query, snapshot)
    found = shares(query, snapshot, searches(query, snapshot, texts))
    near = [hit.chunk for hit in fuse(found, weights_for(query, known))[:COMPARED]]
    rows = np.searchsorted(found.chunks, near)
    chunks = snapshot.chunks(near)
    reached = np.stack([found.dense[rows], found.lexical[rows], fit(query, snapshot, vectors, chunks)], axis=1)
    table = np.concatenate([known * reached, (1 - known) * reached], axis=1)
    right = np.array([chunk.article == wanted for chunk in chunks])
    return Choice(query.accented, query.kind == "foreign", table, right)


def mixture(choices: Sequence[Choice]) -> Mixture:
    """Weights for these questions, scaled so that those of a wholly known one add up to 1."""
    found = conditional_logit([c.table for c in choices], [c.right for c in choices], SHRINKAGE, least=0.0)
    right = np.mean([choice.right[np.argmax(choice.table @ found)] for choice in choices])
    print(
        f"{len(choices)} questions, {sum(c.foreign for c in choices)} foreign; right passage first {right:.3f}; {found}"
    )
    scaled = found / found[: len(NAMES)].sum()
    return Mixture(known=_weights(scaled[: len(NAMES)]), unknown=_weights(scaled[len(NAMES) :]))


def _weights(row: Numbers) -> Weights:
    """Weights in the order of their names."""
    return Weights(*(round(float(weight), 4) for weight in row))


def understood(question: str, words: Words) -> list[Query]:
    """A question as it is taken; one whose accents are restored also as it was typed."""
    queries = [understand(question, words), understand(question)]
    return queries if queries[0].kind != queries[1].kind else queries[:1]


if __name__ == "__main__":
    main()
