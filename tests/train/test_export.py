import hashlib
import lzma
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel

from index.embed import token_rows
from train import card, embedder, export
from train.data import NoDataError, Selection
from train.evaluate import load, measured, nearest
from train.model import SPECIAL
from train.tokenizer import train_tokenizer

TEXTS = ["khi nào họp", "", "Ⴤ", "Ⴤ khi nào", "dài " * 3000 + "khi"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tokenizer = train_tokenizer(["khi nào họp dài", "when"], vocabulary=60)
    rows = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32)
    rows[:SPECIAL] = 0
    rows[SPECIAL:] *= np.geomspace(0.01, 10, len(rows) - SPECIAL)[:, None]
    made = tmp_path_factory.mktemp("embedder")
    export.save(rows, tokenizer, made)
    return made


def test_a_saved_model_gives_unit_vectors_and_zero_for_a_text_without_known_letters(folder: Path) -> None:
    norms = np.linalg.norm(load(folder).encode(TEXTS), axis=1)
    assert norms == pytest.approx([1, 0, 0, 1, 1], abs=1e-6)


def test_sentence_transformers_gives_the_same_vectors(folder: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    other = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    assert other.encode(TEXTS) == pytest.approx(load(folder).encode(TEXTS), abs=1e-5)


def test_a_stored_vector_differs_by_half_a_step_of_its_scale_at_most(tmp_path: Path) -> None:
    rows = np.array([[0, 0], [1.27, 0.4349], [-0.0127, 0.01]], dtype=np.float32)
    tokenizer = train_tokenizer(["a"], vocabulary=3)
    export.save(rows, tokenizer, tmp_path)
    assert token_rows(tmp_path) == pytest.approx(np.array([[0, 0], [1.27, 0.43], [-0.0127, 0.01]]), abs=1e-6)


def test_the_folder_itself_says_that_vectors_are_normalised_and_texts_never_cut(folder: Path) -> None:
    model = StaticModel.from_pretrained(folder)
    assert (model.normalize, model.max_length) == (True, None)


def test_sums_cover_every_model_file(folder: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (folder / export.SUMS).read_text().splitlines())
    assert sums.keys() >= {"model.safetensors", "tokenizer.json", "config.json", "modules.json"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())


def test_a_word_is_not_its_own_neighbour(folder: Path) -> None:
    model = load(folder)
    assert not {f"{token} " for token in model.tokenizer.encode("khi").tokens} & set(nearest(model, "khi"))


def test_recall_and_reciprocal_rank_of_a_case_worked_by_hand() -> None:
    vectors = {"a": [1.0, 0.0], "b": [0.6, 0.8], "A": [1.0, 0.0], "B": [0.8, 0.6]}
    figures = measured(lambda texts: np.array([vectors[text] for text in texts]), ["a", "b"], ["A", "B"], [0, 0])
    assert figures == pytest.approx([0.5, 1, 1, 0.75])  # "a" finds A first, "b" finds it second


def test_files_that_were_left_out_are_not_read(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with lzma.open(tmp_path / f"{name}.jsonl.xz", "wt", encoding="utf-8") as lines:
            lines.write(f'{{"text": "{name}"}}\n')
    assert [row["file"] for row in Selection(tmp_path).rows("*")] == ["one", "two"]
    assert [row["file"] for row in Selection(tmp_path, ("o*",)).rows("*")] == ["two"]


def test_an_empty_data_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="--data"):
        embedder.used_files(Selection(tmp_path))


def test_the_card_names_every_file_with_its_licence(tmp_path: Path) -> None:
    facts = {"vocabulary": 10, "dimensions": 8, "first": 4, "steps": 5, "second_steps": 3, "minutes": 1.0, "threads": 2}
    card.write(tmp_path, facts, ["vietnews.train", "lexicon/cldr_names", "new"], "| figures |")
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| lexicon/cldr_names | Unicode v3 |" in text
    assert "| new | not looked up |" in text
    assert "| figures |" in text
