"""Makes the bank of passages and questions that readers learn from, once for all that are trained on the same data."""

import random
from pathlib import Path

from train.data import NoDataError, Selection, held_out
from train.reader_data import Bank
from train.reader_sources import fill

CACHE = Path(".cache/train/reader")
ARTICLES = 40_000
"""News articles that questions are made from."""


def prepared(data: Selection, articles: int, seed: int, *, resume: bool = False) -> Bank:
    """The bank; made before, when it was made with the same settings.

    Raises:
        NoDataError: there are no data, or nothing to resume from.
    """
    recipe, path = CACHE / "recipe", CACHE / "bank.npz"
    made_with = f"{data} articles {articles} seed {seed}"
    CACHE.mkdir(parents=True, exist_ok=True)
    if recipe.exists() and recipe.read_text(encoding="utf-8") == made_with:
        return Bank.load(path)
    if resume:
        raise NoDataError(f"Nothing in {CACHE} was made with {made_with}. Start without --resume.")
    bank = Bank()
    fill(bank, data, held_out(data.folder), articles, random.Random(seed))
    if not len(bank):
        raise NoDataError(f"No training files under {data.folder}. Name the data folder: --data FOLDER")
    bank.save(path)
    recipe.write_text(made_with, encoding="utf-8")
    return bank
