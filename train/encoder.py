"""A small transformer that reads words of any language: the body of an English model, fed with vectors of whole words.

The body is all-MiniLM-L6-v2 (Apache-2.0; Wang et al. 2020, https://arxiv.org/abs/2002.10957). Its English word pieces
are put aside; each word gets the mean of the English vectors that lie nearest to it in the space of the bundled
embedder, which has all four languages (WECHSEL, Minixhofer et al. 2022, https://arxiv.org/abs/2112.06598). A word that
the vocabulary lacks gets what a linear map makes of its vector.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, INNER, HEADS, LAYERS = 384, 1536, 12, 6
POSITIONS = 320
EPSILON = 1e-12
FAR = -1e4
NEAREST, TEMPERATURE = 10, 0.1
RIDGE = 1.0
OPENING, CLOSING = "[CLS]", "[SEP]"


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each normalised after it is added (BERT)."""

    def __init__(self) -> None:
        super().__init__()
        self.mixing = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.up, self.down = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.last_norm = nn.LayerNorm(HIDDEN, eps=EPSILON)

    def forward(self, hidden: Tensor, gone: Tensor) -> Tensor:
        """[texts, tokens, HIDDEN] to the same; `gone` [texts, 1, 1, tokens] is FAR where there is no token."""
        query, key, value = (
            part.unflatten(-1, (HEADS, HIDDEN // HEADS)).transpose(1, 2) for part in self.mixing(hidden).chunk(3, -1)
        )
        scores = query @ key.transpose(-1, -2) / (HIDDEN // HEADS) ** 0.5 + gone
        mixed = (torch.softmax(scores, -1) @ value).transpose(1, 2).flatten(-2)
        hidden = self.norm(hidden + self.out(mixed))
        wider: Tensor = self.last_norm(hidden + self.down(functional.gelu(self.up(hidden))))
        return wider


class Encoder(nn.Module):
    """Word vectors in, words in context out.

    Args:
        rows: of the table of frequent words.
        dimensions: of the bundled embedder's word vectors.
    """

    def __init__(self, rows: int, dimensions: int) -> None:
        super().__init__()
        self.table = nn.Embedding(rows, HIDDEN, padding_idx=0)
        self.project = nn.Linear(dimensions, HIDDEN)
        self.borders = nn.Parameter(torch.zeros(2, HIDDEN))
        self.positions, self.kinds = nn.Embedding(POSITIONS, HIDDEN), nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def words(self, rows: Tensor, unit: Tensor) -> Tensor:
        """Input vectors [words, HIDDEN] of words by their rows of the table and unit vectors."""
        known: Tensor = self.table(rows) + self.project(unit)
        return known

    def forward(self, embedded: Tensor, positions: Tensor, kinds: Tensor, there: Tensor) -> Tensor:
        """Words in context [texts, tokens, HIDDEN]; `there` [texts, tokens] is 1 where a token is, 0 for padding."""
        hidden = self.norm(embedded + self.positions(positions) + self.kinds(kinds))
        gone = ((1 - there) * FAR)[:, None, None]
        for layer in self.layers:
            hidden = layer(hidden, gone)
        return torch.as_tensor(hidden)


class English(NamedTuple):
    """What is taken from the English model: its weights by name and its word pieces."""

    weights: dict[str, Tensor]
    pieces: list[str]

    @classmethod
    def load(cls, folder: Path) -> "English":
        """From a folder with model.safetensors and vocab.txt."""
        pieces = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        return cls(load_file(folder / "model.safetensors"), pieces)

    @property
    def vectors(self) -> Tensor:
        """Input vectors [pieces, HIDDEN]."""
        return self.weights["embeddings.word_embeddings.weight"]

    def whole_words(self) -> list[int]:
        """Numbers of the pieces that are words, numbers or marks of their own."""
        return [
            row
            for row, piece in enumerate(self.pieces)
            if piece and not piece.startswith(("##", "[")) and piece.isascii()
        ]


def anglicised(encoder: Encoder, english: English, words: NDArray[np.float32], pieces: NDArray[np.float32]) -> None:
    """Give an encoder the English body, and its words the English vectors that lie nearest to them.

    Args:
        encoder: changed in place.
        english: the model that lends its body.
        words: vectors [rows, dimensions] of the table's words from the bundled embedder; zero for none.
        pieces: the same of `english.whole_words()`.
    """
    _body(encoder, english)
    theirs = english.vectors[english.whole_words()]
    known, own = torch.from_numpy(pieces), torch.from_numpy(words)
    known, own = functional.normalize(known, dim=-1), functional.normalize(own, dim=-1)
    extended = torch.cat([known, torch.ones(len(known), 1)], -1)
    solved = torch.linalg.solve(extended.T @ extended + RIDGE * torch.eye(extended.size(1)), extended.T @ theirs)
    with torch.no_grad():
        encoder.project.weight.copy_(solved[:-1].T)
        encoder.project.bias.copy_(solved[-1])
        for first in range(0, len(own), 1024):
            part = own[first : first + 1024]
            near = (part @ known.T).topk(NEAREST, dim=-1)
            mixed = (torch.softmax(near.values / TEMPERATURE, -1)[..., None] * theirs[near.indices]).sum(1)
            encoder.table.weight[first : first + 1024] = mixed - encoder.project(part)
        encoder.table.weight[own.norm(dim=-1) == 0] = 0


def _body(encoder: Encoder, english: English) -> None:
    """Copy everything but the word vectors."""
    given = english.weights
    parts = {"mixing": "attention.self", "out": "attention.output.dense", "norm": "attention.output.LayerNorm"}
    parts |= {"up": "intermediate.dense", "down": "output.dense", "last_norm": "output.LayerNorm"}
    state = encoder.state_dict()
    for number in range(LAYERS):
        for own, theirs in parts.items():
            for kind in ("weight", "bias"):
                name = f"encoder.layer.{number}.{theirs}"
                thirds = [f"{name}.{third}.{kind}" for third in ("query", "key", "value")] if own == "mixing" else []
                found = torch.cat([given[third] for third in thirds]) if thirds else given[f"{name}.{kind}"]
                state[f"layers.{number}.{own}.{kind}"] = found
    state["positions.weight"] = given["embeddings.position_embeddings.weight"][:POSITIONS]
    state["kinds.weight"] = given["embeddings.token_type_embeddings.weight"]
    state["norm.weight"], state["norm.bias"] = (given[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias"))
    state["borders"] = english.vectors[[english.pieces.index(border) for border in (OPENING, CLOSING)]]
    encoder.load_state_dict(state)
