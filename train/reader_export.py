"""Writes the reader's folder: the network for onnxruntime, its vocabulary, the card and the checksums."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from index.embed import BUNDLED, embedder_named
from qa.span_reader import EMBEDDER, MODEL, VOCABULARY, Inputs
from qa.tokens import SHAPES
from train.card import licence_of
from train.data import Selection
from train.reader_heads import Spread
from train.reader_sources import JUDGED, NEWS, REAL, SOURCES, TRANSLATED

OPSET = 17
OUTPUTS = ("start", "end", "sentence")
AXES = {
    "vectors": {0: "words"},
    "rows": {0: "words"},
    "bare": {0: "words"},
    "idf": {0: "words"},
    "question": {0: "questions", 1: "asked"},
    "question_shapes": {0: "questions", 1: "asked"},
    "owner": {0: "pieces"},
    "passage": {0: "pieces", 1: "tokens"},
    "shapes": {0: "pieces", 1: "tokens"},
    "members": {0: "pieces", 1: "sentences", 2: "tokens"},
    **{name: {0: "pieces", 1: "tokens"} for name in OUTPUTS},
}


def save(model: nn.Module, dimensions: int, vocabulary: Mapping[str, float], folder: Path) -> None:
    """Write network and vocabulary; each file is replaced at once."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    arguments = (example(dimensions),)
    torch.onnx.export(
        Spread(model).eval(),
        tuple(arguments[0]),
        fresh / MODEL,
        input_names=list(Inputs._fields),
        output_names=list(OUTPUTS),
        dynamic_axes=AXES,
        opset_version=OPSET,
        dynamo=False,
    )
    lines = "".join(f"{word}\t{weight}\n" for word, weight in vocabulary.items())
    (fresh / VOCABULARY).write_text(lines, encoding="utf-8")
    for path in fresh.iterdir():
        path.replace(folder / path.name)
    fresh.rmdir()
    (folder / EMBEDDER).write_text(embedder_named(BUNDLED).sha256 + "\n", encoding="utf-8")
    write_sums(folder)


def example(dimensions: int) -> tuple[torch.Tensor, ...]:
    """Inputs of some size, to trace the network with."""
    words = torch.arange(7)
    passage = torch.randint(1, 7, (3, 11))
    members = torch.zeros(3, 2, 11)
    members[:, 0, :5] = members[:, 1, 5:] = 1
    return (
        torch.randn(7, dimensions),
        words % 3,
        words,
        torch.rand(7),
        torch.randint(1, 7, (1, 5)),
        torch.zeros(1, 5, SHAPES),
        torch.zeros(3, dtype=torch.int64),
        passage,
        torch.zeros(3, 11, SHAPES),
        members,
    )


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over the model's files, in the format of `sha256sum --check`."""
    lines = (
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in (MODEL, VOCABULARY, EMBEDDER)
    )
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def write_card(
    folder: Path, facts: Mapping[str, float], data: Selection, examples: Sequence[int], figures: Mapping[str, str]
) -> None:
    """Write README.md into the model's folder."""
    patterns = (*NEWS, *TRANSLATED, *JUDGED, *REAL)
    files = sorted({data.name(path) for pattern in patterns for path in data.files(pattern)})
    text = CARD.format(
        figures="\n".join(f"| {name} | {figure} |" for name, figure in figures.items()),
        files="\n".join(f"| {name} | {licence_of(name)} |" for name in files),
        examples="\n".join(f"| {name} | {count:,} |" for name, count in zip(SOURCES, examples, strict=False)),
        megabytes=sum((folder / name).stat().st_size for name in (MODEL, VOCABULARY)) / 1e6,
        **facts,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


CARD = """---
language: [vi, en, zh]
tags: [question-answering, extractive-qa, onnx]
---

# hoidap span reader

Finds the words of a few passages that answer a question. Made for Vietnamese, with or without accents; questions in
English and Chinese work less well, those in Russian by the word vectors alone. {megabytes:.1f} MB: `reader.onnx`
(float32) and `vocabulary.tsv` ({vocabulary:,} words and their inverse document frequencies). Words are described by the
first 256 dimensions of the bundled embedder's vectors too, so the two belong together: train those anew, and the reader
has to be as well (`embedder.sha256` says which embedder has the dimensions that it was trained on).

## Use

```python
from qa.reading import best_span
from qa.span_reader import SpanReader
passage = "Hội nghị khai mạc tại Astana vào tháng 7."
[reading] = SpanReader().read("Hội nghị khai mạc khi nào?", [passage])
best_span(reading, 0, len(passage))
```

## How it works

One encoder for questions and passages: table of words + projected embedder vector + what the letters look like, then a
gated convolution. Each passage token sees the question words that it aligns with and how much of the question its
sentence, the neighbouring ones and the whole passage cover (same word, same but for accents, near vector, near in
context). Six gated convolutions, then a logit for every token as start and as end; the logit of its sentence is a part
of both. Trained over the right passage and two others at once, against "no answer" with logit 0.

## Figures

Own passage: the passage that holds the answer is given. Right sentence: the best span lies in a sentence with an
accepted answer.

| set | figures |
|---|---|
{figures}

## What it is bad at

- Exact borders of long answers (reasons, manners, descriptions).
- Questions that share no word and no near word with their sentence, and those that need two sentences.
- Comparison, counting, negation, order of events.
- Law texts and tables; passages without accents.
- Choosing a sentence by its best span: the sentence logit alone chooses better, and word overlap knows what it misses.
- Its logits order answers; they are no probabilities. Calibrate before declining.

## Training

`python -m train.reader`, {questions:,} questions (a made one about once), {minutes:.0f} minutes on {threads} processor
threads. A third of the passages of UIT-ViQuAD and its kin (by hash), and everything that shares a run of 40 letters
with them or with the development passages, was left out.

| examples made from | number |
|---|--:|
{examples}

| data file | licence stated where it was found |
|---|---|
{files}

UIT-ViQuAD is research data; `--without "qa/vi_viquad*"` trains without it.
"""
