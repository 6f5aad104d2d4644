"""Writes the model card: what the model was trained on, under which licences, how good it is, what it is bad at."""

from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

LICENCES = {  # as stated where each file was found
    "vietnews*": "none stated (Vietnews, Nguyen et al. 2019)",
    "qa/vi_viquad*": "MIT / Apache-2.0 / none on the repositories; the data set itself: on request, research",
    "qa/vi_uit_wiki_reg*": "MIT / none",
    "qa/vi_mailong25*": "none stated",
    "qa/vi_alqac*": "MIT / none",
    "qa/vi_news_written*": "ours",
    "qa/tydiqa*": "Apache-2.0",
    "qa/qed_nq*": "CC BY-SA 3.0",
    "qa/squad2*": "CC BY-SA 4.0",
    "qa/cmrc2018*": "CC BY-SA 4.0",
    "retrieval/mlqa*": "CC BY-SA 3.0",
    "retrieval/*": "none stated",
    "parallel/en_vi_evbnews*": "none stated",
    "parallel/*ntrex*": "CC BY-SA 4.0",
    "parallel/*xcopa*": "CC BY 4.0",
    "parallel/*tatoeba*": "CC BY 2.0 FR",
    "parallel/*react_docs*": "CC BY 4.0",
    "parallel/*ml_yearning*": "none stated",
    "parallel/*tico19*": "CC0",
    "parallel/*wmt*": "research use (WMT)",
    "parallel/*pawsx*": "mostly research use (PAWS-X)",
    "parallel/*bucc*": "mostly research use (BUCC)",
    "lexicon/cldr_names*": "Unicode v3",
    "lexicon/osm_tagging_schema*": "ISC",
    "lexicon/multilingual_words*": "ISC",
    "lexicon/en_vi_wordlists*": "none stated",
    "lexicon/vi_admin_units*": "MIT",
}

CARD = """---
library_name: model2vec
language: [vi, en, zh, ru]
tags: [embeddings, static-embeddings, sentence-transformers]
---

# hoidap embedder

A static text embedder for Vietnamese, English, Chinese and Russian: {vocabulary:,} subwords x {dimensions}
dimensions. A text's vector is the mean of its subwords' vectors, scaled to length one; compare by cosine. Learned token
weights are folded into the vectors. They are stored as int8, each with the scale that brings it back, which both
libraries below know as a token's weight. Text is NFKC-normalised and lower-cased inside.

## Use

```python
from model2vec import StaticModel
model = StaticModel.from_pretrained("index/models/embedder")
model.encode(["Khi nào diễn ra hội nghị?"])  # (1, {dimensions}), unit length

from sentence_transformers import SentenceTransformer

model = SentenceTransformer("index/models/embedder")
```

Both give the same float32 vectors to 1e-6. An empty text is the zero vector in both. Letters outside the vocabulary add
nothing. There is no prefix for queries or passages and no limit on length.

## Figures

Dense retrieval alone; R@k is the share of queries whose own passage is among the first k. "viq_vic" and so on: MLQA
development questions (viq: in Vietnamese) against all passages of the same file (vic: in Vietnamese). "news titles":
titles of held-out Vietnamese news against the opening passages of 5,000 articles. The development set guided the choice
of settings: expect a little less elsewhere.

{figures}

## What it is bad at

- Word order and negation: it sees a bag of subwords. "A beats B" and "B beats A" are one vector.
- Russian, the scarcest language of its training text, and Chinese names outside the news: a rare name is cut into
  characters or syllables whose vectors say little about it. Of Russian retrieval nothing was measured.
- Long passages: one vector for several subjects is near none of them. It was trained on at most 220 subwords.
- Vietnamese without accents: one bare syllable stands for up to a dozen words. Restore the accents first if you can.
- Capitals: "WHO" and "who", "US" and "us" are one word to it.
- Exact numbers, codes, dates: pair it with a search for words.

## Training

`python -m train.embedder`, {steps:,} batches for the first {first} dimensions, then {second_steps:,} for the others
beside them, {minutes:.0f} minutes on {threads} processor threads. Contrastive: every text is to find its partner among
the 2,048 to 4,096 of its batch, and among wrong passages: those that people or answer positions had marked, and those
that a search for words finds near the question. The first dimensions stay as they are while the others are trained,
since words are compared by them alone. Encyclopaedic passages that share a run of 40 letters with a development passage
were left out.
Besides the files below: a list of words and names written by hand for this project (`train/words.tsv`).

| data file | licence stated where it was found |
|---|---|
{files}
"""


def write(folder: Path, facts: Mapping[str, object], files: list[str], figures: str) -> None:
    """Write README.md into the model folder. `facts`: vocabulary, dimensions, steps, minutes, threads."""
    rows = "\n".join(f"| {name} | {licence_of(name)} |" for name in files)
    text = CARD.format(figures=figures, files=rows, **facts)
    (folder / "README.md").write_text(text, encoding="utf-8")


def licence_of(name: str) -> str:
    """The licence of a data file; a file that nobody looked up says so."""
    return next((licence for pattern, licence in LICENCES.items() if fnmatch(name, pattern)), "not looked up")
