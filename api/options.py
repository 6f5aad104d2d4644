"""Options that several commands share."""

from __future__ import annotations

import click

index_option = click.option(
    "--index", envvar="HOIDAP_INDEX", default=".hoidap", show_default=True, help="Folder or URI of the index."
)
