"""The static embedder while it trains: a vector and a weight for every token, added up, scaled to length one."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from train.pool import Numbers, Pool, Texts

COMMON = 1e-3  # token frequency at which the first weight is a half (Arora et al. 2017, SIF)
SPECIAL = 2  # rows of padding and unknown: always zero, so that they never move a sum


class StaticEmbedder(nn.Module):
    """Sums weighted token vectors. The weights start from inverse frequency and are learned with the vectors."""

    def __init__(self, counts: Numbers, dimensions: int) -> None:
        super().__init__()
        share = torch.from_numpy(counts / max(1, counts.sum())).float()
        self.vectors = nn.Parameter(torch.randn(len(counts), dimensions) / dimensions**0.5)
        self.log_weights = nn.Parameter(torch.log(COMMON / (COMMON + share)))

    def forward(self, tokens: Tensor, begins: Tensor, dropout: float = 0.0) -> Tensor:
        """Unit vectors, one for each text that begins at `begins` in `tokens`."""
        weights = self.log_weights[tokens].exp()
        if dropout:
            weights = weights * (torch.rand(len(tokens)) >= dropout)
        return functional.normalize(
            functional.embedding_bag(tokens, self.vectors, begins, mode="sum", per_sample_weights=weights)
        )

    def folded(self) -> NDArray[np.float32]:
        """One row for each token, weight times vector: plain mean pooling of these rows is the whole model."""
        with torch.no_grad():
            rows = self.vectors * self.log_weights.exp()[:, None]
            rows[:SPECIAL] = 0
            made: NDArray[np.float32] = (rows / rows.norm(dim=1)[SPECIAL:].mean()).numpy()
        return made


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
