"""Writes the reader's folder: the network for onnxruntime, its vocabulary and the checksums."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from onnxruntime.quantization import quantize_dynamic  # type: ignore[import-untyped]
from torch import nn

from index.embed import BUNDLED, embedder_named
from qa.span_reader import EMBEDDER, MODEL, VOCABULARY, Inputs
from qa.tokens import SHAPES
from train.reader_heads import Spread

OPSET = 17
OUTPUTS = ("start", "end", "sentence")
AXES = {
    "vectors": {0: "words"},
    "rows": {0: "words"},
    "bare": {0: "words"},
    "idf": {0: "words"},
    "question": {0: "questions", 1: "asked"},
    "question_shapes": {0: "questions", 1: "asked"},
    "owner": {0: "pieces"},
    "passage": {0: "pieces", 1: "tokens"},
    "shapes": {0: "pieces", 1: "tokens"},
    "members": {0: "pieces", 1: "sentences", 2: "tokens"},
    **{name: {0: "pieces", 1: "tokens"} for name in OUTPUTS},
}


def save(model: nn.Module, dimensions: int, vocabulary: Mapping[str, float], folder: Path, *, int8: bool) -> None:
    """Write network and vocabulary; each file is replaced at once. `int8`: matrices and tables of 8 bits a number."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    export(model, dimensions, fresh / MODEL)
    if int8:
        quantize_dynamic(fresh / MODEL, fresh / MODEL, per_channel=True, op_types_to_quantize=["MatMul", "Gather"])
    lines = "".join(f"{word}\t{weight}\n" for word, weight in vocabulary.items())
    (fresh / VOCABULARY).write_text(lines, encoding="utf-8")
    for path in fresh.iterdir():
        path.replace(folder / path.name)
    fresh.rmdir()
    (folder / EMBEDDER).write_text(embedder_named(BUNDLED).sha256 + "\n", encoding="utf-8")
    write_sums(folder)


def export(model: nn.Module, dimensions: int, path: Path) -> None:
    """Write the network alone, in 32 bits a number."""
    torch.onnx.export(
        Spread(model).eval(),
        example(dimensions),
        path,
        input_names=list(Inputs._fields),
        output_names=list(OUTPUTS),
        dynamic_axes=AXES,
        opset_version=OPSET,
        dynamo=False,
    )


def example(dimensions: int) -> tuple[torch.Tensor, ...]:
    """Inputs of some size, to trace the network with."""
    words = torch.arange(7)
    passage = torch.randint(1, 7, (3, 11))
    members = torch.zeros(3, 2, 11)
    members[:, 0, :5] = members[:, 1, 5:] = 1
    return (
        torch.randn(7, dimensions),
        words % 3,
        words,
        torch.rand(7),
        torch.randint(1, 7, (1, 5)),
        torch.zeros(1, 5, SHAPES),
        torch.zeros(3, dtype=torch.int64),
        passage,
        torch.zeros(3, 11, SHAPES),
        members,
    )


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over the model's files, in the format of `sha256sum --check`."""
    lines = (
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in (MODEL, VOCABULARY, EMBEDDER)
    )
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
