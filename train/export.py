"""Writes the model folder: one layout that model2vec and sentence-transformers both read."""

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

SUMS = "SHA256SUMS"
LARGEST, SMALLEST = 127, 1e-12


def save(rows: NDArray[np.float32], tokenizer: Tokenizer, folder: Path) -> None:
    """Write vectors, vocabulary and the three small files that say how to put them together.

    Each vector is stored as int8 and the scale that brings them back, which both libraries call a token's weight.
    """
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(rows).max(axis=1), SMALLEST) / LARGEST
    stored = {"embeddings": np.rint(rows / scales[:, None]).astype(np.int8), "weights": scales.astype(np.float32)}
    save_file(stored, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {"model_type": "model2vec", "normalize": True, "max_length": None, "embedding_dtype": "int8"}
    _write(folder / "config.json", config)
    _write(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine", "prompts": {}})
    kinds = {"": "StaticEmbedding", "1_Normalize": "Normalize"}
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for index, (path, kind) in enumerate(kinds.items())
    ]
    _write(folder / "modules.json", modules)
    _write(folder / "1_Normalize" / "config.json", {})
    write_sums(folder)


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over the files that make the model, in the format of `sha256sum --check`."""
    made = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in {SUMS, "README.md"})
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in made)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
