from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def save_tokenizer() -> Callable[[Path, Sequence[str]], int]:
    """Saves a tokenizer that knows a few words, for tiny transformers of the tests; returns how many tokens it has."""

    def save(folder: Path, words: Sequence[str]) -> int:
        from tokenizers import Tokenizer  # noqa: PLC0415 — seconds that only these tests need
        from tokenizers.models import WordLevel  # noqa: PLC0415
        from tokenizers.normalizers import Lowercase  # noqa: PLC0415
        from tokenizers.pre_tokenizers import Whitespace  # noqa: PLC0415
        from tokenizers.processors import TemplateProcessing  # noqa: PLC0415
        from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        vocabulary = {word: number for number, word in enumerate(dict.fromkeys([*special, *words]))}
        tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 — no password
        tokenizer.normalizer = Lowercase()
        tokenizer.pre_tokenizer = Whitespace()
        tokenizer.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        names = {"unk_token": "[UNK]", "pad_token": "[PAD]", "model_max_length": 64}
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
        return len(vocabulary)

    return save
