from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import embed
from index.embed import BUNDLED, BUNDLED_FOLDER, StaticEmbedder, embedder_named, unit
from index.errors import ModelError


def bundled() -> StaticEmbedder:
    embedder = embedder_named(BUNDLED)
    assert isinstance(embedder, StaticEmbedder)
    return embedder


def test_rows_are_brought_to_length_one_and_zeros_stay() -> None:
    rows = unit(np.array([[3.0, 4.0], [0.0, 0.0], [0.0, -2.0]]))
    assert rows.dtype == np.float32
    assert rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0], [0, -1]]


def test_what_is_no_number_becomes_zero() -> None:
    assert unit(np.array([[np.nan, 2.0]])).tolist() == [[0, 1]]


@given(st.lists(st.lists(st.floats(-1000, 1000, width=32), min_size=3, max_size=3), min_size=1, max_size=5))
def test_every_row_has_length_one_or_zero(rows: list[list[float]]) -> None:
    lengths = np.linalg.norm(unit(np.array(rows, dtype=np.float32)), axis=1)
    expected = [float(any(abs(value) > 1e-6 for value in row)) for row in rows]
    big = [abs(max(row, key=abs)) > 1e-6 or not any(row) for row in rows]
    assert all(
        length == pytest.approx(want, abs=1e-3)
        for length, want, sure in zip(lengths, expected, big, strict=True)
        if sure
    )


def test_one_name_is_loaded_once() -> None:
    assert embedder_named(BUNDLED) is embedder_named(BUNDLED)


def test_the_bundled_model_takes_less_than_40_megabytes() -> None:
    assert sum(path.stat().st_size for path in BUNDLED_FOLDER.rglob("*") if path.is_file()) < 40e6


def test_the_bundled_model_reads_all_four_languages() -> None:
    texts = [
        "quan hệ Nga và Trung Quốc",
        "relations between Russia and China",
        "俄罗斯与中国的关系",
        "отношения России и Китая",
        "công thức nấu phở bò",
    ]
    vectors = bundled().embed_documents(texts)
    same = vectors[:4] @ vectors[0]
    assert (same[1:] > vectors[4] @ vectors[0]).all()


def test_sums_of_words_add_up_to_phrases() -> None:
    sums = bundled().token_sums(["Nga", "Trung Quốc", "Nga Trung Quốc", ""])
    assert sums.shape == (4, bundled().dimensions)
    assert sums.dtype == np.float32
    assert sums[2] == pytest.approx(sums[0] + sums[1], abs=1e-5)
    assert not sums[3].any()


def test_a_vector_is_the_direction_of_the_sum() -> None:
    text = ["Hội nghị thượng đỉnh SCO tại Astana"]
    assert bundled().embed_documents(text) == pytest.approx(unit(bundled().token_sums(text)), abs=1e-3)


def test_a_bundled_model_that_is_not_there_says_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "BUNDLED_FOLDER", tmp_path)
    with pytest.raises(ModelError, match=r"make train"):
        embedder_named.__wrapped__(BUNDLED)


def test_a_model_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nobody/nothing"):
        embedder_named("nobody/nothing")
    with pytest.raises(ModelError, match=str(tmp_path)):
        embedder_named(str(tmp_path))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("modules.json", "config.json", "config_sentence_transformers.json", "tokenizer.json", "1_Normalize"):
        source = BUNDLED_FOLDER / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    (folder / "model.safetensors").write_bytes((BUNDLED_FOLDER / "model.safetensors").read_bytes()[:1000])
    return folder


def test_a_bundled_model_that_was_cut_off_is_an_error_that_names_it(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "BUNDLED_FOLDER", broken)
    with pytest.raises(ModelError, match=str(broken)):
        embedder_named.__wrapped__(BUNDLED)


def test_a_named_model_that_was_cut_off_is_an_error_that_names_it(broken: Path) -> None:
    with pytest.raises(ModelError, match=str(broken)):
        embedder_named(str(broken))
