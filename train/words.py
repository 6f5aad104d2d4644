"""Vectors of single words from the bundled embedder, for what is trained on them."""

import numpy as np
from numpy.typing import NDArray

from index.embed import BUNDLED, StaticEmbedder, embedder_named
from qa.retrieve.vectors import WORD_DIMENSIONS

WORDS_AT_ONCE = 4096


def word_vectors(words: list[str]) -> NDArray[np.float16]:
    """Float16 [words, WORD_DIMENSIONS] of all words; the first word is none."""
    embedder = embedder_named(BUNDLED)
    if not isinstance(embedder, StaticEmbedder):
        raise TypeError("the bundled embedder is a static one")
    parts = [embedder.token_sums(words[at : at + WORDS_AT_ONCE]) for at in range(0, len(words), WORDS_AT_ONCE)]
    vectors = np.concatenate(parts)[:, :WORD_DIMENSIONS].astype(np.float16)
    vectors[0] = 0
    return vectors
