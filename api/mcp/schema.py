"""What the tools of assistants take and give, as JSON schemas."""

from __future__ import annotations

from typing import Any

import msgspec

from api.records import AskRequest
from index.records import Filters

DESCRIPTIONS = {
    "top": "How many; by default 3 answers or 10 passages.",
    "source": 'Glob over sources, such as "2024/*".',
    "from": "Only articles of this date (ISO 8601) or later.",
    "to": "Only articles of this date or earlier.",
    "language": "Language of the articles: vi, en, zh or ru.",
}
"""What may stand beside a question, in the order in which assistants see it."""


def schema_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema of a record with the record itself at the root, where the protocol wants an object."""
    _, named = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    root = named.pop(kind.__name__)
    return {**root, "$defs": named} if named else root


def question_schema() -> dict[str, Any]:
    """The schema of what `api.asking.request_of` reads: a question with its filters beside it."""
    given = schema_of(AskRequest)["properties"] | schema_of(Filters)["properties"]
    beside = {name: {**given[name], "description": told} for name, told in DESCRIPTIONS.items()}
    return {
        "title": "Question",
        "description": "A question, and which articles may answer it.",
        "type": "object",
        "properties": {"question": given["question"], **beside},
        "required": ["question"],
        "additionalProperties": False,
    }
