"""What both readers have in common: how words match, and logits of answers from what is known of each word."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

TOKEN_MATCHES, SENTENCE_MATCHES = 6, 6
SHARPNESS = 8.0  # of the smooth maximum over the tokens of a sentence
FAR = -1e4
DROPOUT = 0.15


class Scores(NamedTuple):
    """Logits: start and end [pieces, tokens], sentence [pieces, sentences]; 0 is as good as no answer."""

    start: Tensor
    end: Tensor
    sentence: Tensor


class Kinds(NamedTuple):
    """How each passage token matches each question word: [pieces, tokens, words], 0 to 1 or a cosine.

    `near` compares the words in context.
    """

    exact: Tensor
    folded: Tensor
    cosine: Tensor
    near: Tensor


def token_matches(kinds: Kinds, weight: Tensor) -> Tensor:
    """How well each token fits some question word: [pieces, tokens, TOKEN_MATCHES]."""
    best = [kind.amax(-1) for kind in kinds]
    weighed = [(kind * weight[:, None] * 4).amax(-1) for kind in (kinds.folded, kinds.near)]
    return torch.stack(best + weighed, -1)


def sentence_matches(  # noqa: PLR0913, PLR0917 — everything that a match is made of
    kinds: Kinds, weight: Tensor, members: Tensor, vectors: Tensor, passage: Tensor, question: Tensor
) -> Tensor:
    """How much of the question is covered by each sentence, its neighbours, the best: [pieces, sentences, 4 x]."""
    covered = [(members @ kind).clamp(max=1.0) for kind in (kinds.exact, kinds.folded)]
    covered += [
        torch.log((members @ torch.exp(SHARPNESS * kind)) + 1e-2) / SHARPNESS for kind in (kinds.cosine, kinds.near)
    ]
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


class Heads(nn.Module):
    """From what is known of each token, `width` numbers, to logits."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.salience = nn.Linear(width, 1)
        self.judge = nn.Sequential(
            nn.Linear(3 * width + 4 * SENTENCE_MATCHES, 96), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(96, 1)
        )
        self.borders = nn.Linear(width, 2 * width)
        self.border = nn.Linear(width, 2)
        self.none = nn.Parameter(torch.zeros(3))

    def forward(self, hidden: Tensor, whole: Tensor, matches: Tensor, members: Tensor, there: Tensor) -> Scores:
        """Logits from the tokens [pieces, tokens, width], the question [pieces, width] and the sentences' matches."""
        salient = torch.exp(self.salience(hidden).clamp(-8, 8)) * there
        pooled = (members @ (salient * hidden)) / (members @ salient + 1e-6)
        asked = whole[:, None].expand_as(pooled)
        sentence = self.judge(torch.cat([pooled, asked, pooled * asked, matches], -1))[..., 0]
        around = (members.transpose(1, 2) @ sentence[..., None])[..., 0]
        start_query, end_query = self.borders(whole).chunk(2, dim=-1)
        queries = torch.stack([start_query, end_query], -1) / hidden.size(-1) ** 0.5
        start, end = (hidden @ queries + self.border(hidden)).unbind(-1)
        absent, empty = (1 - there[..., 0]) * FAR, (members.sum(-1) < 1).float() * FAR
        start, end = start + around + absent, end + around + absent
        return Scores(start - self.none[0], end - self.none[1], sentence + empty - self.none[2])


class Spread(nn.Module):
    """The network as it is exported: the sentence's logit stands at each of its tokens."""

    def __init__(self, reader: nn.Module) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, *arrays: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Start, end and sentence logits, all [pieces, tokens]."""
        scores = self.reader(*arrays)
        members = arrays[-1]
        return scores.start, scores.end, (members.transpose(1, 2) @ scores.sentence[..., None])[..., 0]
