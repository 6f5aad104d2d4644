"""Words and names of other languages in Vietnamese: `python -m train.foreign` writes qa/question/data/foreign.tsv.

From CLDR (Unicode License v3), words of many languages (peterolson/multilingualWords: Wiktionary, ISC) and our own.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from index.text import word_texts
from qa.question.other_forms import FOREIGN_FILE
from train.data import Row, Selection
from train.sources import own_words

LANGUAGES = ("en", "zh", "ru")
MOST_WORDS = 4
"""Words of the longest Vietnamese form that is taken."""
KINDS = frozenset({"territory", "city", "language"})
HEAD = """# Vietnamese, then forms in English, Chinese and Russian. Made by `python -m train.foreign` from CLDR 46
# (Unicode License v3), multilingualWords (Wiktionary, ISC) and train/words.tsv.
"""


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=FOREIGN_FILE)
    options = parser.parse_args()
    forms: dict[str, dict[str, None]] = {}
    for row in rows(Selection(options.data)):
        vietnamese = " ".join(word_texts(row.get("vi") or ""))
        if not 1 <= len(vietnamese.split()) <= MOST_WORDS:
            continue
        for language in LANGUAGES:
            form = (row.get(language) or "").strip()
            if form and "\t" not in form and "|" not in form and " ".join(word_texts(form)) != vietnamese:
                forms.setdefault(vietnamese, {})[form] = None
    lines = (f"{vietnamese}\t{'|'.join(others)}\n" for vietnamese, others in sorted(forms.items()))
    options.out.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(forms)} Vietnamese words and names, {options.out.stat().st_size / 1000:.0f} kB")


def rows(data: Selection) -> Iterator[Row]:
    """Rows with a form in each language that has one; question words are not looked for in articles."""
    yield from (row for row in data.rows("lexicon/cldr_names") if row["kind"] in KINDS)
    yield from data.rows("lexicon/multilingual_words")
    yield from own_words()


if __name__ == "__main__":
    main()
