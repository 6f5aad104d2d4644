from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from train.encoder import HIDDEN, INNER, LAYERS, Encoder, English, anglicised
from train.reader_export import example
from train.reader_heads import Spread
from train.reader_transformer import TransformerReader

PIECES = ["[PAD]", "[CLS]", "[SEP]", "##ing", "king", "queen", "city"]


def english() -> English:
    """An English model of random weights, as transformers names them."""
    from transformers import BertConfig, BertModel  # noqa: PLC0415 — seconds that only this test needs

    torch.manual_seed(0)
    size = {"hidden_size": HIDDEN, "intermediate_size": INNER, "num_hidden_layers": LAYERS, "num_attention_heads": 12}
    model = BertModel(BertConfig(vocab_size=len(PIECES), **size), add_pooling_layer=False)
    return English(model.state_dict(), PIECES)


def filled(lent: English, words: Sequence[Sequence[float]]) -> Encoder:
    """An encoder of these words, two dimensions each, beside king (1, 0), queen (0, 1) and city (-1, 0)."""
    encoder = Encoder(len(words), 2)
    pieces = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    anglicised(encoder, lent, np.array(words, dtype=np.float32), pieces)
    return encoder


@pytest.fixture(autouse=True)
def nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("train.encoder.NEAREST", 2)


def test_the_body_computes_what_the_english_model_computes() -> None:
    from transformers import BertConfig, BertModel  # noqa: PLC0415

    lent = english()
    size = {"hidden_size": HIDDEN, "intermediate_size": INNER, "num_hidden_layers": LAYERS, "num_attention_heads": 12}
    model = BertModel(BertConfig(vocab_size=len(PIECES), **size), add_pooling_layer=False).eval()
    model.load_state_dict(lent.weights)
    encoder = filled(lent, [[0, 0], [1, 0]]).eval()
    numbers = torch.tensor([[1, 4, 6, 2], [1, 5, 2, 0]])
    there = torch.tensor([[1.0, 1, 1, 1], [1, 1, 1, 0]])
    kinds = torch.tensor([[0, 0, 1, 1], [0, 1, 1, 1]])
    with torch.inference_mode():
        wanted = model(input_ids=numbers, attention_mask=there, token_type_ids=kinds).last_hidden_state
        found = encoder(lent.vectors[numbers], torch.arange(4), kinds, there)
    torch.testing.assert_close(found * there[..., None], wanted * there[..., None], atol=1e-4, rtol=1e-4)


def test_a_word_begins_as_its_nearest_english_words() -> None:
    lent = english()
    encoder = filled(lent, [[0, 0], [1, 0], [1, 1]])
    unit = torch.tensor([[0.0, 0], [1, 0], [0.5**0.5, 0.5**0.5]])
    with torch.inference_mode():
        none, king, both = encoder.words(torch.arange(3), unit)
    assert torch.allclose(none, encoder.project.bias)
    assert torch.cosine_similarity(king, lent.vectors[4], dim=0) > 0.99
    torch.testing.assert_close(both, (lent.vectors[4] + lent.vectors[5]) / 2, atol=1e-5, rtol=1e-4)


def test_only_whole_words_lend_their_vectors() -> None:
    assert [PIECES[row] for row in english().whole_words()] == ["king", "queen", "city"]


def padded(arrays: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The same inputs with two tokens of padding behind question and passages, and a sentence without tokens."""
    pad = torch.nn.functional.pad
    *words, question, question_shapes, owner, passage, shapes, members = arrays
    return (
        *words,
        pad(question, (0, 2)),
        pad(question_shapes, (0, 0, 0, 2)),
        owner,
        pad(passage, (0, 2)),
        pad(shapes, (0, 0, 0, 2)),
        pad(members, (0, 2, 0, 1)),
    )


def test_padding_changes_no_score() -> None:
    torch.manual_seed(1)
    reader = Spread(TransformerReader(5, 8)).eval()
    arrays = example(8)
    for of_words in (arrays[0], arrays[3]):
        of_words[0] = 0  # the first word is none
    with torch.inference_mode():
        short, long = reader(*arrays), reader(*padded(arrays))
    for left, right in zip(short, long, strict=True):
        torch.testing.assert_close(left, right[:, : left.size(1)], atol=1e-3, rtol=1e-3)
    for logits in long[:2]:
        assert (logits[:, -2:] < -1000).all()
