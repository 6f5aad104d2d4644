"""API keys: who may ask, write or administer, kept beside the index as hashes."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import filelock
import msgspec

from index.errors import HoidapError

FILE, LOCK = "keys.json", "keys.lock"
LOCK_SECONDS = 10.0
SECRET_BYTES = 32
ID_BYTES = 4
MAX_NAME = 100

Scope = Literal["ask", "write", "admin"]
INCLUDED: dict[Scope, frozenset[Scope]] = {
    "ask": frozenset(("ask",)),
    "write": frozenset(("ask", "write")),
    "admin": frozenset(("ask", "write", "admin")),
}
"""What a scope allows."""

_TOKEN = re.compile(r"hoidap_([0-9a-f]{8})_[A-Za-z0-9_-]+")

_Signature = tuple[int, int, int]


class KeysDamaged(HoidapError):
    """The file of the keys is not what it should be; nobody is let in by it."""


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept of a key.

    Attributes:
        sha256: of the whole key. A key is 256 random bits, which nobody can guess one by one, so a hash that is slow
            on purpose would only slow down every request.
        expires: the last day (UTC) on which it works; None is without end.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}$")]
    name: str
    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    created: datetime
    expires: date | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether its scopes include another."""
        return any(scope in INCLUDED[own] for own in self.scopes)

    def expired(self, now: datetime) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and now.astimezone(UTC).date() > self.expires


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file."""

    keys: list[Key]

    def __post_init__(self) -> None:
        if len({key.id for key in self.keys}) < len(self.keys):
            raise ValueError("two keys have one id")


class KeyFile:
    """The keys of one index. Processes may share the file; what one changes, the others see at the next look.

    Args:
        folder: the folder of the index.
        now: tells the time, by which keys expire.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = folder / FILE
        self._lock = folder / LOCK
        self._now = now
        self._read: tuple[_Signature | None, tuple[Key, ...]] = (None, ())

    def keys(self) -> tuple[Key, ...]:
        """All keys, oldest first, expired ones too; the file is read again only when it has changed.

        Raises:
            KeysDamaged: the file cannot be read, or not understood.
        """
        # The signature is taken first: of a file that changes in between, the next look sees another one.
        signature = self._signature()
        if signature != self._read[0]:
            self._read = (signature, self._load())
        return self._read[1]

    def find(self, token: str) -> Key | None:
        """The key that a token is; None when it is wrong, expired or revoked.

        Raises:
            KeysDamaged: the file cannot be read, or not understood.
        """
        keys = self.keys()
        if (parts := _TOKEN.fullmatch(token)) is None:
            return None
        # An id is no secret (`hoidap keys list` shows it), so only the hash is compared in constant time.
        key = next((key for key in keys if key.id == parts[1]), None)
        if key is None or not hmac.compare_digest(_digest(token), key.sha256) or key.expired(self._now()):
            return None
        return key

    def add(self, name: str, scopes: Sequence[Scope], expires: date | None = None) -> tuple[Key, str]:
        """Make a key; it is returned beside its record, and this is the only time that anybody sees it.

        Raises:
            HoidapError: the name is blank, too long or not printable, the day is over, or the file cannot be changed.
        """
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise HoidapError(f"A key's name has 1 to {MAX_NAME} visible characters; {name[:MAX_NAME]!r} has not.")
        now = self._now().astimezone(UTC).replace(microsecond=0)
        if expires is not None and now.date() > expires:
            raise HoidapError(f"--expires {expires} is over; give a day to come, or today ({now.date()}, UTC).")
        with self._changing() as keys:
            key_id = _new_id({key.id for key in keys})
            token = f"hoidap_{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
            scopes = list(dict.fromkeys(scopes))
            key = Key(id=key_id, name=name, scopes=scopes, sha256=_digest(token), created=now, expires=expires)
            keys.append(key)
        return key, token

    def revoke(self, key_id: str) -> Key:
        """Take a key out; it opens nothing any more.

        Raises:
            HoidapError: there is no such key, or the file cannot be changed.
        """
        if _TOKEN.fullmatch(key_id):
            raise HoidapError("This is a whole key; give its id, the eight characters that `hoidap keys list` shows.")
        with self._changing() as keys:
            found = next((key for key in keys if key.id == key_id), None)
            if found is None:
                raise HoidapError(f"No key has the id {key_id!r}; `hoidap keys list` shows those there are.")
            keys.remove(found)
        return found

    @contextmanager
    def _changing(self) -> Iterator[list[Key]]:
        """The keys, to be changed by this process alone; they are written when the block ends well."""
        try:
            with filelock.FileLock(self._lock, timeout=LOCK_SECONDS, mode=0o600):
                keys = list(self._load())
                yield keys
                self._write(msgspec.json.format(msgspec.json.encode(_Content(keys)), indent=2) + b"\n")
        except filelock.Timeout as error:
            raise HoidapError(f"Another process is changing the keys ({self._lock} is locked); try again.") from error

    def _signature(self) -> _Signature | None:
        """By what a changed file is known; None where there is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeysDamaged(f"{self._path} cannot be read: {error.strerror}.") from error
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _load(self) -> tuple[Key, ...]:
        try:
            return tuple(msgspec.json.decode(self._path.read_bytes(), type=_Content).keys)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise KeysDamaged(f"{self._path} cannot be read: {error.strerror}.") from error
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            mend = "put a copy back, or remove it and make new keys with `hoidap keys add`"
            raise KeysDamaged(f"{self._path} is damaged ({error}); {mend}.") from error

    def _write(self, content: bytes) -> None:
        """Replace the file at once: whoever reads it sees the old keys or the new ones, also after a power cut."""
        folder = self._path.parent
        number, name = tempfile.mkstemp(prefix=f"{FILE}.", dir=folder)  # mode 0600
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable, where the system can."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_id(taken: set[str]) -> str:
    while (key_id := secrets.token_hex(ID_BYTES)) in taken:
        pass
    return key_id
