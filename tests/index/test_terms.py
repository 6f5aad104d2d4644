"""In how many texts a term stands: batches, changes and large counts against a plain count."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.stores.local.words import accented
from index.stores.local.words.accented import (
    AccentedCounts,
    CountsBuilder,
    open_counts,
    save_changed,
    save_table,
    table_of,
)
from index.stores.local.words.terms import key_of, terms
from index.text import accented_terms, word_texts

TEXTS = st.lists(st.lists(st.sampled_from("hoà hòa Nga và Mỹ 3 240,1 中国 gặp".split()), max_size=12).map(" ".join))


def counted(texts: list[str]) -> Counter[str]:
    """In how many texts each term stands, by counting."""
    return Counter(term for text in texts for term in set(accented_terms(word_texts(text))))


@given(batches=st.lists(TEXTS, max_size=4))
def test_counts_of_batches_are_those_of_all_texts(batches: list[list[str]]) -> None:
    builder = CountsBuilder()
    for batch in batches:
        builder.add(*terms(batch)[1:])
    counts = AccentedCounts(table_of(*builder.total()))
    expected = counted([text for batch in batches for text in batch])
    assert {term: counts.count(term) for term in expected} == expected
    assert counts.count("không") == counts.count("nga_không") == counts.count("") == 0


def test_what_is_searched_has_no_accents() -> None:
    assert terms(["Hoà bình", ""]).folded == ["hoa binh hoa_binh", ""]


def test_a_pair_is_not_the_pair_the_other_way_round() -> None:
    assert len({key_of(term) for term in ("nga_mỹ", "mỹ_nga", "nga", "mỹ", "nga_nga")}) == 5


@pytest.mark.parametrize("large", [False, True])
def test_a_table_comes_back_from_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, large: bool) -> None:
    if large:
        monkeypatch.setattr(accented, "SMALL_TABLE", 0)
    texts = [f"từ {number} đó" for number in range(300)]
    save_table(tmp_path, table_of(*terms(texts)[1:]))
    counts = open_counts(tmp_path)
    assert [counts.count(term) for term in ("từ", "đó", "từ_7", "299_đó", "300", "tu")] == [300, 300, 1, 1, 0, 0]


def test_changes_are_added_up(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    save_table(first, table_of(*terms(["Nga Mỹ", "Nga"])[1:]))
    for before, after, more, sign in ((first, second, "Nga Lào", 1), (second, third, "Nga Mỹ", -1)):
        save_table(after, table_of(*terms(["Nga Mỹ", "Nga"])[1:]))
        _, keys, counts = terms([more])
        save_changed(after, before, keys, sign * counts)
    found = [[open_counts(folder).count(term) for term in ("nga", "mỹ", "lào")] for folder in (first, second, third)]
    assert found == [[2, 1, 0], [3, 1, 1], [2, 0, 1]]


def test_a_count_may_be_larger_than_a_byte() -> None:
    keys = np.array([key_of("nga"), key_of("mỹ")], dtype=np.uint64)
    order = np.argsort(keys)
    counts = AccentedCounts(table_of(keys[order], np.array([254, 1_000_000])[order]))
    assert (counts.count("nga"), counts.count("mỹ")) == (254, 1_000_000)
