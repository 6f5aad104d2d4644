"""Answers that a reader itself finds to questions whose answers are not given, for the next one to learn from.

    python -m train.self_taught --data ../shared/data --out .cache/train/self_taught.jsonl.xz
    python -m train.reader --self-taught .cache/train/self_taught.jsonl.xz ...

The same question in two languages gets one answer, from the one that the reader is surer of: so Chinese learns from
Vietnamese.
"""

import argparse
import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from qa.read.onnx import FOLDER, onnx_reader
from qa.read.protocol import Reader
from train.data import Row, Selection
from train.reader_evaluate import best_span

QUESTIONS = "retrieval/mlqa_test_unlabelled"
SURE = 1.0
"""Score over "no answer" from which an answer is taken for one."""


def answered(reader: Reader, rows: Iterable[Row]) -> Iterator[Row]:
    """The questions whose answer a reader is sure of, as rows of a question set."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        groups[row["id"], row["passage"]].append(row["question"])
    for (_, passage), questions in groups.items():
        found = max(best_span(reader, question, passage) for question in questions)
        if found.score >= SURE:
            answer = {"text": passage[found.start : found.end], "answer_start": found.start}
            yield from ({"question": question, "context": passage, "answers": [answer]} for question in questions)


def main() -> None:
    """Ask, keep, say how many."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder of the reader that answers")
    parser.add_argument("--out", type=Path, default=Path(".cache/train/self_taught.jsonl.xz"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    rows = list(answered(onnx_reader(options.reader), Selection(options.data).rows(QUESTIONS)))
    with lzma.open(options.out, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{len(rows)} questions answered surely enough")


if __name__ == "__main__":
    main()
