"""Values from outside become records, or a refusal that says what was wrong, the value, and what would be right."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from api.redact import without_keys
from index.errors import HoidapError

SHOWN = 60
"""Characters of a refused value that a message repeats."""

_SENTENCES = tuple(
    (re.compile(pattern, re.DOTALL), template)
    for pattern, template in (
        (r"Object missing required field `(.+)`", '"{0}" is missing.'),
        (r"Object contains unknown field `(.+)`", '"{0}" is not known here; /schema lists what is.'),
        (r"Expected `str` of length <= (\d+)", "{name} has {length} characters; at most {0} are allowed."),
        (r"Expected `str` of length >= 1", "{name} is empty; at least one character is needed."),
        (r"Expected `array` of length <= (\d+)", "{name} has {length} entries; at most {0} are allowed."),
        (r"Expected `int` <= (\d+)", "{name} is {value}; at most {0} is allowed."),
        (r"Expected `int` >= (\d+)", "{name} is {value}; at least {0} is needed."),
        (r"Expected `int.*", "{name} is {value}; a whole number is needed."),
        (r"Invalid enum value.*", "{name} is {value}; /schema/openapi.json lists the values."),
        (r"Expected `str.*", "{name} is {value}; a text is needed."),
        (r"Expected `array.*", "{name} is {value}; a list is needed."),
        (r"Expected `object.*", "{name} is {value}; an object is needed."),
    )
)
_PATH = re.compile(r" - at `\$(.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
# Anything but spaces, controls, zero-width characters and bare accents, as JSON Schema and Python both write it.
READABLE = (
    r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u0300-\u036f\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    r"\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
"""Pattern of a character that makes a text readable: a question holds one."""

Record = TypeVar("Record", bound=msgspec.Struct)


class RequestError(HoidapError):
    """A request that cannot be served as it stands.

    Attributes:
        status: what HTTP answers.
        headers: what stands beside it, such as Retry-After.
    """

    def __init__(self, detail: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}


def read(kind: type[Record], values: object) -> Record:
    """Turn plain values (of JSON or of a command line) into a record.

    Raises:
        RequestError: a value is missing, unknown, of the wrong type or out of range.
    """
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        message, path = _parted(str(error))
        name = f'"{path.lstrip(".")}"' if path else "What was sent"
        raise RequestError(sentence(message, name, _value_at(values, path))) from error


def check_question(question: str) -> None:
    """Refuse a question in which nothing can be read.

    Raises:
        RequestError: it holds only spaces and invisible characters, or bytes that were not UTF-8.
    """
    if not re.search(READABLE, question):
        raise RequestError(f'The question is blank ({shown(question)}); ask something such as "khi nào SCO Astana?".')
    if any("\ud800" <= char <= "\udfff" for char in question):
        raise RequestError(f"The question {shown(question)} is not valid UTF-8; send it in UTF-8.")


def sentence(message: str, name: str, value: object) -> str:
    """Say msgspec's complaint about `value` in words that name the value and what would be right."""
    for pattern, template in _SENTENCES:
        if found := pattern.fullmatch(message):
            length = len(value) if isinstance(value, str | list) else 0
            return template.format(*map(_cut, found.groups()), name=name, value=shown(value), length=length)
    return f"{name} is {shown(value)}: {message}."


def shown(value: object) -> str:
    """A value as JSON writes it, cut when it is long; no key that got into it is repeated."""
    return _cut(without_keys(json.dumps(value, ensure_ascii=False, default=str)))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _parted(message: str) -> tuple[str, str]:
    """A message of msgspec and the path at its end: "Expected `int`", ".filters.from"."""
    found = _PATH.search(message)
    return (message[: found.start()], found[1]) if found else (message, "")


def _value_at(values: object, path: str) -> object:
    """What stands at a path; None where the path leads nowhere."""
    for key, position in _STEP.findall(path):
        if isinstance(values, dict):
            values = values.get(key)
        elif isinstance(values, list | tuple) and int(position) < len(values):
            values = values[int(position)]
    return values
