"""Training in several processes of one thread each, which is faster than one process of several threads."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import torch
from torch import distributed, nn


def start(work: Callable[..., None], workers: int, meeting: Path, *arguments: object) -> None:
    """Run `work(rank, *arguments)` in each process, gradients shared through a file at `meeting`."""
    meeting.parent.mkdir(parents=True, exist_ok=True)
    meeting.unlink(missing_ok=True)
    context = multiprocessing.get_context("spawn")
    started = [
        context.Process(target=_join, args=(work, rank, workers, meeting, *arguments)) for rank in range(workers)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    if any(process.exitcode for process in started):
        raise SystemExit("A training process failed; what it said stands above. Go on with --resume.")


def _join(work: Callable[..., None], rank: int, workers: int, meeting: Path, *arguments: object) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", f"file://{meeting.resolve()}", rank=rank, world_size=workers)
    work(rank, *arguments)


def shared(number: float) -> float:
    """The mean of a number over the processes."""
    found = torch.tensor([number], dtype=torch.float64)
    distributed.all_reduce(found)
    return found.item() / distributed.get_world_size()


def share_gradients(model: nn.Module) -> None:
    """Replace gradients by their means over the processes."""
    gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    parts = torch.split(flat / distributed.get_world_size(), [gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))
