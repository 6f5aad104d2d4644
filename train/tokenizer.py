"""The subword vocabulary: one BPE for Vietnamese, English, Chinese and Russian."""

from collections.abc import Iterable, Iterator

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

VOCABULARY = 60_000
ALPHABET = 6_000  # letters kept: all common Chinese characters among them
PADDING, UNKNOWN = "[PAD]", "[UNK]"


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """Learn a vocabulary of subwords. Text is composed (NFKC) and lower-cased first; accents stay."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=False)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PADDING, UNKNOWN],
        limit_alphabet=ALPHABET,
        max_token_length=16,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def repeated(texts: Iterable[str], times: int) -> Iterator[str]:
    """Every text several times over: how a scarce language gets its share of the vocabulary."""
    for text in texts:
        for _ in range(times):
            yield text
