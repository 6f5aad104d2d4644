"""Trains the bundled span reader: `python -m train.reader --data FOLDER --out qa/models/reader --minutes 40`."""

import argparse
import copy
import multiprocessing
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed

from index.embed import BUNDLED, StaticEmbedder, embedder_named
from qa.match import WORD_DIMENSIONS
from qa.span_reader import FIRST_WORD, Floats, Inputs, SpanReader, Vocabulary
from train import reader_export
from train.data import NoDataError, Selection, held_out
from train.reader_batches import QUESTIONS, Batch, batches, choice_loss, vocabulary_of, word_table
from train.reader_data import Bank
from train.reader_evaluate import among_others, development_rows, held_out_rows, measure
from train.reader_model import Reader, Scores, Spread
from train.reader_sources import fill

CACHE = Path(".cache/train/reader")
WORKERS = 2
RATE, DECAY = 2e-3, 0.01
WARM_UP = 200
LOWEST = 0.03
LONGEST_STEP = 2.0
SENTENCE_WEIGHT = 1.0
AVERAGE = 0.998
REPORT_EVERY, SAVE_EVERY = 50, 250
EVALUATE_MINUTES = 7.0
EVALUATED = 300
WORDS_AT_ONCE = 4096


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    data: Selection
    out: Path
    minutes: float
    articles: int
    workers: int
    seed: int
    resume: bool


@dataclass
class Run:
    """A training under way: the model, the running mean of its weights, how far it is."""

    model: Reader
    average: Reader
    optimizer: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0


