"""Trains the reader: the upper layers, on what the frozen lower ones say of each text.

    python -m train.base --out .cache/base
    python -m train.reader --data ../shared/data --base .cache/base --minutes 120

Takes a GPU where there is one. Goes on from the weights of --begin; writes those of --out every quarter of the time,
and at the end the reader's folder.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from qa.read.onnx import FOLDER, onnx_reader
from qa.read.pieces import Integers, Vocabulary
from train import reader_card, reader_export
from train.data import HeldOut, Selection, read_rows
from train.reader_data import Example, Examples
from train.reader_evaluate import evaluate, show
from train.reader_model import ReaderModel, Upper, from_base

RATE, NEW = 1.3e-4, 5.0
"""Learning rate at its highest; that of what the base does not have is so many times higher."""
WARM_UP, BATCH, CLIP, DECAY = 0.02, 16, 1.0, 0.01
SORTED = 32
"""Batches that are sorted by length together."""
SMOOTHING = 0.05
KEPT_WINDOWS = 60_000
"""Windows of which it is kept what the lower layers say: 70 kB each."""
SAVED, SHOWN_EVERY = 4, 20
"""Times that the weights are saved; one question of so many is asked then."""
FAR = -1e4


class Trainer:
    """A network while it is trained.

    Attributes:
        read: examples so far.
    """

    def __init__(self, model: ReaderModel, device: str) -> None:
        self.lower = model.lower.to(device).eval().requires_grad_(requires_grad=False)
        self.upper = model.upper.to(device).train()
        self.read = 0
        self._device = device
        self._kept: dict[tuple[int, int], Tensor] = {}

    @torch.no_grad()
    def _read(self, texts: Sequence[Integers]) -> list[Tensor]:
        """What the lower layers say of texts [pieces] -> [pieces, WIDTH]."""
        ids, mask = padded([torch.from_numpy(text) for text in texts], self._device)
        with torch.autocast(self._device, torch.bfloat16):
            hidden = self.lower(ids, mask)
        return [row[: len(text)].bfloat16() for row, text in zip(hidden, texts, strict=True)]

    def logits(self, batch: Sequence[Example]) -> Tensor:
        """[examples, pieces, 2]; padding is far away."""
        if len(self._kept) > KEPT_WINDOWS:
            self._kept.clear()
        fresh = {example.window: example.pair.window for example in batch if example.window not in self._kept}
        if fresh:
            self._kept.update(zip(fresh, self._read(list(fresh.values())), strict=True))
        asked = self._read([example.pair.question for example in batch])
        both = [torch.cat([q, self._kept[e.window]]) for q, e in zip(asked, batch, strict=True)]
        hidden = nn.utils.rnn.pad_sequence(both, batch_first=True)
        match, mask = padded([torch.from_numpy(example.pair.match) for example in batch], self._device)
        with torch.autocast(self._device, torch.bfloat16):
            logits: Tensor = self.upper(hidden, match, mask)
        return logits.float().masked_fill(~mask[:, 0, 0, :, None], FAR)


def padded(texts: Sequence[Tensor], device: str) -> tuple[Tensor, Tensor]:
    """Texts of numbers as one table, and the mask of what is not padding [texts, 1, 1, pieces]."""
    lengths = torch.tensor([len(text) for text in texts])
    table = nn.utils.rnn.pad_sequence(list(texts), batch_first=True)
    return table.to(device), (torch.arange(table.shape[1])[None] < lengths[:, None])[:, None, None].to(device)


def batches(examples: Iterator[Example], size: int, rng: random.Random) -> Iterator[list[Example]]:
    """Batches of about equal length, in random order."""
    while True:
        some = sorted(islice(examples, SORTED * size), key=lambda example: len(example.pair.match))
        found = [some[begin : begin + size] for begin in range(0, len(some), size)]
        rng.shuffle(found)
        yield from found


def loss_of(logits: Tensor, batch: Sequence[Example]) -> Tensor:
    """Mean cross entropy of start and end, a little of it against all places alike."""
    gold = torch.tensor([[example.first, example.last] for example in batch], device=logits.device)
    log = logits.log_softmax(1)
    inside = logits > FAR / 2
    hit = -log.gather(1, gold[:, None, :]).mean()
    smooth = -(log * inside).sum(1).div(inside.sum(1)).mean()
    return (1 - SMOOTHING) * hit + SMOOTHING * smooth


def optimiser_of(upper: Upper) -> torch.optim.AdamW:
    """One for the weights from the base, and those that are new."""
    new = [weight for name, weight in upper.named_parameters() if not name.startswith("layers")]
    old = [weight for name, weight in upper.named_parameters() if name.startswith("layers")]
    groups = [{"params": old, "times": 1.0}, {"params": new, "times": NEW}]
    return torch.optim.AdamW(groups, lr=RATE, weight_decay=DECAY, fused=True)


def schedule(done: float) -> float:
    """Share of the learning rate when this share of the time is over: up, then down in a line."""
    return min(1.0, done / WARM_UP) * (1 - done)


def begun(base: Path, weights: Path | None) -> ReaderModel:
    """The base, with the upper half that a run has made of it."""
    model = from_base(load_file(base / "model.safetensors"))
    if weights is not None:
        model.upper.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    return model


def train(trainer: Trainer, stream: Iterator[list[Example]], options: argparse.Namespace) -> Iterator[None]:
    """Train until the time is over; stops each time that the weights are worth saving."""
    optimiser = optimiser_of(trainer.upper)
    began, losses, saved = time.time(), [0.0], 1
    for step, batch in enumerate(stream, 1):
        if (done := (time.time() - began) / (60 * options.minutes)) >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = group["times"] * options.rate * schedule(done)
        loss = loss_of(trainer.logits(batch), batch)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(trainer.upper.parameters(), CLIP)
        optimiser.step()
        losses = [*losses[-99:], loss.item()]
        trainer.read += len(batch)
        if step % 100 == 0:
            print(
                f"{step} loss {np.mean(losses):.3f} {trainer.read / (time.time() - began):.1f}/s {done:.2f}", flush=True
            )
        if done * SAVED > saved:
            saved += 1
            yield
    yield


def save(upper: nn.Module, path: Path) -> None:
    """Keep the trained weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.detach().half().contiguous().cpu() for name, value in upper.state_dict().items()}, path)


def main() -> None:
    """Train, save, export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--base", type=Path, default=Path(".cache/base"))
    parser.add_argument("--begin", type=Path)
    parser.add_argument("--self-taught", type=Path, metavar="FILE", help="of train.self_taught")
    parser.add_argument("--out", type=Path, default=Path(".cache/train/reader.safetensors"))
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--without", action="append", default=[], metavar="GLOB")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    selection = Selection(options.data, tuple(options.without))
    vocabulary = Vocabulary(options.base / "tokenizer.json")
    held = HeldOut({row["context"] for row in selection.rows("dev/*")})
    trainer = Trainer(begun(options.base, options.begin), options.device)
    more = read_rows(options.self_taught) if options.self_taught else ()
    examples = Examples(selection, vocabulary, held, rng, more)
    model = ReaderModel(trainer.lower, trainer.upper)
    for _ in train(trainer, batches(iter(examples), BATCH, rng), options):
        save(trainer.upper, options.out)
        evaluate(model, vocabulary, options.data, SHOWN_EVERY)
    reader_export.save(model, options.base, options.folder)
    figures = show(onnx_reader(options.folder), options.data)
    reader_card.write(options.folder, selection, figures, f"{trainer.read:,} windows in {options.minutes:.0f} minutes")


if __name__ == "__main__":
    main()
