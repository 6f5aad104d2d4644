"""The model card of a reader, with its figures and the licences of what it learned from."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from qa.span_reader import MODEL, VOCABULARY
from train.card import licence_of
from train.data import Selection
from train.multilingual import FILES
from train.reader_sources import JUDGED, NEWS, REAL, SOURCES, TRANSLATED


def write(
    folder: Path, facts: Mapping[str, object], data: Selection, examples: Sequence[int], figures: Mapping[str, str]
) -> None:
    """Write README.md into the model's folder. `facts` has what CARD asks for; its network says which text it gets."""
    about = ABOUT[str(facts["network"])]
    patterns = (*NEWS, *TRANSLATED, *JUDGED, *REAL, *about.files)
    files = sorted({data.name(path) for pattern in patterns for path in data.files(pattern)})
    text = CARD.format(
        figures="\n".join(f"| {name} | {figure} |" for name, figure in figures.items()),
        files="\n".join(f"| {name} | {licence_of(name)} |" for name in files),
        examples="\n".join(f"| {name} | {count:,} |" for name, count in zip(SOURCES, examples, strict=False)),
        megabytes=sum((folder / name).stat().st_size for name in (MODEL, VOCABULARY)) / 1e6,
        how=about.how,
        name=about.name,
        command=about.command,
        upstream=about.upstream,
        **facts,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


class About(NamedTuple):
    """What the card says of one network.

    Attributes:
        name: title of the card.
        how: it works.
        command: that trained it.
        upstream: what it comes from.
        files: that trained it before, beside those of every reader.
    """

    name: str
    how: str
    command: str
    upstream: str
    files: tuple[str, ...] = ()


ABOUT = {
    "convolution": About(
        "hoidap span reader",
        """\
float32. One encoder for questions and passages: table of words + projected embedder vector + what the letters
look like, then a gated convolution. Each passage token sees the question words that it aligns with and how much
of the question its sentence, the neighbouring ones and the whole passage cover (same word, same but for
accents, near vector, near in context). Six gated convolutions, then a logit for every token as start and as
end; the logit of its sentence is a part of both. Trained over the right passage and two others at once, against
"no answer" with logit 0.""",
        "python -m train.reader",
        "",
    ),
    "transformer": About(
        "hoidap accurate span reader",
        """\
int8. A transformer of six layers and 384 dimensions reads question and passage as one text of whole words. Its
body is that of all-MiniLM-L6-v2, which knew English only: every word got the mean of the English vectors that
lie nearest in the space of the bundled embedder, then the model learned from translations to put a sentence
where the English one stands (`python -m train.multilingual`). Beside its vector each token is told what its
letters look like, how rare it is and how well it matches the question's words. On top stand the heads of the
small reader. Trained over the right passage and another one at once, against "no answer" with logit 0.""",
        "python -m train.multilingual --minutes 14; python -m train.reader --network transformer",
        """The body comes from [all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2)
(Apache-2.0), changed by the training described here.

""",
        FILES,
    ),
}

CARD = """---
language: [vi, en, zh]
tags: [question-answering, extractive-qa, onnx]
---

# {name}

Finds the words of a few passages that answer a question. Made for Vietnamese, with or without accents; questions in
English and Chinese work less well, those in Russian by the word vectors alone. {megabytes:.1f} MB: `reader.onnx`
and `vocabulary.tsv` ({vocabulary:,} words and their inverse document frequencies). Words are described by the
first 256 dimensions of the bundled embedder's vectors too, so the two belong together: train those anew, and the reader
has to be as well (`embedder.sha256` says which embedder has the dimensions that it was trained on).

## Use

```python
from pathlib import Path

from qa.reading import best_span
from qa.span_reader import SpanReader

passage = "Hội nghị khai mạc tại Astana vào tháng 7."
[reading] = SpanReader(Path("{folder}")).read("Hội nghị khai mạc khi nào?", [passage])
best_span(reading, 0, len(passage))
```

## How it works

{how}

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
- Its logits order answers; they are no probabilities. Calibrate before declining.

## Training

`{command}`, {questions:,} questions, {minutes:.0f} minutes on {threads} processor
threads. A third of the passages of UIT-ViQuAD and its kin (by hash), and everything that shares a run of 40 letters
with them or with the development passages, was left out.

{upstream}| examples made from | number |
|---|--:|
{examples}

| data file | licence stated where it was found |
|---|---|
{files}

UIT-ViQuAD is research data; `--without "qa/vi_viquad*"` trains without it.
"""
