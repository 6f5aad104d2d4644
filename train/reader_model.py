"""The network of the span reader: match features, gated convolutions over the passage, sentence scores.

Questions and passages go through one encoder; every passage token then sees the question words that it aligns with
(Chen et al. 2017, https://arxiv.org/abs/1704.00051), how well its sentence covers the question (late interaction), and
its neighbours through dilated gated convolutions (Dauphin et al. 2017, https://arxiv.org/abs/1612.08083). Convolutions
train three times as fast on a processor as recurrent layers, and answer eight times as fast.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from qa.span_reader import SHAPES

WIDTH = 96
PASSAGE_DILATIONS = (1, 2, 4, 8, 1, 2)
QUESTION_DILATIONS = (1, 2)
DROPOUT = 0.15
TOKEN_MATCHES, SENTENCE_MATCHES = 6, 6
SHARPNESS = 8.0  # of the smooth maximum over the tokens of a sentence
FAR = -1e4


class Scores(NamedTuple):
    """Logits: start and end [pieces, tokens], sentence [pieces, sentences]; 0 is as good as no answer."""

    start: Tensor
    end: Tensor
    sentence: Tensor


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
        self.salience = nn.Linear(WIDTH, 1)
        self.judge = nn.Sequential(
            nn.Linear(3 * WIDTH + 4 * SENTENCE_MATCHES, WIDTH), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(WIDTH, 1)
        )
        self.borders = nn.Linear(WIDTH, 2 * WIDTH)
        self.border = nn.Linear(WIDTH, 2)
        self.none = nn.Parameter(torch.zeros(3))
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
        mixed = torch.stack([near, exact, folded, cosine], -1) @ self.bonus
        attention = torch.softmax(mixed + gone[owner][:, None], -1)
        aligned = attention @ wide[owner]

        kinds = (exact, folded, cosine, near)
        by_token = self.token_matches(kinds, weight)
        by_sentence = self.sentence_matches(kinds, weight, members, vectors, passage, question_there)
        spread = members.transpose(1, 2) @ by_sentence
        joined = torch.cat([text, aligned, text * aligned, whole[:, None].expand_as(text), by_token, spread], -1)
        hidden = self.dropout(self.join(joined))
        for block in self.reading:
            hidden = block(hidden, there)
        hidden = self.norm(hidden)
        return self.scored(hidden, whole, by_sentence, members, there)

    def encoded(self, embedded: Tensor, facts: Tensor, words: Tensor, shapes: Tensor, there: Tensor) -> Tensor:
        """Tokens that know their neighbours: [texts, tokens, WIDTH]."""
        marks = self.marks(torch.cat([shapes, facts[words]], -1))
        known: Tensor = self.local(self.dropout(embedded[words] + marks) * there, there)
        return known

    @staticmethod
    def token_matches(kinds: tuple[Tensor, ...], weight: Tensor) -> Tensor:
        """How well each token fits some question word: [pieces, tokens, TOKEN_MATCHES]."""
        best = [kind.amax(-1) for kind in kinds]
        weighed = [(kind * weight[:, None] * 4).amax(-1) for kind in (kinds[1], kinds[3])]
        return torch.stack(best + weighed, -1)

    @staticmethod
    def sentence_matches(  # noqa: PLR0913, PLR0917 — everything that a match is made of
        kinds: tuple[Tensor, ...], weight: Tensor, members: Tensor, vectors: Tensor, passage: Tensor, question: Tensor
    ) -> Tensor:
        """How much of the question is covered by each sentence, its neighbours, the best: [pieces, sentences, 4 x]."""
        exact, folded, cosine, near = kinds
        covered = [(members @ kind).clamp(max=1.0) for kind in (exact, folded)]
        covered += [torch.log((members @ torch.exp(SHARPNESS * kind)) + 1e-2) / SHARPNESS for kind in (cosine, near)]
        recall = [(kind * weight[:, None]).sum(-1) for kind in covered]
        sums = functional.normalize(members @ vectors[passage], dim=-1, eps=1e-6)
        asked = functional.normalize(vectors[question].sum(1), dim=-1, eps=1e-6)
        size = members.sum(-1)
        own = torch.stack([*recall, (sums @ asked[..., None])[..., 0], torch.log1p(size) / 4], -1)
        own = own * (size > 0).float()[..., None]
        before = functional.pad(own, (0, 0, 1, 0))[:, :-1]
        after = functional.pad(own, (0, 0, 0, 1))[:, 1:]
        best = (own + (size < 1).float()[..., None] * FAR).amax(1, keepdim=True).expand_as(own)
        return torch.cat([own, before, after, best], -1)

    def scored(self, hidden: Tensor, whole: Tensor, matches: Tensor, members: Tensor, there: Tensor) -> Scores:
        """From what is known of each token to logits."""
        salient = torch.exp(self.salience(hidden).clamp(-8, 8)) * there
        pooled = (members @ (salient * hidden)) / (members @ salient + 1e-6)
        asked = whole[:, None].expand_as(pooled)
        sentence = self.judge(torch.cat([pooled, asked, pooled * asked, matches], -1))[..., 0]
        around = (members.transpose(1, 2) @ sentence[..., None])[..., 0]
        start_query, end_query = self.borders(whole).chunk(2, dim=-1)
        queries = torch.stack([start_query, end_query], -1) / WIDTH**0.5
        start, end = (hidden @ queries + self.border(hidden)).unbind(-1)
        absent, empty = (1 - there[..., 0]) * FAR, (members.sum(-1) < 1).float() * FAR
        start, end = start + around + absent, end + around + absent
        return Scores(start - self.none[0], end - self.none[1], sentence + empty - self.none[2])


class Spread(nn.Module):
    """The network as it is exported: the sentence's logit stands at each of its tokens."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, *arrays: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Start, end and sentence logits, all [pieces, tokens]."""
        scores = self.reader(*arrays)
        members = arrays[-1]
        return scores.start, scores.end, (members.transpose(1, 2) @ scores.sentence[..., None])[..., 0]
