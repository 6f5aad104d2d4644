"""Writes the reader's folder: both halves for onnxruntime in 8 bits, the tokenizer and the checksums."""

import json
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]
from torch import Tensor, nn

from qa.read.onnx import LOWER, TOKENIZER, UPPER
from train.export import write_sums
from train.reader_model import WIDTH, Lower, ReaderModel

OPSET = 17
MOST_PLACES = 448
"""Places of a text that can be read: a question, or head and body, have less."""


class Rows(nn.Module):
    """A table of 8 bits a number, each row with a scale of its own."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True) / 127
        self.scale = nn.Buffer(scale.clamp(min=1e-12))
        self.rows = nn.Buffer((table / self.scale).round().to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        """The rows of these numbers."""
        return self.rows[ids].float() * self.scale[ids]


class SmallLower(nn.Module):
    """The lower half with its tables in 8 bits."""

    def __init__(self, lower: Lower) -> None:
        super().__init__()
        self.pieces, self.positions = Rows(lower.pieces.weight.data), Rows(lower.positions.weight.data[:MOST_PLACES])
        self.norm, self.layers = lower.norm, lower.layers

    def forward(self, ids: Tensor) -> Tensor:
        """[texts, pieces] -> [texts, pieces, WIDTH]."""
        places = torch.cumsum(torch.ones_like(ids[0]), 0) - 1
        hidden: Tensor = self.norm(self.pieces(ids) + self.positions(places))
        for layer in self.layers:
            hidden = layer(hidden, None)
        return hidden


def save(model: ReaderModel, base: Path, folder: Path) -> None:
    """Write both halves and the tokenizer; `base`: the transformers folder that the model was made of."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(4, 600, (1, 17))
    _export(SmallLower(model.lower), (ids,), ("ids",), folder / LOWER)
    _export(model.upper, (torch.randn(1, 17, WIDTH), ids % 8), ("hidden", "match"), folder / UPPER)
    words = json.loads((base / "tokenizer.json").read_bytes())
    (folder / TOKENIZER).write_text(json.dumps(words, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    write_sums(folder)


def _export(module: nn.Module, example: tuple[Tensor, ...], names: tuple[str, ...], path: Path) -> None:
    torch.onnx.export(
        module.float().eval(),
        example,
        path,
        input_names=list(names),
        output_names=["found"],
        dynamic_axes={name: {0: "texts", 1: "pieces"} for name in (*names, "found")},
        opset_version=OPSET,
        dynamo=False,
    )
    quantize_dynamic(path, path, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"])
