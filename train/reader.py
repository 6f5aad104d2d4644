"""Trains a span reader: `python -m train.reader --data FOLDER --out qa/models/reader --minutes 40`.

`--network transformer --out qa/models/accurate` makes the slower, better one; it goes on from what
`python -m train.multilingual` left.
"""

import argparse
import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed, nn

from qa.reading import Floats
from qa.span_reader import FIRST_WORD, VOCABULARY, Inputs, SpanReader, Vocabulary
from qa.vectors import WORD_DIMENSIONS
from train import multilingual, reader_card, reader_export, reader_restore
from train.data import Selection
from train.processes import share_gradients, shared, start
from train.reader_bank import ARTICLES, CACHE, prepared
from train.reader_batches import Batch, Size, batches, choice_loss, vocabulary_of, word_table
from train.reader_data import Bank
from train.reader_evaluate import SETS, among_others, development_rows, held_out_rows, measure
from train.reader_heads import Scores, Spread
from train.reader_model import Reader
from train.reader_transformer import TransformerReader
from train.words import word_vectors

WORKERS = 2
DECAY = 0.01
WARM_UP = 200
LOWEST = 0.03
AGAIN = 0.35
"""Share of the learning rates for a reader that was trained before: more would undo what it knows."""
LONGEST_STEP = 10.0
SENTENCE_WEIGHT = 1.0
REPORT_EVERY, SAVE_EVERY = 50, 100
EVALUATE_MINUTES = 7.0
EVALUATED = 300


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        made: the network, by the rows of its table and the dimensions of word vectors.
        size: of a batch of one process.
        rates: learning rates of the weights whose names begin so; the first that fits.
        average: share of the mean of the weights that each step keeps.
        int8: whether it is exported in 8 bits.
        measured: held-out questions that the card reports on, at most.
    """

    made: Callable[[int, int], nn.Module]
    size: Size
    rates: dict[str, float]
    average: float
    int8: bool
    measured: int


NETWORKS = {
    "convolution": Recipe(Reader, Size(32, 3), {"": 2e-3}, average=0.998, int8=False, measured=5_000),
    "transformer": Recipe(
        TransformerReader,
        Size(16, 2, alone=0.5),
        {"encoder.table": 3e-4, "encoder.project": 3e-4, "encoder": 1e-4, "": 1e-3},
        average=0.995,
        int8=True,
        measured=600,
    ),
}


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    data: Selection
    network: str
    out: Path
    minutes: float
    articles: int
    workers: int
    seed: int
    resume: bool
    begin: Path | None

    @property
    def folder(self) -> Path:
        """Where this network's checkpoints are kept."""
        return CACHE / self.network


@dataclass
class Run:
    """A training under way: the model, the running mean of its weights, how far it is."""

    model: nn.Module
    average: nn.Module
    optimizer: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0


