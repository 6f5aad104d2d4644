"""Counts of Vietnamese syllables and of their neighbours: `python -m train.spelling`.

Counted over news for training; measured by taking the accents off clauses of held-out news and putting them back.
"""

from __future__ import annotations

import argparse
import itertools
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.text import fold, has_accents, word_texts
from index.text import pairs as neighbours
from qa.question.spelling import COUNTS_FILE, Frequency, Reading, Spelling, spelling
from train.data import Row, Selection, is_kept_back, read_rows

ARTICLES = 60_000
FEWEST, FEWEST_PAIRS = 10, 5
"""Occurrences of a syllable, and of a pair, that are kept."""
QUESTIONS = (
    ("retrieval/vi_zalo_web_questions", "question"),
    ("retrieval/vi_zalo2019_labelled", "question"),
    ("qa/vi_*", "question"),
)
QUESTION_TIMES = 20
"""What a question counts: newspapers seldom ask."""
PRUNED_EVERY = 10_000
CLAUSES, OWN_ARTICLES = 2000, 500
MOST_TIMES = 65_535


def main() -> None:
    """Count, save, and say how well accents are restored."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=COUNTS_FILE)
    parser.add_argument("--evaluate", action="store_true", help="only measure what is there")
    options = parser.parse_args()
    if not options.evaluate:
        save(*counted(options.data), options.out)
    evaluate(options.data)


def counted(data: Path) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """How often each word and each pair of neighbours stands in the training news."""
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for number, row in enumerate(itertools.islice(read_rows(data / "vietnews.train.jsonl.xz"), ARTICLES), 1):
        for sentence in (row["title"], row["abstract"], *row["body"]):
            found = word_texts(sentence)
            singles.update(found)
            pairs.update(itertools.pairwise(found))
        if number % PRUNED_EVERY == 0:
            pairs = Counter({pair: times for pair, times in pairs.items() if times > 1})
            print(f"{number} articles, {len(singles)} words, {len(pairs)} pairs", flush=True)
    for path, column in QUESTIONS:
        for row in Selection(data).rows(path):
            if has_accents(row[column]) and not is_kept_back(row.get("context", "")):
                found = word_texts(row[column])
                singles.update(found * QUESTION_TIMES)
                pairs.update(list(itertools.pairwise(found)) * QUESTION_TIMES)
    return singles, pairs


def save(singles: Counter[str], pairs: Counter[tuple[str, str]], path: Path) -> None:
    """Write what `qa.question.spelling.spelling` reads."""
    forms = [form for form, times in singles.most_common() if times >= FEWEST and not form[0].isdigit()]
    ids = {form: id_ for id_, form in enumerate(forms)}
    kept = {
        (ids[left] << 16) | ids[right]: min(times, MOST_TIMES)
        for (left, right), times in pairs.items()
        if times >= FEWEST_PAIRS and left in ids and right in ids
    }
    keys = np.array(sorted(kept), dtype=np.uint32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        forms=np.frombuffer("\n".join(forms).encode(), dtype=np.uint8),
        counts=np.array([singles[form] for form in forms], dtype=np.uint32),
        pairs=keys,
        times=np.array([kept[int(key)] for key in keys], dtype=np.uint16),
    )
    print(f"{len(forms)} words, {len(keys)} pairs, {path.stat().st_size / 1e6:.1f} MB")


def evaluate(data: Path) -> None:
    """Restore clauses of held-out news, with the general counts alone and with those of 500 other articles."""
    rows = list(itertools.islice(read_rows(data / "vietnews.val.jsonl.xz"), 2 * CLAUSES))
    clauses = [clause for row in rows[OWN_ARTICLES:] for clause in _clauses(row)][::3][:CLAUSES]
    for name, own in (("general counts", _nothing), (f"and {OWN_ARTICLES} own articles", _own(rows[:OWN_ARTICLES]))):
        right = total = 0
        times = []
        for clause in clauses:
            began = time.perf_counter()
            restored = restore(spelling(), clause, own)
            times.append(time.perf_counter() - began)
            right += sum(left == right for left, right in zip(restored, clause, strict=True))
            total += len(clause)
        print(f"{name}: {right / total:.4f} of {total} syllables, p50 {statistics.median(times) * 1000:.2f} ms")


def restore(counts: Spelling, clause: list[str], own: Frequency) -> list[str]:
    """A clause whose accents were taken off, with those that are likeliest."""
    folded = map(fold, clause)
    return counts.likeliest([list(map(Reading, counts.readings(word) or [word])) for word in folded], own)


def _clauses(row: Row) -> Iterator[list[str]]:
    """Clauses of an article as lists of words, those that are all Vietnamese letters."""
    for sentence in row["body"]:
        for clause in re.split(r"[,;:.!?()\"“”]", sentence):
            found = word_texts(clause)
            if 4 <= len(found) <= 20 and all(word.isalpha() for word in found):  # noqa: PLR2004 — as long as questions are
                yield found


def _own(rows: list[Row]) -> Frequency:
    """In how many of these articles' passages a term stands; the article is the passage."""
    frequencies: Counter[str] = Counter()
    for row in rows:
        found = word_texts(" ".join([row["abstract"], *row["body"]]))
        frequencies.update({*found, *neighbours(found)})
    return lambda term: frequencies[term]


def _nothing(_term: str) -> int:
    """A collection that holds nothing."""
    return 0


if __name__ == "__main__":
    main()
