"""The network of the span reader: match features, gated convolutions over the passage, sentence scores.

Questions and passages go through one encoder; every passage token then sees the question words that it aligns with
(Chen et al. 2017, https://arxiv.org/abs/1704.00051), how well its sentence covers the question (late interaction), and
its neighbours through dilated gated convolutions (Dauphin et al. 2017, https://arxiv.org/abs/1612.08083). Convolutions
train three times as fast on a processor as recurrent layers, and answer eight times as fast.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from qa.tokens import SHAPES
from train.reader_heads import (
    DROPOUT,
    FAR,
    SENTENCE_MATCHES,
    TOKEN_MATCHES,
    Heads,
    Kinds,
    Scores,
    sentence_matches,
    token_matches,
)

WIDTH = 96
PASSAGE_DILATIONS = (1, 2, 4, 8, 1, 2)
QUESTION_DILATIONS = (1, 2)


class Blackout(nn.Module):
    """Dropout of whole channels of a text: as good as dropout of single numbers, and the mask costs nothing."""

    def forward(self, hidden: Tensor) -> Tensor:
        """[texts, tokens, WIDTH] to the same."""
        if not self.training:
            return hidden
        mask = (torch.rand(hidden.size(0), 1, hidden.size(2)) >= DROPOUT).to(hidden.dtype)
        return hidden * (mask / (1 - DROPOUT))


class GatedConvolution(nn.Module):
    """A residual block: normalise, look at three tokens `dilation` apart, let a gate decide what is added."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.convolution = nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=dilation, dilation=dilation)
        self.dropout = Blackout()

    def forward(self, hidden: Tensor, there: Tensor) -> Tensor:
        """[texts, tokens, WIDTH] to the same; `there` [texts, tokens, 1] keeps padding out."""
        mixed = self.convolution((self.norm(hidden) * there).transpose(1, 2))
        value, gate = mixed.transpose(1, 2).chunk(2, dim=-1)
        wider: Tensor = hidden + self.dropout(value * torch.sigmoid(gate))
        return wider


class Reader(nn.Module):
    """Scores every token and sentence of the passages as an answer to their question."""

    def __init__(self, rows: int, dimensions: int) -> None:
        super().__init__()
        self.table = nn.Embedding(rows, WIDTH, padding_idx=0)
        self.project = nn.Linear(dimensions, WIDTH)
        self.marks = nn.Linear(SHAPES + 2, WIDTH)
        self.local = GatedConvolution(1)
        self.asking = nn.ModuleList(map(GatedConvolution, QUESTION_DILATIONS))
        self.pool, self.weight = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)
        self.key, self.query = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.bonus = nn.Parameter(torch.tensor([8.0, 3.0, 2.0, 4.0]))
        matches = TOKEN_MATCHES + 4 * SENTENCE_MATCHES
        self.join = nn.Linear(4 * WIDTH + matches, WIDTH)
        self.reading = nn.ModuleList(map(GatedConvolution, PASSAGE_DILATIONS))
        self.norm = nn.LayerNorm(WIDTH)
        self.heads = Heads(WIDTH)
        self.dropout = Blackout()
        nn.init.normal_(self.table.weight, std=0.1)

    def forward(  # noqa: PLR0913, PLR0917 — the arrays of qa.span_reader.Inputs, in its order
        self,
        vectors: Tensor,
        rows: Tensor,
        bare: Tensor,
        idf: Tensor,
        question: Tensor,
        question_shapes: Tensor,
        owner: Tensor,
        passage: Tensor,
        shapes: Tensor,
        members: Tensor,
    ) -> Scores:
        """Logits; see qa.span_reader.Inputs for the shapes of the arrays."""
        sizes = vectors.norm(dim=-1, keepdim=True)
        unit = vectors / (sizes + 1e-6)
        embedded = self.table(rows) + self.project(unit) * 2
        facts = torch.cat([idf[:, None], sizes / 4], -1)
        there, asked = (passage > 0).float()[..., None], (question > 0).float()[..., None]

        text = self.encoded(embedded, facts, passage, shapes, there)
        local = self.encoded(embedded, facts, question, question_shapes, asked)
        wide = local
        for block in self.asking:
            wide = block(wide, asked)
        gone = (1 - asked[..., 0]) * FAR
        whole = (torch.softmax(self.pool(wide)[..., 0] + gone, -1)[..., None] * wide).sum(1)[owner]
        weight = functional.softplus(self.weight(wide)[..., 0]) * asked[..., 0]
        weight = (weight / (weight.sum(-1, keepdim=True) + 1e-6))[owner]

        question_there = question[owner]
        exact = (passage[:, :, None] == question_there[:, None, :]).float() * there
        folded = (bare[passage][:, :, None] == bare[question_there][:, None, :]).float() * there
        cosine = unit[passage] @ unit[question_there].transpose(1, 2)
        key = functional.normalize(self.key(text), dim=-1)
        query = functional.normalize(self.query(local), dim=-1)[owner]
        near = (key @ query.transpose(1, 2)) * asked[owner].transpose(1, 2)
        # One by one: onnxruntime takes a tenth of its whole time for the product of all four with the vector.
        mixed = near * self.bonus[0] + exact * self.bonus[1] + folded * self.bonus[2] + cosine * self.bonus[3]
        attention = torch.softmax(mixed + gone[owner][:, None], -1)
        aligned = attention @ wide[owner]

        kinds = Kinds(exact, folded, cosine, near)
        by_token = token_matches(kinds, weight)
        by_sentence = sentence_matches(kinds, weight, members, vectors, passage, question_there)
        spread = members.transpose(1, 2) @ by_sentence
        joined = torch.cat([text, aligned, text * aligned, whole[:, None].expand_as(text), by_token, spread], -1)
        hidden = self.dropout(self.join(joined))
        for block in self.reading:
            hidden = block(hidden, there)
        hidden = self.norm(hidden)
        scores: Scores = self.heads(hidden, whole, by_sentence, members, there)
        return scores

    def encoded(self, embedded: Tensor, facts: Tensor, words: Tensor, shapes: Tensor, there: Tensor) -> Tensor:
        """Tokens that know their neighbours: [texts, tokens, WIDTH]."""
        marks = self.marks(torch.cat([shapes, facts[words]], -1))
        known: Tensor = self.local(self.dropout(embedded[words] + marks) * there, there)
        return known
