"""The readers there are. `reader_named` is the one place that knows them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import NamedTuple

import msgspec

from index.errors import ModelError
from qa.answer.probability import CALIBRATION, Calibration, read_calibration
from qa.read.huggingface import HuggingFaceReader
from qa.read.onnx import FOLDER, onnx_reader
from qa.read.protocol import Reader

BUNDLED, HUB = "bundled", "hf:"


class Calibrated(NamedTuple):
    """A reader, and what its scores mean."""

    reader: Reader
    calibration: Calibration


@functools.lru_cache(maxsize=2)
def calibrated_reader(name: str, file: str = "") -> Calibrated:
    """The reader of a setting, and the calibration of a file or, where none is named, its own.

    Raises:
        ModelError: it cannot be found or loaded, or its calibration cannot be read.
    """
    return Calibrated(reader_named(name), calibration_of(name, file))


def reader_named(name: str) -> Reader:
    """The reader of a setting: "bundled", or "hf:" and a hub model or folder.

    Raises:
        ModelError: it cannot be found or loaded.
    """
    if name.startswith(HUB):
        return HuggingFaceReader(name.removeprefix(HUB))
    if name != BUNDLED:
        raise ModelError(f"There is no reader {name!r}. Choose {BUNDLED}, or {HUB} with a folder or hub name.")
    return onnx_reader()


def calibration_of(name: str, file: str = "") -> Calibration:
    """What a file says, or what lies in the reader's folder; for a reader that has none, the bundled one's.

    Raises:
        ModelError: it cannot be read.
    """
    own = Path(name.removeprefix(HUB), CALIBRATION)
    path = Path(file) if file else own if name.startswith(HUB) and own.is_file() else FOLDER / CALIBRATION
    try:
        return read_calibration(path)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"The calibration {path} cannot be read: {error}. Make it: hoidap calibrate GOLD") from error
