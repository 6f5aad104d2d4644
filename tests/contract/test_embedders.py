"""Every embedder, through one suite: the bundled one, and tiny transformers that the tests make and save."""

from __future__ import annotations

import hashlib
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embed import BUNDLED, BUNDLED_FOLDER, Embedder, embedder_named

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "query passage : . khi nào sco họp ở đâu astana nga trung quốc when is the summit xin chào".split()
TEXTS = ["khi nào SCO họp", "the summit is in Astana .", "Nga Trung Quốc", "xin chào"]


def tiny_transformer(folder: Path, seed: int, prompts: dict[str, str]) -> str:
    """Save a BERT of one layer with random weights and a vocabulary of a few words; return its folder."""
    import torch  # noqa: PLC0415 — seconds that only these tests need
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.models import Pooling, Transformer  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordLevel  # noqa: PLC0415
    from tokenizers.normalizers import Lowercase  # noqa: PLC0415
    from tokenizers.pre_tokenizers import Whitespace  # noqa: PLC0415
    from tokenizers.processors import TemplateProcessing  # noqa: PLC0415
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast  # noqa: PLC0415

    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 — no password
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    torch.manual_seed(seed)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(vocabulary), max_position_embeddings=64, **size)).save_pretrained(
        folder / "bert"
    )
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "model_max_length": 64}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder / "bert")
    model = SentenceTransformer(modules=[Transformer(str(folder / "bert")), Pooling(16)], prompts=prompts, device="cpu")
    model.save(str(folder / "model"))
    return str(folder / "model")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tiny_transformer(tmp_path_factory.mktemp("tiny"), 1, {"query": "query : ", "document": "passage : "})


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tiny_transformer(tmp_path_factory.mktemp("plain"), 2, {})


@pytest.fixture(params=["bundled", "tiny", "plain"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return embedder_named(BUNDLED if request.param == "bundled" else request.getfixturevalue(request.param))


@pytest.fixture(params=["embed_documents", "embed_questions"])
def way(request: pytest.FixtureRequest) -> str:
    return request.param


def test_vectors_are_float32_of_the_promised_shape(embedder: Embedder, way: str) -> None:
    vectors = getattr(embedder, way)(TEXTS)
    assert vectors.shape == (4, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous


def test_vectors_have_unit_length(embedder: Embedder, way: str) -> None:
    assert np.linalg.norm(getattr(embedder, way)(TEXTS), axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\u200b", "🙂", "zzzqqqxxx", "\x00", "�", "ㅎㅎ", "a" * 5000, "khi nào " * 500]
)
def test_no_text_gives_what_is_no_number(embedder: Embedder, way: str, text: str) -> None:
    vectors = getattr(embedder, way)([text, "xin chào"])
    assert np.isfinite(vectors).all()
    first, second = np.linalg.norm(vectors, axis=1)
    assert first == pytest.approx(1, abs=1e-5) or first == 0
    assert second == pytest.approx(1, abs=1e-5)


def test_a_batch_gives_what_its_texts_give_one_by_one(embedder: Embedder, way: str) -> None:
    texts = [*TEXTS, "", "Nga . " * 20, *TEXTS[::-1]]
    one_by_one = np.concatenate([getattr(embedder, way)([text]) for text in texts])
    assert getattr(embedder, way)(texts) == pytest.approx(one_by_one, abs=1e-5)


def test_any_sequence_of_texts_will_do(embedder: Embedder, way: str) -> None:
    assert (getattr(embedder, way)(tuple(TEXTS)) == getattr(embedder, way)(TEXTS)).all()


def test_no_texts_give_no_vectors(embedder: Embedder, way: str) -> None:
    assert getattr(embedder, way)([]).shape == (0, embedder.dimensions)


def test_the_same_text_gives_the_same_vector_again(embedder: Embedder, way: str) -> None:
    assert (getattr(embedder, way)(TEXTS) == getattr(embedder, way)(TEXTS)).all()


def test_the_weights_have_one_sha256(embedder: Embedder) -> None:
    assert len(embedder.sha256) == 64
    int(embedder.sha256, 16)
    again = embedder_named.__wrapped__(embedder.name)
    assert again.sha256 == embedder.sha256
    assert again.dimensions == embedder.dimensions


def test_other_weights_have_another_sha256(tiny: str, plain: str) -> None:
    assert len({embedder_named(name).sha256 for name in (BUNDLED, tiny, plain)}) == 3


def test_an_embedder_goes_by_the_name_that_found_it(tiny: str) -> None:
    assert embedder_named(tiny).name == tiny
    assert embedder_named(BUNDLED).name == BUNDLED


def test_a_models_own_prompts_mark_questions_and_passages(tiny: str) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    model = SentenceTransformer(tiny, device="cpu")
    bare = model.encode(["query : xin chào", "passage : xin chào"], prompt="", normalize_embeddings=True)
    embedder = embedder_named(tiny)
    assert embedder.embed_questions(["xin chào"])[0] == pytest.approx(bare[0], abs=1e-5)
    assert embedder.embed_documents(["xin chào"])[0] == pytest.approx(bare[1], abs=1e-5)
    assert bare[0] != pytest.approx(bare[1], abs=1e-3)


def test_a_model_without_prompts_treats_both_alike(plain: str) -> None:
    embedder = embedder_named(plain)
    assert embedder.embed_questions(TEXTS) == pytest.approx(embedder.embed_documents(TEXTS), abs=1e-6)


def test_sentence_transformers_reads_the_bundled_folder_and_gives_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    texts = [
        *TEXTS,
        "Kim ngạch đạt 240,1 tỷ USD, tăng 26,3%.",
        "Когда пройдёт саммит?",
        "上海合作组织峰会",
        "a",
        "khi nao SCO",
    ]
    theirs = SentenceTransformer(str(BUNDLED_FOLDER), device="cpu").encode(texts, normalize_embeddings=True)
    assert embedder_named(BUNDLED).embed_documents(texts) == pytest.approx(theirs, abs=1e-3)


def test_the_checksums_beside_the_bundled_model_are_those_of_its_files() -> None:
    listed = [line.split(maxsplit=1) for line in (BUNDLED_FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()]
    assert {"model.safetensors", "tokenizer.json", "config.json"} <= {name for _, name in listed}
    for digest, name in listed:
        assert hashlib.sha256((BUNDLED_FOLDER / name).read_bytes()).hexdigest() == digest
    assert embedder_named(BUNDLED).sha256 in {digest for digest, _ in listed}
