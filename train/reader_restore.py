"""Takes a network's weights out of an exported reader again, so that it can be trained further.

The exporter gives weights that it turns or cuts no name that says whose they are. The same network with random numbers,
exported anew, tells: where one of its arrays holds a weight's numbers, the old file's array of that name holds the
weight.
"""

import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from qa.span_reader import MODEL
from train import reader_export

Array = NDArray[np.float32]

SMALL = 4
"""Rows of the largest weight that the exporter may have cut up."""


def restore(model: nn.Module, dimensions: int, folder: Path) -> None:
    """Put the weights of the reader in `folder` into a model of the same making; 8-bit ones come back rounded.

    Args:
        model: changed in place.
        dimensions: of the word vectors that it is given.
        folder: with the exported network.

    Raises:
        ValueError: the file there holds another network.
    """
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_()
    with tempfile.TemporaryDirectory() as made:
        reader_export.export(model, dimensions, Path(made) / MODEL)
        random = arrays(Path(made) / MODEL)
    kept = arrays(folder / MODEL)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            found = _taken(weight.numpy(), random, kept)
            if found is None or found.shape != tuple(weight.shape):
                raise ValueError(f"{folder / MODEL} holds another network: its {name} is not there.")
            weight.copy_(torch.tensor(found))


def arrays(path: Path) -> dict[str, Array]:
    """The constant arrays of a network by name; those of 8 bits as the numbers that they stand for."""
    found = {array.name: numpy_helper.to_array(array) for array in onnx.load(path).graph.initializer}
    for name in [name.removesuffix("_quantized") for name in found if name.endswith("_quantized")]:
        numbers, scale, zero = (found.pop(f"{name}_{part}") for part in ("quantized", "scale", "zero_point"))
        found[name] = (numbers.astype(np.float32) - zero.astype(np.float32)) * scale
    return found


def _taken(weight: Array, random: dict[str, Array], kept: dict[str, Array]) -> Array | None:
    """What `kept` has where `random` has this weight: whole, turned, or cut into its rows."""
    for name in random.keys() & kept.keys():
        # The quantiser turns some matrices; a square one among these would not be noticed, there is none.
        found = kept[name] if kept[name].shape == random[name].shape else kept[name].T
        if np.array_equal(random[name], weight):
            return found
        if np.array_equal(random[name], weight.T):
            return found.T
    if not weight.ndim:
        return None
    rows = [_taken(row, random, kept) for row in weight[:SMALL]] if len(weight) <= SMALL else [None]
    return None if any(row is None for row in rows) else np.stack([row for row in rows if row is not None])
