"""The reader that ships: both halves of an encoder in 8 bits, in onnxruntime on one thread, without torch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from qa.read.encoder import EncoderReader, Floats
from qa.read.pieces import Integers, Vocabulary

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

FOLDER = Path(__file__).parents[1] / "models" / "reader"
LOWER, UPPER, TOKENIZER = "lower.onnx", "upper.onnx", "tokenizer.json"


def onnx_reader(folder: Path = FOLDER) -> EncoderReader:
    """The reader in a folder.

    Raises:
        ModelError: a file of it is not there.
    """
    lower, upper = _session(_file(folder, LOWER)), _session(_file(folder, UPPER))

    def read_apart(ids: Integers) -> Floats:
        return _run(lower, ids=ids)

    def read_together(hidden: Floats, match: Integers) -> Floats:
        return _run(upper, hidden=hidden, match=match)

    return EncoderReader(Vocabulary(_file(folder, TOKENIZER)), read_apart, read_together)


def _file(folder: Path, name: str) -> Path:
    """A file of the model."""
    path = folder / name
    if not path.is_file():
        raise ModelError(f"The reader's {name} is not in {folder}. Make it: make train")
    return path


def _session(path: Path) -> InferenceSession:
    # Since 1.29 onnxruntime reports its use to its maker unless this stands there before it is loaded.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 — other readers do without

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _run(session: InferenceSession, **texts: Any) -> Floats:  # noqa: ANN401 — arrays
    """What a network says of one text: 8-bit numbers are scaled by all that is in the run, so none beside it."""
    (found,) = session.run(None, {name: array[None] for name, array in texts.items()})
    return np.asarray(found[0], dtype=np.float32)
