"""The reader's network: the lower layers read question and window apart, the upper ones together."""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from qa.read.pieces import SIDES

WIDTH, HEADS, INNER, POSITIONS = 384, 12, 1536, 512
LAYERS, APART = 12, 6
EPSILON = 1e-12
DROPOUT = 0.1
FAR = -1e4


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.mixed = nn.Linear(WIDTH, WIDTH)
        self.mixed_norm = nn.LayerNorm(WIDTH, EPSILON)
        self.wide = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """[texts, pieces, WIDTH] -> the same; `mask` [texts, 1, 1, pieces] is true where a piece may be looked at."""
        texts, count, _ = hidden.shape
        query, key, value = (
            self.qkv(hidden).view(texts, count, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        )
        way = SDPBackend.MATH if self.training and hidden.is_cpu else SDPBackend.FLASH_ATTENTION  # the faster backwards
        with sdpa_kernel([way, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH], set_priority=True):
            mixed = functional.scaled_dot_product_attention(query, key, value, mask)
        mixed = self.mixed(mixed.transpose(1, 2).reshape(texts, count, WIDTH))
        hidden = self.mixed_norm(hidden + functional.dropout(mixed, DROPOUT, self.training))
        inner = self.narrow(functional.gelu(self.wide(hidden)))
        after: Tensor = self.norm(hidden + functional.dropout(inner, DROPOUT, self.training))
        return after


class Lower(nn.Module):
    """Pieces and the layers that read one text alone."""

    def __init__(self, vocabulary: int, layers: int = APART) -> None:
        super().__init__()
        self.pieces = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """[texts, pieces] -> [texts, pieces, WIDTH]."""
        hidden: Tensor = self.norm(self.pieces(ids) + self.positions.weight[: ids.shape[1]])
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden


class Upper(nn.Module):
    """How pieces meet the other text, the layers that read both together, and where an answer starts and ends."""

    def __init__(self, layers: int = LAYERS - APART) -> None:
        super().__init__()
        self.match = nn.Embedding(2 * SIDES, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.out = nn.Linear(WIDTH, 2)

    def forward(self, hidden: Tensor, match: Tensor, mask: Tensor | None = None) -> Tensor:
        """[pairs, pieces, WIDTH] and [pairs, pieces] -> logits [pairs, pieces, 2]; place 0 is "no answer"."""
        hidden = hidden + self.match(match)
        for layer in self.layers:
            hidden = layer(hidden, mask)
        logits: Tensor = self.out(hidden)
        return logits


class ReaderModel(NamedTuple):
    """Both halves."""

    lower: Lower
    upper: Upper


def from_base(state: Mapping[str, Tensor]) -> ReaderModel:
    """The network that begins with a BERT body's weights."""
    lower, upper = Lower(len(state["embeddings.word_embeddings.weight"])), Upper()
    lower.pieces.weight.data = state["embeddings.word_embeddings.weight"].float()
    types = state["embeddings.token_type_embeddings.weight"][0]
    lower.positions.weight.data = (state["embeddings.position_embeddings.weight"] + types).float()
    _copy_norm(lower.norm, state, "embeddings.LayerNorm")
    for number, layer in enumerate([*lower.layers, *upper.layers]):
        _load_layer(layer, state, f"encoder.layer.{number}.")
    nn.init.normal_(upper.match.weight, std=0.02)
    return ReaderModel(lower, upper)


def _load_layer(layer: nn.Module, state: Mapping[str, Tensor], name: str) -> None:
    """Take a layer's weights from a BERT body."""
    assert isinstance(layer, Layer)  # noqa: S101 — ModuleList forgets it
    parts = [f"{name}attention.self.{part}." for part in ("query", "key", "value")]
    layer.qkv.weight.data = torch.cat([state[part + "weight"] for part in parts]).float()
    layer.qkv.bias.data = torch.cat([state[part + "bias"] for part in parts]).float()
    for linear, other in (
        (layer.mixed, "attention.output.dense"),
        (layer.wide, "intermediate.dense"),
        (layer.narrow, "output.dense"),
    ):
        linear.weight.data, linear.bias.data = (state[f"{name}{other}.{what}"].float() for what in ("weight", "bias"))
    _copy_norm(layer.mixed_norm, state, name + "attention.output.LayerNorm")
    _copy_norm(layer.norm, state, name + "output.LayerNorm")


def _copy_norm(norm: nn.LayerNorm, state: Mapping[str, Tensor], name: str) -> None:
    norm.weight.data, norm.bias.data = state[name + ".weight"].float(), state[name + ".bias"].float()
