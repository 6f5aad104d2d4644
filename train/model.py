"""The static embedder while it trains: a vector and a weight for every token, added up, scaled to length one."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from train.pool import Numbers, Pool, Texts

COMMON = 1e-3  # token frequency at which the first weight is a half (Arora et al. 2017, SIF)
BESIDE = 0.7  # first weight of a vector beside a finished one, as a share of that one's length
SHORTEST = 0.02  # length below which that share is not taken
SPECIAL = 2  # rows of padding and unknown: always zero, so that they never move a sum


class StaticEmbedder(nn.Module):
    """Sums weighted token vectors. The weights start from inverse frequency and are learned with the vectors.

    Args:
        counts: how often each token stands in the passages.
        dimensions: of the vectors that are learned.
        first: rows of a finished model, [tokens, its dimensions]: they stay as they are, and the learned ones stand
            beside them and learn what these lack. Their lengths are the first weights then.
    """

    def __init__(self, counts: Numbers, dimensions: int, first: NDArray[np.float32] | None = None) -> None:
        super().__init__()
        share = torch.from_numpy(counts / max(1, counts.sum())).float()
        self.vectors = nn.Parameter(torch.randn(len(counts), dimensions) / dimensions**0.5)
        self.register_buffer("first", torch.zeros(len(counts), 0) if first is None else torch.from_numpy(first))
        weights = COMMON / (COMMON + share) if first is None else BESIDE * self._first().norm(dim=1).clamp(min=SHORTEST)
        self.log_weights = nn.Parameter(torch.log(weights))

    def forward(self, tokens: Tensor, begins: Tensor, dropout: float = 0.0) -> Tensor:
        """Unit vectors, one for each text that begins at `begins` in `tokens`."""
        kept = (torch.rand(len(tokens)) >= dropout).float()
        parts = ((self._first(), kept), (self.vectors, kept * self.log_weights[tokens].exp()))
        sums = [
            functional.embedding_bag(tokens, rows, begins, mode="sum", per_sample_weights=weights)
            for rows, weights in parts
            if rows.shape[1]
        ]
        return functional.normalize(torch.cat(sums, dim=1))

    def folded(self) -> NDArray[np.float32]:
        """One row for each token, weight times vector: plain mean pooling of these rows is the whole model."""
        with torch.no_grad():
            rows = torch.cat([self._first(), self.vectors * self.log_weights.exp()[:, None]], dim=1)
            rows[:SPECIAL] = 0
            # Rows that others already build on keep their length.
            length = 1.0 if self._first().shape[1] else rows.norm(dim=1)[SPECIAL:].mean()
            made: NDArray[np.float32] = (rows / length).numpy()
        return made

    def _first(self) -> Tensor:
        """The rows that stay, perhaps of no dimensions."""
        return self.get_buffer("first")


def batches(pool: Pool, size: int, rng: np.random.Generator) -> Iterator[Numbers]:
    """Rows of the pool in random order, `size` at a time, for ever."""
    size = min(size, len(pool.groups))
    while True:
        order = rng.permutation(len(pool.groups))
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size]


def contrastive_loss(model: StaticEmbedder, pool: Pool, rows: Numbers, scale: float, dropout: float) -> Tensor:
    """How badly each query finds its own passage, and each passage its own query, among those of the batch.

    Passages of the query's own group are no competitors. Negatives compete with every passage, for every query.
    """
    queries, passages = (_embed(model, texts, rows, dropout) for texts in (pool.queries, pool.passages))
    groups = torch.from_numpy(pool.groups[rows])
    allied = (groups[:, None] == groups[None, :]) & ~torch.eye(len(rows), dtype=torch.bool)
    scores = (queries @ passages.T * scale).masked_fill(allied, -torch.inf)
    target = torch.arange(len(rows))
    against = _negative_scores(model, pool, rows, queries, scale)
    forward = functional.cross_entropy(torch.cat([scores, against], dim=1), target)
    return (forward + functional.cross_entropy(scores.T, target)) / 2


def _negative_scores(model: StaticEmbedder, pool: Pool, rows: Numbers, queries: Tensor, scale: float) -> Tensor:
    """Scores of the queries against the batch's negatives; -inf where the negative is of the query's group."""
    having = rows[pool.negatives.lengths()[rows] > 0]
    if not len(having):
        return queries.new_zeros(len(rows), 0)
    scores = queries @ _embed(model, pool.negatives, having, 0.0).T * scale
    own = torch.from_numpy(rows[:, None] == having[None, :])
    allied = torch.from_numpy(pool.groups[rows][:, None] == pool.groups[having][None, :]) & ~own
    return scores.masked_fill(allied, -torch.inf)


def _embed(model: StaticEmbedder, texts: Texts, rows: Numbers, dropout: float) -> Tensor:
    tokens, begins = texts.take(rows)
    vectors: Tensor = model(torch.from_numpy(tokens), torch.from_numpy(begins), dropout)
    return vectors
