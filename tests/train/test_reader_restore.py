"""An exported reader's weights come back, those of 8 bits rounded."""

from pathlib import Path

import pytest
import torch

from train import reader_export, reader_restore
from train.reader_transformer import TransformerReader

ROWS, DIMENSIONS = 12, 256
pytestmark = pytest.mark.filterwarnings("ignore")  # the exporter speaks of its successor, and of constants in the trace


@pytest.fixture(scope="module")
def model() -> TransformerReader:
    """One whose weights all differ, as after training; the exporter would keep equal ones but once."""
    torch.manual_seed(0)
    made = TransformerReader(ROWS, DIMENSIONS)
    with torch.no_grad():
        for weight in made.parameters():
            weight.normal_()
    return made


@pytest.mark.parametrize(("int8", "apart"), [(False, 0.0), (True, 0.02)])
def test_the_weights_come_back(model: TransformerReader, tmp_path: Path, *, int8: bool, apart: float) -> None:
    reader_export.save(model, DIMENSIONS, {"a": 1.0}, tmp_path, int8=int8)
    other = TransformerReader(ROWS, DIMENSIONS)
    reader_restore.restore(other, DIMENSIONS, tmp_path)
    for (name, kept), weight in zip(other.named_parameters(), model.parameters(), strict=True):
        assert torch.allclose(kept, weight, atol=apart * max(1.0, float(weight.abs().max()))), name


def test_another_network_is_refused(model: TransformerReader, tmp_path: Path) -> None:
    reader_export.save(model, DIMENSIONS, {"a": 1.0}, tmp_path, int8=False)
    with pytest.raises(ValueError, match="another network"):
        reader_restore.restore(TransformerReader(ROWS + 3, DIMENSIONS), DIMENSIONS, tmp_path)