class TorchReader(SpanReader):
    """The reader that is being trained, asked as the exported one will be."""

    def __init__(self, model: nn.Module, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._model = Spread(model).eval()
        self.__dict__["_vocabulary"] = vocabulary

    def _run(self, inputs: Inputs) -> Floats:
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            found: list[Tensor] = self._model(*map(torch.from_numpy, inputs))
        return torch.stack(list(found)).float().numpy()


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare, train, export, measure, write the card."""
    settings = parse(arguments)
    prepared(settings.data, settings.articles, settings.seed, resume=settings.resume)
    start(work, settings.workers, CACHE / "meeting", settings)


def work(rank: int, settings: Settings) -> None:
    """What each process does: train on its own batches, gradients averaged; the first one writes the result."""
    torch.manual_seed(settings.seed)
    bank = prepared(settings.data, settings.articles, settings.seed, resume=settings.resume)
    begin = settings.begin
    vocabulary = Vocabulary.load(begin / VOCABULARY).weights if begin else vocabulary_of(bank)
    run = train(bank, vocabulary, settings)
    distributed.destroy_process_group()
    if rank:
        return
    reader_export.save(run.average, WORD_DIMENSIONS, vocabulary, settings.out, int8=NETWORKS[settings.network].int8)
    figures = final_figures(SpanReader(settings.out), settings.data, NETWORKS[settings.network].measured)
    examples = np.bincount(bank.source).tolist()
    facts = {
        "network": settings.network,
        "folder": settings.out,
        "minutes": run.seconds / 60,
        "questions": run.step * NETWORKS[settings.network].size.questions * settings.workers,
        "threads": settings.workers,
        "vocabulary": len(vocabulary),
    }
    reader_card.write(settings.out, facts, settings.data, examples, figures)


def parse(arguments: Sequence[str] | None) -> Settings:
    """The settings in these command-line arguments."""
    parser = argparse.ArgumentParser(prog="python -m train.reader", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--network", choices=NETWORKS, default="convolution")
    parser.add_argument("--out", type=Path, default=Path("qa/models/reader"))
    parser.add_argument("--without", action="append", default=[], metavar="GLOB", help="leave these data files out")
    parser.add_argument("--minutes", type=float, default=40.0, help="how long to train, after the data are prepared")
    parser.add_argument("--articles", type=int, default=ARTICLES, help="news articles that questions are made from")
    parser.add_argument(
        "--workers", type=int, default=WORKERS, help="processes of one thread; faster than one of several"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint, with the same data")
    parser.add_argument("--begin", type=Path, metavar="FOLDER", help="go on from the reader in this folder")
    given = vars(parser.parse_args(arguments))
    return Settings(**given | {"data": Selection(given["data"], tuple(given.pop("without")))})


def train(bank: Bank, vocabulary: dict[str, float], settings: Settings) -> Run:
    """Train for the given minutes; the learning rate falls with the time that is left."""
    table = word_table(bank, vocabulary, word_vectors(list(bank.words)))
    run = started(vocabulary, table.vectors.shape[1], settings)
    rank = distributed.get_rank()
    torch.manual_seed(settings.seed + rank)  # after the weights, which all have in common
    rng = np.random.default_rng([settings.seed, run.step, rank])
    recipe = NETWORKS[settings.network]
    stream = batches(bank, table, rng, recipe.size, lambda: min(run.seconds / settings.minutes / 60, 1.0))
    rows = held_out_rows(settings.data)[:EVALUATED]
    losses: list[list[float]] = []
    evaluated = run.seconds
    while run.seconds < settings.minutes * 60:
        began = time.monotonic()
        losses.append(step(run, next(stream), pace(run, settings), recipe.average))
        # A machine that sleeps or stalls does not eat the training's time.
        run.seconds = shared(run.seconds + min(time.monotonic() - began, LONGEST_STEP))
        if rank:
            continue
        if run.step % REPORT_EVERY == 0:
            shown = " ".join(f"{loss:.3f}" for loss in np.mean(losses, axis=0))
            print(f"{run.step} {run.seconds:.0f}s start, end, sentence {shown}", flush=True)
            losses = []
        if run.step % SAVE_EVERY == 0:
            checkpoint(run, settings.folder)
        if run.seconds - evaluated > EVALUATE_MINUTES * 60:
            evaluated = run.seconds
            print(measure(TorchReader(copy.deepcopy(run.average), Vocabulary(vocabulary)), rows), flush=True)
    if not rank:
        checkpoint(run, settings.folder)
    return run


def started(vocabulary: dict[str, float], dimensions: int, settings: Settings) -> Run:
    """A new training, or the last checkpoint of one."""
    recipe = NETWORKS[settings.network]
    model = recipe.made(len(vocabulary) + FIRST_WORD, dimensions)
    if settings.begin and not settings.resume:
        reader_restore.restore(model, dimensions, settings.begin)
    elif isinstance(model, TransformerReader) and not settings.resume:
        multilingual.lend(model.encoder, list(vocabulary))
    optimizer = torch.optim.AdamW(_groups(model, recipe.rates), weight_decay=DECAY, fused=True)
    run = Run(model, copy.deepcopy(model).eval(), optimizer)
    if settings.resume and (settings.folder / "checkpoint.pt").exists():
        state = torch.load(settings.folder / "checkpoint.pt", weights_only=True)
        run.model.load_state_dict(state["model"])
        run.average.load_state_dict(state["average"])
        run.optimizer.load_state_dict(state["optimizer"])
        run.step, run.seconds = state["step"], state["seconds"]
    return run


def _groups(model: nn.Module, rates: dict[str, float]) -> Iterator[dict[str, object]]:
    """The weights of each learning rate."""
    first = {name: next(start for start in rates if name.startswith(start)) for name, _ in model.named_parameters()}
    for begin, rate in rates.items():
        yield {"params": [weight for name, weight in model.named_parameters() if first[name] == begin], "rate": rate}


def checkpoint(run: Run, folder: Path) -> None:
    """Keep what --resume needs; the file is replaced at once, so that a killed run leaves a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: getattr(run, name).state_dict() for name in ("model", "average", "optimizer")}
    torch.save(state | {"step": run.step, "seconds": run.seconds}, folder / "checkpoint.new")
    (folder / "checkpoint.new").replace(folder / "checkpoint.pt")


def pace(run: Run, settings: Settings) -> float:
    """The learning rates as a share of their highest: they rise, then fall with the time that is left."""
    left = max(LOWEST, 1 - run.seconds / settings.minutes / 60)
    return min(1.0, (run.step + 1) / WARM_UP) * left * (AGAIN if settings.begin else 1.0)


def step(run: Run, batch: Batch, share: float, average: float) -> list[float]:
    """One step of the optimizer; returns the three losses."""
    for group in run.optimizer.param_groups:
        group["lr"] = group["rate"] * share
    run.model.train()
    parts = losses_of(run.model, batch)
    run.optimizer.zero_grad()
    torch.autograd.backward(parts[0] + parts[1] + SENTENCE_WEIGHT * parts[2])
    share_gradients(run.model)
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 2.0)
    run.optimizer.step()
    run.step += 1
    keep = min(average, run.step / (run.step + 10))
    with torch.no_grad():
        for mean, weight in zip(run.average.parameters(), run.model.parameters(), strict=True):
            mean.lerp_(weight, 1 - keep)
    return [part.item() for part in parts]


def losses_of(model: nn.Module, batch: Batch) -> list[Tensor]:
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


def final_figures(reader: SpanReader, data: Selection, most: int) -> dict[str, str]:
    """What the card reports: the held-out third (at most so many), alone and among others, and the development sets."""
    rows = held_out_rows(data)
    rows = np.random.default_rng(0).permutation(np.array(rows, dtype=object))[:most].tolist()
    found = {
        "UIT-ViQuAD, held-out third, own passage": str(measure(reader, rows)),
        "the same, among 8 passages": str(measure(reader, rows, among_others(rows))),
    }
    for name in SETS:
        found[f"dev/{name}, own passage"] = str(measure(reader, development_rows(data, name)))
    for name, figure in found.items():
        print(name, figure, flush=True)
    return found


if __name__ == "__main__":
    main()
