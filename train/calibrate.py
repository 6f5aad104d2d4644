"""Fits the order of reading (`qa/retrieve/windows.json`) and what its reader's scores mean (`calibration.json`).

    python -m train.calibrate --data DATA

Asked are the written news questions (dev/news_written, over their own and 2,000 other articles) and encyclopaedia
questions whose passages trained no model, all as they are taken; and again with a year, number, name or place swapped,
and of the other collection: those nothing answers.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.asking import collection_for
from bench.calibrate import Case, fitted, fitted_order, gathered, report
from bench.gold import Gold, GoldQuestion
from bench.sets import WRITTEN, gold_named
from index.config import IndexConfig
from qa.answer.probability import CALIBRATION, Calibration, read_calibration
from qa.config import AskConfig
from qa.read.onnx import FOLDER
from qa.retrieve.candidates import WEIGHTS_FILE
from train.data import KEPT_BACK, Selection, is_kept_back
from train.export import write_sums
from train.near_misses import Swaps
from train.reader_data import KEPT_BACK_PARTS
from train.text import strip_accents

SWAPPED, STRANGERS, BARE = 0.3, 0.12, 0.2
"""Share of questions asked again with something swapped, of the other collection, and without accents."""
READ = 6
"""Windows read for each question."""


def main() -> None:
    """Ask, fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--order", action="store_true", help="only the order of reading; nothing is read")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    cases = [case for gold in golds(options.data, rng) for case in asked(gold, 0 if options.order else READ)]
    if options.order:
        WEIGHTS_FILE.write_bytes(msgspec.json.format(msgspec.json.encode(fitted_order(cases)), indent=1) + b"\n")
        return
    write(cases, read_calibration(FOLDER / CALIBRATION))


def write(cases: list[Case], like: Calibration) -> None:
    """Fit, write and report."""
    fit = fitted(cases, like, "python -m train.calibrate")
    (FOLDER / CALIBRATION).write_bytes(msgspec.json.format(msgspec.json.encode(fit), indent=1) + b"\n")
    write_sums(FOLDER)
    print(report(cases, like).text())


def asked(gold: Gold, most: int) -> Iterator[Case]:
    """Every question of a set, with a line for each hundred."""

    def progress(what: str, done: int, _of: int | None) -> None:
        if what == "asking" and done % 100 == 0:
            print(gold.name, done, flush=True)

    with collection_for(gold, None, "", IndexConfig(), progress) as place:
        yield from gathered(gold, place.uri, AskConfig(), progress, most)


def golds(data: Path, rng: random.Random) -> tuple[Gold, Gold]:
    """News and encyclopaedia, with questions that nothing answers."""
    news, wiki = gold_named(WRITTEN), encyclopaedia(data)
    places = [row["name_vi"] for row in Selection(data).rows("lexicon/vi_admin_units")]
    swaps = Swaps((one.question for one in (*news.questions, *wiki.questions)), places)
    return with_unanswered(news, wiki, swaps, rng), with_unanswered(wiki, news, swaps, rng)


def encyclopaedia(data: Path) -> Gold:
    """The questions of passages that trained neither embedder nor reader, among all that did not train the embedder."""
    found = [gold_named(name.removeprefix("qa/")) for name in _files(data)]
    articles = {article["id"]: article for gold in found for article in gold.articles if is_kept_back(article["text"])}
    own = {f"squad.jsonl#{key}" for key, row in articles.items() if is_kept_back(row["text"], KEPT_BACK_PARTS)}
    questions = {one.question: one for gold in found for one in gold.questions if one.source in own}
    return msgspec.structs.replace(
        found[0], name="encyclopaedia", questions=tuple(questions.values()), articles=tuple(articles.values()), notes=()
    )


def _files(data: Path) -> list[str]:
    selection = Selection(data)
    return [selection.name(path) for pattern in KEPT_BACK for path in selection.files(pattern)]


def with_unanswered(gold: Gold, other: Gold, swaps: Swaps, rng: random.Random) -> Gold:
    """The set with swapped questions and those of another set; some of all without accents."""
    texts = {f"{gold.file}#{article['id']}": article["text"] for article in gold.articles}
    answered = [one for one in gold.questions if one.answers and rng.random() < SWAPPED]
    swapped = [swaps.swapped(one.question, texts[one.source], rng) for one in answered]
    strangers = rng.sample(other.questions, min(len(other.questions), int(STRANGERS * len(gold.questions))))
    asked = [*filter(None, swapped), *(one.question for one in strangers)]
    added = [GoldQuestion(question=question, answers=(), kind="none") for question in asked]
    questions = [
        msgspec.structs.replace(one, question=strip_accents(one.question)) if rng.random() < BARE else one
        for one in (*gold.questions, *added)
    ]
    return msgspec.structs.replace(gold, questions=tuple(questions))


if __name__ == "__main__":
    main()
