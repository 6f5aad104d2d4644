"""What a reader is worth on the development sets: F1 and exact answers of gold passages, near misses told apart."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from bench.measures import exact, f1, mlqa
from qa.read.encoder import EncoderReader
from qa.read.onnx import FOLDER, onnx_reader
from qa.read.pieces import Vocabulary
from qa.read.protocol import Reader, Window
from qa.read.windows import windows
from train.data import Row, read_rows
from train.reader_model import ReaderModel

SETS = ("mlqa_viq_vic", "mlqa_enq_vic", "mlqa_zhq_vic", "news_written")


def torch_reader(model: ReaderModel, vocabulary: Vocabulary) -> EncoderReader:
    """The reader of a network as it stands."""

    def run(module: nn.Module, *inputs: Any) -> Any:  # noqa: ANN401 — arrays
        device = next(module.parameters()).device
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16):
            return module(*(torch.tensor(array)[None].to(device) for array in inputs))[0].float().cpu().numpy()

    lower, upper = model
    return EncoderReader(vocabulary, lambda ids: run(lower, ids), lambda hidden, match: run(upper, hidden, match))


def evaluate(model: ReaderModel, vocabulary: Vocabulary, data: Path, every: int = 1) -> None:
    """Print a line for each set; `every`: one question of so many."""
    training = model.upper.training
    model.upper.eval()
    show(torch_reader(model, vocabulary), data, every)
    model.upper.train(training)


def show(reader: Reader, data: Path, every: int = 1) -> dict[str, str]:
    """A line of figures for each set, printed as it comes; `every`: one question of so many."""
    found = {}
    for name in SETS:
        found[name] = measured(reader, list(read_rows(data / "dev" / f"{name}.jsonl.xz"))[::every])
        print(name, found[name], flush=True)
    return found


def measured(reader: Reader, rows: Sequence[Row]) -> str:
    """MLQA's F1 and exact match of answerable questions, each over its own passage, and AUROC of the margin."""
    found = [best_answer(reader, row) for row in rows]
    there = [bool(row["answers"]) for row in rows]
    right = [
        (answer, [one["text"] for one in row["answers"]])
        for (answer, _), row in zip(found, rows, strict=True)
        if row["answers"]
    ]
    mean_f1, mean_exact = (
        np.mean([measure(answer, golds, mlqa("vi")) for answer, golds in right]) for measure in (f1, exact)
    )
    auroc = f" AUROC {roc_auc_score(there, [score for _, score in found]):.3f}" if len(set(there)) > 1 else ""
    return f"{len(right)} F1 {mean_f1:.3f} EM {mean_exact:.3f}{auroc}"


def best_answer(reader: Reader, row: Row) -> tuple[str, float]:
    """The best span of a question's own passage and its score."""
    text = row["context"]
    title = row.get("title") or (text.partition("\n")[0] if "variant" in row else "")
    found = best_span(reader, row["question"], text, title)
    return text[found.start : found.end], found.score


class Best(NamedTuple):
    """The best answer to a question: its score over "no answer", and where it stands in the passage."""

    score: float
    start: int
    end: int


def best_span(reader: Reader, question: str, passage: str, title: str = "") -> Best:
    """The best answer in all windows of a passage."""
    places = windows(passage)
    read = reader.read(question, [Window(passage[place.start : place.end], title) for place in places])
    found = [
        Best(span.score, place.start + span.start, place.start + span.end)
        for place, spans in zip(places, read, strict=True)
        for span in spans
    ]
    return max(found, default=Best(-1e9, 0, 0))


def main() -> None:
    """Measure the reader that ships."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    show(onnx_reader(options.folder), options.data, options.every)


if __name__ == "__main__":
    main()
