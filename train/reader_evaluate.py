"""How well a reader reads gold passages: `python -m train.reader_evaluate --reader accurate --data ../shared/data`."""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.measures import exact, f1, mlqa
from index.embed import BUNDLED, embedder_named
from index.records import Range
from index.text import sentences
from qa.borders import shown_span
from qa.question import understand
from qa.readers import reader_named
from qa.reading import Reader, best_span
from train.data import Row, Selection, is_kept_back
from train.reader_sources import SPLIT

PASSAGES = 8
SETS = ("mlqa_viq_vic", "mlqa_enq_vic", "mlqa_zhq_vic")
TOP = 3


class Figures(NamedTuple):
    """Means over the questions; `sentence`: the best span lies in a right sentence, `top`: one of the best three."""

    questions: int
    exact: float
    f1: float
    sentence: float
    top: float

    def __str__(self) -> str:
        """One line."""
        shown = f"EM {self.exact:.3f} F1 {self.f1:.3f} right sentence {self.sentence:.3f}, among {TOP} {self.top:.3f}"
        return f"{shown} ({self.questions} questions)"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for the held-out passages and for each development set."""
    parser = argparse.ArgumentParser(prog="python -m train.reader_evaluate", description=__doc__)
    parser.add_argument("--reader", default="bundled", help="as in the settings: bundled, accurate, hf:NAME")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=510, help="of the held-out passages, drawn at random")
    settings = parser.parse_args(arguments)
    reader, data = reader_named(settings.reader), Selection(settings.data)
    held_out = held_out_rows(data)
    random.Random(0).shuffle(held_out)
    print("UIT-ViQuAD, held out", measure(reader, held_out[: settings.rows]), flush=True)
    for name in SETS:
        print(name, measure(reader, development_rows(data, name)), flush=True)


def held_out_rows(data: Selection) -> list[Row]:
    """Answerable questions on the passages that are never trained on."""
    rows = [row for pattern in SPLIT for row in data.rows(pattern) if row["answers"] and is_kept_back(row["context"])]
    return [row for row in rows if _right_offsets(row)]


def development_rows(data: Selection, name: str) -> list[Row]:
    """A file of the development folder."""
    return list(data.rows(f"dev/{name}"))


def _right_offsets(row: Row) -> bool:
    return all(row["context"].startswith(answer["text"], answer["answer_start"]) for answer in row["answers"])


def measure(reader: Reader, rows: Sequence[Row], passages: Sequence[Sequence[str]] | None = None) -> Figures:
    """Read each row's own passage, or these passages, of which the first is its own."""
    found = [_one(reader, row, passages[at] if passages else [row["context"]]) for at, row in enumerate(rows)]
    return Figures(len(found), *np.array(found).mean(axis=0).tolist())


def _one(reader: Reader, row: Row, passages: Sequence[str]) -> tuple[float, float, float, float]:
    """Exact match, F1, right sentence, right sentence among the best three."""
    readings = reader.read(row["question"], passages)
    query = understand(row["question"])
    options = []
    for number, (passage, reading) in enumerate(zip(passages, readings, strict=True)):
        for place in sentences(passage):
            span = best_span(reading, place.start, place.end)
            if span:
                right = number == 0 and _answers(row, place.start, place.end)
                inside = Range(span.start - place.start, span.end - place.start)
                sentence = passage[place.start : place.end]
                part = shown_span(query, sentence, inside)
                options.append((span.score, sentence[part.start : part.end], right))
    options.sort(key=lambda option: -option[0])
    text = options[0][1] if options else ""
    accepted = [answer["text"] for answer in row["answers"]]
    best = [option[2] for option in options[:TOP]]
    normalise = mlqa("vi")
    return exact(text, accepted, normalise), f1(text, accepted, normalise), float(any(best[:1])), float(any(best))


def _answers(row: Row, start: int, end: int) -> bool:
    """Whether a range touches an accepted answer."""
    return any(a["answer_start"] < end and start < a["answer_start"] + len(a["text"]) for a in row["answers"])


def among_others(rows: Sequence[Row]) -> list[list[str]]:
    """Each row's passage, then the nearest others of the same rows: `PASSAGES` in all."""
    contexts = list(dict.fromkeys(row["context"] for row in rows))
    embedder = embedder_named(BUNDLED)
    similarity = embedder.embed_questions([row["question"] for row in rows]) @ embedder.embed_documents(contexts).T
    found = []
    for row, order in zip(rows, np.argsort(-similarity, axis=1), strict=True):
        others = [contexts[at] for at in order[: PASSAGES + 1] if contexts[at] != row["context"]]
        found.append([row["context"], *others[: PASSAGES - 1]])
    return found


if __name__ == "__main__":
    main()
