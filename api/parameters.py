"""What may stand in an address: each parameter with its limits, as the routes and the schema name it."""

from typing import Annotated, Literal

from litestar.params import PathParameter, QueryParameter

from api.reading import READABLE
from api.records import MAX_OFFSET, MAX_PAGE, MAX_QUESTION
from qa.config import MAX_TOP

MAX_FILTER = 200
RANGES = r"^[0-9]{1,8}-[0-9]{1,8}(,[0-9]{1,8}-[0-9]{1,8})*$"
"""Pattern of `quotes`."""

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
SinceQuery = Annotated[
    str | None,
    QueryParameter(
        name="from",
        min_length=1,
        max_length=MAX_FILTER,
        description="First date (ISO 8601), inclusive.",
        schema_extra={"format": "date"},
    ),
]
UntilQuery = Annotated[
    str | None,
    QueryParameter(
        name="to",
        min_length=1,
        max_length=MAX_FILTER,
        description="Last date (ISO 8601), inclusive.",
        schema_extra={"format": "date"},
    ),
]
LanguageQuery = Annotated[
    str | None,
    QueryParameter(min_length=1, max_length=MAX_FILTER, description="Language of the articles: vi, en, zh or ru."),
]
RepairQuery = Annotated[
    bool, QueryParameter(description="False: take the question as typed, without restoring accents and the like.")
]
OffsetQuery = Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET, description="Articles to pass over.")]
LimitQuery = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="Articles to return.")]
PositionQuery = Annotated[
    int | None,
    QueryParameter(
        ge=0,
        le=MAX_OFFSET,
        description="Where the quote to mark begins or ends, in code points.",
        schema_extra={"minimum": 0},  # Litestar leaves a 0 out
    ),
]
QuotesQuery = Annotated[
    str | None,
    QueryParameter(
        min_length=3,
        max_length=MAX_FILTER,
        description='Other quotes to mark: ranges in code points, such as "90-97,120-131".',
        schema_extra={"pattern": RANGES},
    ),
]
PageLanguage = Annotated[
    Literal["vi", "en", "zh", "ru"], QueryParameter(description="Language of the page around the text.")
]
ArticleId = Annotated[str, PathParameter(description="`article` of a citation, `id` in lists.")]
