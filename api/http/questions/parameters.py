"""What may stand in the address of a question: each parameter with its limits, as routes and schema name it."""

from typing import Annotated

from litestar.params import QueryParameter

from api.records import MAX_QUESTION
from api.validation import READABLE
from qa.config import MAX_TOP

MAX_FILTER = 200


def _day(name: str, which: str) -> QueryParameter:
    """A filter by day."""
    return QueryParameter(
        name=name,
        min_length=1,
        max_length=MAX_FILTER,
        description=f"{which} date (ISO 8601), inclusive.",
        schema_extra={"format": "date"},
    )


QuestionQuery = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=MAX_QUESTION,
        description="The question, with or without accents.",
        schema_extra={"pattern": READABLE},
    ),
]
SuggestQuery = Annotated[int, QueryParameter(ge=1, le=MAX_TOP, description="How many suggestions, at most.")]
TopQuery = Annotated[int, QueryParameter(ge=1, le=MAX_TOP, description="How many to return.")]
OptionalTopQuery = Annotated[
    int | None, QueryParameter(ge=1, le=MAX_TOP, description="How many answers; 3 unless the service is set otherwise.")
]
SourceQuery = Annotated[
    str | None,
    QueryParameter(min_length=1, max_length=MAX_FILTER, description='Glob over sources, such as "2024/*.txt".'),
]
SinceQuery = Annotated[str | None, _day("from", "First")]
UntilQuery = Annotated[str | None, _day("to", "Last")]
LanguageQuery = Annotated[
    str | None,
    QueryParameter(min_length=1, max_length=MAX_FILTER, description="Language of the articles: vi, en, zh or ru."),
]
RepairQuery = Annotated[
    bool, QueryParameter(description="False: take the question as typed, without restoring accents and the like.")
]
