"""`hoidap keys`: make, list and revoke API keys."""
# ruff: noqa: PLC0415 — what a command needs is imported when it runs

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.shared import FINE, index_option, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from api.beside import Key, KeyFile, Scope

SCOPES = ("ask", "write", "admin")


@click.group()
def keys() -> None:
    """Keys for the service: who may ask, write or administer."""


@keys.command()
@click.argument("name")
@index_option
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="What it allows: write includes ask, admin includes all.",
)
@click.option("--expires", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which it works (UTC).")
def add(name: str, index: str, scopes: tuple[Scope, ...], expires: datetime | None) -> int:
    """Make a key called NAME and print it, once.

    A running service knows it at its next request.
    """
    key, token = _keys_of(index).add(name, scopes, expires.date() if expires else None)
    click.echo(token)
    click.echo(f"This is the only time that the key {key.id} is shown. Keep it like a password.", err=True)
    return FINE


@keys.command("list")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_keys(index: str, *, as_json: bool) -> int:
    """List the keys: all but what is secret of them."""
    import msgspec

    found = _keys_of(index).keys()
    if as_json:
        shown = [{name: value for name, value in msgspec.to_builtins(key).items() if name != "sha256"} for key in found]
        print_json(shown)
        return FINE
    for key in found:
        click.echo(_line(key))
    if not found:
        click.echo("No keys. Make one: hoidap keys add NAME --scope ask", err=True)
    return FINE


@keys.command()
@click.argument("key_id", metavar="ID")
@index_option
def revoke(key_id: str, index: str) -> int:
    """Take the key with this ID back; a running service refuses it from its next request on."""
    key = _keys_of(index).revoke(key_id)
    click.echo(f"Revoked {key.id} ({key.name}).", err=True)
    return FINE


def _keys_of(index: str) -> KeyFile:
    """The keys beside an index that is there: in a mistyped folder no service would ever see them."""
    from api.beside import KeyFile, beside
    from index.stores import store_at

    store_at(index).generation()
    return KeyFile(beside(index))


def _line(key: Key) -> str:
    from datetime import UTC, datetime

    end = f"until {key.expires}" if key.expires else "without end"
    expired = "  (expired)" if key.expired(datetime.now(UTC)) else ""
    return f"{key.id}  {'+'.join(key.scopes):<5}  {key.created:%Y-%m-%d}  {end:<16}  {key.name}{expired}"