class TorchReader(SpanReader):
    """The reader that is being trained, asked as the exported one will be."""

    def __init__(self, model: Reader, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._model = Spread(model).eval()
        self.__dict__["_vocabulary"] = vocabulary

    def _run(self, inputs: Inputs) -> Floats:
        with torch.inference_mode():
            found: list[Tensor] = self._model(*map(torch.from_numpy, inputs))
        return torch.stack(list(found)).numpy()


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare, train, export, measure, write the card."""
    settings = parse(arguments)
    prepared(settings)
    (CACHE / "meeting").unlink(missing_ok=True)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=work, args=(rank, settings)) for rank in range(settings.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit("A training process failed; what it said stands above. Go on with --resume.")


def work(rank: int, settings: Settings) -> None:
    """What each process does: train on its own batches, gradients averaged; the first one writes the result."""
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", f"file://{(CACHE / 'meeting').resolve()}", rank=rank, world_size=settings.workers
    )
    torch.manual_seed(settings.seed)
    bank = prepared(settings)
    vocabulary = vocabulary_of(bank)
    run = train(bank, vocabulary, settings)
    distributed.destroy_process_group()
    if rank:
        return
    reader_export.save(run.average, vocabulary, settings.out)
    figures = final_figures(SpanReader(settings.out), settings.data)
    examples = np.bincount(bank.source).tolist()
    facts = {
        "minutes": run.seconds / 60,
        "questions": run.step * QUESTIONS * settings.workers,
        "threads": settings.workers,
        "vocabulary": len(vocabulary),
    }
    reader_export.write_card(settings.out, facts, settings.data, examples, figures)


def parse(arguments: Sequence[str] | None) -> Settings:
    """The settings in these command-line arguments."""
    parser = argparse.ArgumentParser(prog="python -m train.reader", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("qa/models/reader"))
    parser.add_argument("--without", action="append", default=[], metavar="GLOB", help="leave these data files out")
    parser.add_argument("--minutes", type=float, default=40.0, help="how long to train, after the data are prepared")
    parser.add_argument("--articles", type=int, default=40_000, help="news articles that questions are made from")
    parser.add_argument(
        "--workers", type=int, default=WORKERS, help="processes of one thread; faster than one of several"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint, with the same data")
    found = parser.parse_args(arguments)
    data = Selection(found.data, tuple(found.without))
    return Settings(data, found.out, found.minutes, found.articles, found.workers, found.seed, found.resume)


def prepared(settings: Settings) -> Bank:
    """The bank; made before, when it was made with the same settings."""
    recipe, path = CACHE / "recipe", CACHE / "bank.npz"
    made_with = f"{settings.data} articles {settings.articles} seed {settings.seed}"
    CACHE.mkdir(parents=True, exist_ok=True)
    if recipe.exists() and recipe.read_text(encoding="utf-8") == made_with:
        return Bank.load(path)
    if settings.resume:
        raise NoDataError(f"Nothing in {CACHE} was made with {made_with}. Start without --resume.")
    bank = Bank()
    fill(bank, settings.data, held_out(settings.data.folder), settings.articles, random.Random(settings.seed))
    if not len(bank):
        raise NoDataError(f"No training files under {settings.data.folder}. Name the data folder: --data FOLDER")
    bank.save(path)
    recipe.write_text(made_with, encoding="utf-8")
    return bank


def word_vectors(words: list[str]) -> NDArray[np.float16]:
    """Vectors of all words from the bundled embedder; the first word is none."""
    embedder = embedder_named(BUNDLED)
    if not isinstance(embedder, StaticEmbedder):
        raise TypeError("the bundled embedder is a static one")
    parts = [embedder.token_sums(words[at : at + WORDS_AT_ONCE]) for at in range(0, len(words), WORDS_AT_ONCE)]
    vectors = np.concatenate(parts)[:, :WORD_DIMENSIONS].astype(np.float16)
    vectors[0] = 0
    return vectors


def train(bank: Bank, vocabulary: dict[str, float], settings: Settings) -> Run:
    """Train for the given minutes; the learning rate falls with the time that is left."""
    table = word_table(bank, vocabulary, word_vectors(list(bank.words)))
    run = started(len(vocabulary) + FIRST_WORD, table.vectors.shape[1], resume=settings.resume)
    rank = distributed.get_rank()
    torch.manual_seed(settings.seed + rank)  # after the weights, which all have in common
    rng = np.random.default_rng([settings.seed, run.step, rank])
    stream = batches(bank, table, rng, lambda: min(run.seconds / settings.minutes / 60, 1.0))
    rows = held_out_rows(settings.data)[:EVALUATED]
    losses: list[list[float]] = []
    evaluated = run.seconds
    while run.seconds < settings.minutes * 60:
        began = time.monotonic()
        losses.append(step(run, next(stream), run.seconds / settings.minutes / 60))
        # A machine that sleeps or stalls does not eat the training's time.
        run.seconds = shared(run.seconds + min(time.monotonic() - began, LONGEST_STEP))
        if rank:
            continue
        if run.step % REPORT_EVERY == 0:
            shown = " ".join(f"{loss:.3f}" for loss in np.mean(losses, axis=0))
            print(f"{run.step} {run.seconds:.0f}s start, end, sentence {shown}", flush=True)
            losses = []
        if run.step % SAVE_EVERY == 0:
            checkpoint(run)
        if run.seconds - evaluated > EVALUATE_MINUTES * 60:
            evaluated = run.seconds
            print(measure(TorchReader(copy.deepcopy(run.average), Vocabulary(vocabulary)), rows), flush=True)
    if not rank:
        checkpoint(run)
    return run


def shared(number: float) -> float:
    """The mean of a number over the processes."""
    found = torch.tensor([number], dtype=torch.float64)
    distributed.all_reduce(found)
    return found.item() / distributed.get_world_size()


def share_gradients(model: Reader) -> None:
    """Replace gradients by their means over the processes."""
    gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    parts = torch.split(flat / distributed.get_world_size(), [gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def started(rows: int, dimensions: int, *, resume: bool) -> Run:
    """A new training, or the last checkpoint of one."""
    model = Reader(rows, dimensions)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    run = Run(model, copy.deepcopy(model).eval(), optimizer)
    if resume and (CACHE / "checkpoint.pt").exists():
        state = torch.load(CACHE / "checkpoint.pt", weights_only=True)
        run.model.load_state_dict(state["model"])
        run.average.load_state_dict(state["average"])
        run.optimizer.load_state_dict(state["optimizer"])
        run.step, run.seconds = state["step"], state["seconds"]
    return run


def checkpoint(run: Run) -> None:
    """Keep what --resume needs; the file is replaced at once, so that a killed run leaves a whole one."""
    state = {name: getattr(run, name).state_dict() for name in ("model", "average", "optimizer")}
    torch.save(state | {"step": run.step, "seconds": run.seconds}, CACHE / "checkpoint.new")
    (CACHE / "checkpoint.new").replace(CACHE / "checkpoint.pt")


def step(run: Run, batch: Batch, progress: float) -> list[float]:
    """One step of the optimizer; returns the three losses."""
    factor = min(1.0, (run.step + 1) / WARM_UP) * max(LOWEST, 1 - progress)
    for group in run.optimizer.param_groups:
        group["lr"] = RATE * factor
    run.model.train()
    parts = losses_of(run.model, batch)
    run.optimizer.zero_grad()
    torch.autograd.backward(parts[0] + parts[1] + SENTENCE_WEIGHT * parts[2])
    share_gradients(run.model)
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 2.0)
    run.optimizer.step()
    run.step += 1
    keep = min(AVERAGE, run.step / (run.step + 10))
    with torch.no_grad():
        for mean, weight in zip(run.average.parameters(), run.model.parameters(), strict=True):
            mean.lerp_(weight, 1 - keep)
    return [part.item() for part in parts]


def losses_of(model: Reader, batch: Batch) -> list[Tensor]:
    """Start, end and sentence losses; examples that know only sentences count in the last."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = Scores(*(logits.float() for logits in model(**batch.inputs)))
    sentence = choice_loss(scores.sentence, batch.sentence, batch.owned)
    known = (choice_loss_mask(batch.start, batch.owned) == choice_loss_mask(batch.sentence, batch.owned)).float()
    start, end = (
        (choice_loss(logits, gold, batch.owned) * known).sum() / known.sum().clamp(min=1)
        for logits, gold in ((scores.start, batch.start), (scores.end, batch.end))
    )
    return [start, end, sentence.mean()]


def choice_loss_mask(gold: Tensor, owned: Tensor) -> Tensor:
    """Which questions have an answer marked."""
    return torch.cat([gold.sum(-1), torch.zeros(1)])[owned].sum(-1) > 0


def final_figures(reader: SpanReader, data: Selection) -> dict[str, str]:
    """What the card reports: the held-out third, alone and among others, and the development sets."""
    rows = held_out_rows(data)
    found = {
        "UIT-ViQuAD, held-out third, own passage": str(measure(reader, rows)),
        "the same, among 8 passages": str(measure(reader, rows, among_others(rows))),
    }
    for name in ("mlqa_viq_vic", "mlqa_enq_vic", "mlqa_zhq_vic"):
        found[f"dev/{name}, own passage"] = str(measure(reader, development_rows(data, name)))
    for name, figure in found.items():
        print(name, figure, flush=True)
    return found


if __name__ == "__main__":
    main()
