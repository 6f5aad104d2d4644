"""Models of others' making, by hub name or folder: one way to load them, and to say why one cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from index.errors import ModelError

Model = TypeVar("Model")


def loaded(what: str, name: str, load: Callable[[], Model], folder: str = "a folder") -> Model:
    """What `load` makes of a model.

    Args:
        what: the setting and its value, as messages begin.
        name: of the model, on the hub or in a folder; a path is a folder's.
        load: loads it.
        folder: which kind of folder is meant.

    Raises:
        ModelError: there is no such folder, or the model cannot be loaded.
    """
    if name.startswith((".", "/")) and not Path(name).is_dir():
        raise ModelError(f"{what} is not a folder. Name {folder} or a hub model, or 'bundled'.")
    try:
        return load()
    except Exception as error:
        # Each library under it has errors of its own for a model that is missing, cut off or of another kind.
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"{what} cannot be loaded: {reason.rstrip('.')}. Name a hub model or a folder, or 'bundled'."
        ) from error
