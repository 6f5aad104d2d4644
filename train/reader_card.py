"""The model card of the reader, with its figures and the licences of what it learned from."""

from collections.abc import Mapping
from pathlib import Path

from train import self_taught
from train.card import licence_of
from train.data import Selection
from train.reader_data import JUDGED, NEWS, QUESTIONS, TRANSLATED

FILES = (*QUESTIONS, *TRANSLATED, JUDGED, NEWS, self_taught.QUESTIONS)
CARD = Path(__file__).with_name("reader_card.md")


def write(folder: Path, data: Selection, figures: Mapping[str, str], training: str) -> None:
    """Write README.md into the model's folder; `figures`: of each set, `training`: how long, on how much."""
    files = sorted({data.name(path) for pattern in FILES for path in data.files(pattern)})
    filled = {
        "files": "\n".join(f"| {name} | {licence_of(name)} |" for name in files),
        "figures": "\n".join(f"| dev/{name} | {line} |" for name, line in figures.items()),
        "megabytes": f"{sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.1f}",
        "training": training,
    }
    text = CARD.read_text(encoding="utf-8")
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", value)
    (folder / "README.md").write_text(text, encoding="utf-8")
