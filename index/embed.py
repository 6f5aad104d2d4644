"""From text to unit vectors. `embedder_named` is the one place that knows which models there are."""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import IndexMismatch, ModelError
from index.hub import loaded
from index.records import Recipe
from index.text import TOKENISATION

if TYPE_CHECKING:
    from model2vec import StaticModel
    from sentence_transformers import SentenceTransformer

    from index.stores import Vectors

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "models" / "embedder"
WEIGHTS = "model.safetensors"
MOST_PIECES = 100_000
"""Pieces of text whose subwords are remembered."""
_UNBROKEN = re.compile("[^\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""What stands between blanks as Unicode has them, which are a few less than Python's."""


class Embedder(Protocol):
    """Texts in, vectors out: float32 [texts, dimensions], unit length (a text without known words may be all zeros)."""

    name: str
    dimensions: int

    @property
    def sha256(self) -> str:
        """Of the weights, hexadecimal: two models of one name are told apart."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages."""

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions; many models want them marked differently from passages."""


def token_rows(folder: Path) -> Vectors:
    """The vector of every token of a static model: float32 [tokens, dimensions]. int8 rows each have a scale."""
    from safetensors.numpy import load_file  # noqa: PLC0415 — only the bundled model needs it

    stored = load_file(folder / WEIGHTS)
    rows = stored["embeddings"].astype(np.float32)
    return rows * stored["weights"][:, None] if "weights" in stored else rows


class StaticEmbedder:
    """The bundled model: the mean of learned subword vectors, served by model2vec without torch."""

    def __init__(self, folder: Path, name: str) -> None:
        from model2vec.model import StaticModel  # noqa: PLC0415 — 0.2 s that only this model needs
        from tokenizers import Tokenizer  # noqa: PLC0415 — as above

        self.name = name
        self._weights = folder / WEIGHTS
        # What StaticModel.from_pretrained does, without the hub's client, whose import takes as long as all the rest.
        try:
            vectors = token_rows(folder)
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:
            raise ModelError(
                f"The embedder in {folder} cannot be read: {error}. Fetch it again from the repository."
            ) from error
        self._model: StaticModel = StaticModel(vectors, tokenizer, normalize=True, max_length=None)
        self.dimensions = int(self._model.dim)
        self._pieces: dict[str, list[int]] = {}

    @functools.cached_property
    def sha256(self) -> str:
        """Of the file of weights."""
        with self._weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages."""
        return unit(self.token_sums(texts))

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions; this model treats them as passages."""
        return self.embed_documents(texts)

    def token_sums(self, texts: Sequence[str]) -> Vectors:
        """Float32 [texts, dimensions]: sums of subword vectors. Sums of words add up to phrases."""
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, ids in enumerate(self._tokens(texts)):
            sums[row] = self._model.embedding[ids].sum(axis=0, dtype=np.float32)
        return sums

    def _tokens(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The subwords of each text. The model cuts at blanks first, so each unbroken piece is cut only once."""
        cut = [_UNBROKEN.findall(text) for text in texts]
        known = self._pieces
        if len(known) > MOST_PIECES:
            known.clear()
        new = list({piece for pieces in cut for piece in pieces if piece not in known})
        known.update(zip(new, self._model.tokenize(new), strict=True))
        for pieces in cut:
            yield list(itertools.chain.from_iterable(map(known.__getitem__, pieces)))


class TransformerEmbedder:
    """Any sentence-transformers model, by hub name or folder; its own prompts mark questions and passages."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 — brings torch
        except ImportError:
            raise ModelError(
                f"Embedder {name!r} needs sentence-transformers: pip install sentence-transformers"
            ) from None
        self._model: SentenceTransformer = loaded(
            f"Embedder {name!r}",
            name,
            lambda: SentenceTransformer(name, device="cpu"),
            folder="a sentence-transformers folder",
        )
        self.name = name
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    @functools.cached_property
    def sha256(self) -> str:
        """Of all parameters in the order of their names."""
        digest = hashlib.sha256()
        for key, value in sorted(self._model.state_dict().items()):
            digest.update(key.encode() + value.detach().float().cpu().numpy().tobytes())
        return digest.hexdigest()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages."""
        return self._rows(self._model.encode_document(list(texts), convert_to_numpy=True))

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions."""
        return self._rows(self._model.encode_query(list(texts), convert_to_numpy=True))

    def _rows(self, encoded: npt.ArrayLike) -> Vectors:
        """One unit vector a row, also of no texts, for which the model gives an array of another shape."""
        return unit(np.asarray(encoded, dtype=np.float32).reshape(-1, self.dimensions))


@functools.lru_cache(maxsize=4)
def embedder_named(name: str) -> Embedder:
    """The embedder of a setting: "bundled", or a sentence-transformers model by hub name or folder.

    Raises:
        ModelError: it cannot be found or loaded.
    """
    if name != BUNDLED:
        return TransformerEmbedder(name)
    if not (BUNDLED_FOLDER / "model.safetensors").is_file():
        raise ModelError(f"The bundled embedder is not in {BUNDLED_FOLDER}. Make it: make train")
    return StaticEmbedder(BUNDLED_FOLDER, BUNDLED)


def is_light(embedder: Embedder) -> bool:
    """Whether processes that share work may each have their own; a large model takes all cores and gigabytes."""
    return isinstance(embedder, StaticEmbedder)


def embedder_of(recipe: Recipe, uri: str) -> Embedder:
    """The embedder that a collection was made with.

    Raises:
        IndexMismatch: it was made with other words or vectors than this process would make.
        ModelError: the embedder cannot be found or loaded.
    """
    embedder = embedder_named(recipe.embedder)
    if recipe.embedder_sha256 != embedder.sha256:
        raise IndexMismatch(
            f"The index in {uri} was made with embedder {recipe.embedder!r} {recipe.embedder_sha256[:12]}, "
            f"here it is {embedder.sha256[:12]}. "
            "Run hoidap build on your articles again."
        )
    if recipe.tokenisation != TOKENISATION:
        raise IndexMismatch(
            f"The index in {uri} was made by another version of hoidap. Run hoidap build on your articles again."
        )
    return embedder


def unit(vectors: np.ndarray) -> Vectors:
    """Rows of length one, float32; an all-zero row stays so."""
    vectors = np.nan_to_num(np.asarray(vectors, dtype=np.float32))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-12))
