"""Trains the embedder that ships with hoidap: `python -m train.embedder --data FOLDER --out index/models/embedder`."""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.embed import token_rows
from qa.retrieve.vectors import WORD_DIMENSIONS
from train import card, export
from train.data import NoDataError, Selection, held_out
from train.evaluate import load, table
from train.model import StaticEmbedder, batches, contrastive_loss
from train.pool import Numbers, Pool, pool_of, token_counts
from train.sources import SOURCES, pairs_of
from train.text import strip_accents
from train.tokenizer import repeated, train_tokenizer

CACHE = Path(".cache/train/embedder")
RECIPE = CACHE / "recipe"
FIRST_DIMENSIONS, SECOND_DIMENSIONS = WORD_DIMENSIONS, 256  # words are compared by the first ones only
BATCH = 2048
SHORT, SHORT_BATCH = 20, 4096  # passages of fewer tokens on average come in larger batches
SCALE = 20.0  # inverse temperature of the softmax over cosines
DROPOUT = 0.3  # of tokens
VECTOR_RATE, WEIGHT_RATE = 4e-3, 1e-2
WARM_UP = 100
REPORT_EVERY, SAVE_EVERY = 50, 500
THREADS = 2
VOCABULARY_ARTICLES = 30_000
SCARCE, SCARCE_TIMES = ("en", "zh", "ru"), 3  # languages whose texts the vocabulary reads several times
BARE_EVERY = 7  # one in so many of these articles is read without its accents


@dataclass(frozen=True)
class Settings:
    """What the command line says. `first`: a model folder whose vocabulary and first dimensions are taken over."""

    data: Selection
    out: Path
    first: Path | None
    steps: int
    second_steps: int
    seed: int
    resume: bool


def main(arguments: Sequence[str] | None = None) -> None:
    """Train both stages, save the model folder, measure it, write its card."""
    settings = parse(arguments)
    torch.set_num_threads(THREADS)
    torch.manual_seed(settings.seed)
    CACHE.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    tokenizer, pools = prepared(settings)
    counts = token_counts(pools.values(), tokenizer.get_vocab_size())
    first = first_rows(settings.first) if settings.first else trained(pools, first_stage(counts, settings), settings)
    rows = trained(pools, second_stage(counts, first, settings), settings)
    export.save(rows, tokenizer, settings.out)
    facts = {
        "vocabulary": len(rows),
        "dimensions": rows.shape[1],
        "first": FIRST_DIMENSIONS,
        "steps": settings.steps,
        "second_steps": settings.second_steps,
        "minutes": (time.monotonic() - started) / 60,
        "threads": THREADS,
    }
    card.write(settings.out, facts, used_files(settings.data), table(load(settings.out).encode, settings.data.folder))


def parse(arguments: Sequence[str] | None) -> Settings:
    """The settings in these command-line arguments."""
    parser = argparse.ArgumentParser(prog="python -m train.embedder", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("index/models/embedder"))
    parser.add_argument("--without", action="append", default=[], metavar="GLOB", help="leave these data files out")
    parser.add_argument(
        "--first", type=Path, metavar="FOLDER", help="take vocabulary and first dimensions from a model"
    )
    parser.add_argument("--steps", type=int, default=1_500, help="batches of the first dimensions")
    parser.add_argument("--second-steps", type=int, default=2_000, help="batches of the others")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    found = parser.parse_args(arguments)
    data = Selection(found.data, tuple(found.without))
    return Settings(data, found.out, found.first, found.steps, found.second_steps, found.seed, found.resume)


def prepared(settings: Settings) -> tuple[Tokenizer, dict[str, Pool]]:
    """The vocabulary and the encoded pairs; with --resume, those of the run before."""
    made_from = f"{settings.data} seed {settings.seed} first {settings.first}"
    if not settings.resume:
        prepare(settings)
        RECIPE.write_text(made_from, encoding="utf-8")
    elif not RECIPE.exists() or RECIPE.read_text(encoding="utf-8") != made_from:
        raise NoDataError(f"Nothing in {CACHE} was made with {made_from}. Start without --resume.")
    tokenizer = Tokenizer.from_file(str(CACHE / "tokenizer.json"))
    return tokenizer, {path.stem: Pool.load(path) for path in sorted(CACHE.glob("*.npz"))}


def prepare(settings: Settings) -> None:
    """Learn the vocabulary, make and encode every source's pairs, and keep all of it in the cache."""
    for old in (*CACHE.glob("*.npz"), *CACHE.glob("*.pt"), RECIPE):
        old.unlink(missing_ok=True)
    known = settings.first and settings.first / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(known)) if known else train_tokenizer(vocabulary_texts(settings.data))
    tokenizer.save(str(CACHE / "tokenizer.json"))
    exclude = held_out(settings.data.folder)
    for source in SOURCES:
        rng = random.Random(f"{settings.seed} {source.name}")
        pool = pool_of(pairs_of(source, settings.data, exclude, rng), tokenizer)
        print(f"{source.name}: {len(pool.groups):,} pairs, {len(pool.passages.tokens):,} passage tokens", flush=True)
        if len(pool.groups):
            pool.save(CACHE / f"{source.name}.npz")


