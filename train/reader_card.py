"""The model card of the reader, with the licences of what it learned from; its figures are written by the measuring."""

from pathlib import Path

from train.card import licence_of
from train.data import Selection
from train.reader_data import QUESTIONS, TRANSLATED

CARD = Path(__file__).with_name("reader_card.md")


def write(folder: Path, data: Selection) -> None:
    """Write README.md into the model's folder."""
    files = sorted({data.name(path) for pattern in (*QUESTIONS, *TRANSLATED) for path in data.files(pattern)})
    rows = "\n".join(f"| {name} | {licence_of(name)} |" for name in files)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    text = CARD.read_text(encoding="utf-8").replace("{files}", rows).replace("{megabytes}", f"{size:.1f}")
    (folder / "README.md").write_text(text, encoding="utf-8")