@dataclass(frozen=True)
class Stage:
    """One training: what is trained, for how many batches, and where its checkpoint lies."""

    model: StaticEmbedder
    steps: int
    checkpoint: Path


def first_stage(counts: Numbers, settings: Settings) -> Stage:
    """The first dimensions, from nothing."""
    return Stage(StaticEmbedder(counts, FIRST_DIMENSIONS), settings.steps, CACHE / "first.pt")


def second_stage(counts: Numbers, first: NDArray[np.float32], settings: Settings) -> Stage:
    """The other dimensions, beside the finished first ones."""
    model = StaticEmbedder(counts, SECOND_DIMENSIONS, first)
    return Stage(model, settings.second_steps, CACHE / "second.pt")


def first_rows(folder: Path) -> NDArray[np.float32]:
    """The first dimensions of a saved model: [tokens, FIRST_DIMENSIONS]."""
    return np.ascontiguousarray(token_rows(folder)[:, :FIRST_DIMENSIONS])


def trained(pools: dict[str, Pool], stage: Stage, settings: Settings) -> NDArray[np.float32]:
    """The rows of a stage after contrastive training; every batch comes from one source, drawn by its share."""
    model, optimizer = stage.model, optimizer_of(stage.model)
    done = restore(stage, optimizer) if settings.resume else 0
    rng = np.random.default_rng([settings.seed, done])
    streams = {name: batches(pool, batch_size(pool), rng) for name, pool in pools.items()}
    names, shares = mixture(pools)
    losses: dict[str, float] = {}
    started = time.monotonic()
    for step in range(done, stage.steps):
        name = str(rng.choice(names, p=shares))
        set_rates(optimizer, min(1.0, (step + 1) / WARM_UP) * (1 - step / stage.steps))
        loss = contrastive_loss(model, pools[name], next(streams[name]), SCALE, DROPOUT)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses[name] = loss.item()
        if step % REPORT_EVERY == 0:
            report(step, stage.steps, losses, time.monotonic() - started)
        if (step + 1) % SAVE_EVERY == 0:
            save_checkpoint(stage, optimizer, step + 1)
    return model.folded()


def optimizer_of(model: StaticEmbedder) -> torch.optim.Optimizer:
    """Adam; vectors and weights each have their own highest rate."""
    parts = ((model.vectors, VECTOR_RATE), (model.log_weights, WEIGHT_RATE))
    return torch.optim.Adam([{"params": [part], "highest": rate} for part, rate in parts], fused=True)


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Set every learning rate to this factor of its highest."""
    for group in optimizer.param_groups:
        group["lr"] = group["highest"] * factor


def mixture(pools: dict[str, Pool]) -> tuple[list[str], NDArray[np.float64]]:
    """Names of the sources that have pairs, and the share of the batches that each takes; shares add up to one."""
    present = [source for source in SOURCES if source.name in pools]
    shares = np.array([source.share for source in present])
    return [source.name for source in present], shares / shares.sum()


def batch_size(pool: Pool) -> int:
    """Larger batches where texts are short: they cost little, and more competitors teach more."""
    return SHORT_BATCH if pool.passages.lengths().mean() < SHORT else BATCH


def report(step: int, steps: int, losses: dict[str, float], seconds: float) -> None:
    """One line of progress: the last loss of every source."""
    shown = (f"{name} {loss:.2f}" for name, loss in sorted(losses.items()))
    print(f"{step}/{steps} {seconds:.0f}s", *shown, flush=True)


def save_checkpoint(stage: Stage, optimizer: torch.optim.Optimizer, step: int) -> None:
    """Keep what --resume needs; the file is replaced at once, so that a killed run leaves a whole one."""
    state = {"model": stage.model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    torch.save(state, stage.checkpoint.with_suffix(".new"))
    stage.checkpoint.with_suffix(".new").replace(stage.checkpoint)


def restore(stage: Stage, optimizer: torch.optim.Optimizer) -> int:
    """Load the stage's last checkpoint, if there is one; returns the step to go on from."""
    if not stage.checkpoint.exists():
        return 0
    state = torch.load(stage.checkpoint, weights_only=True)
    stage.model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def used_files(data: Selection) -> list[str]:
    """Names of the data files that the run reads, relative to the data folder."""
    patterns = {pattern for source in SOURCES for pattern in source.patterns}
    found = {path for pattern in patterns for path in data.files(pattern)}
    if not found:
        raise NoDataError(f"No training files under {data.folder}. Name the data folder: --data FOLDER")
    return sorted(map(data.name, found))


def vocabulary_texts(data: Selection) -> Iterator[str]:
    """What the vocabulary is learned from: news, a part of it without accents, and the scarcer languages repeated."""
    for number, row in enumerate(islice(data.rows("vietnews.train"), VOCABULARY_ARTICLES)):
        text = " ".join([row["title"], row["abstract"], *row["body"]])
        yield text if number % BARE_EVERY else strip_accents(text)
    for folder in ("parallel", "lexicon"):
        for row in data.rows(f"{folder}/*"):
            yield from repeated((row[language] for language in SCARCE if row.get(language)), SCARCE_TIMES)
    for row in data.rows("qa/*"):
        yield row["context"] + " " + row["question"]
    for row in data.rows("retrieval/*"):
        yield row["passage"] if row.get("passage") else ""


if __name__ == "__main__":
    main()
