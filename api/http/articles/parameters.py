"""What may stand in the address of an article: each parameter with its limits, as routes and schema name it."""

from typing import Annotated, Literal

from litestar.params import PathParameter, QueryParameter

from api.records import MAX_OFFSET, MAX_PAGE

MAX_QUOTES = 200
"""Characters of `quotes`."""
RANGES = r"^[0-9]{1,8}-[0-9]{1,8}(,[0-9]{1,8}-[0-9]{1,8})*$"
"""Pattern of `quotes`."""

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
        max_length=MAX_QUOTES,
        description='Other quotes to mark: ranges in code points, such as "90-97,120-131".',
        schema_extra={"pattern": RANGES},
    ),
]
PageLanguage = Annotated[
    Literal["vi", "en", "zh", "ru"], QueryParameter(description="Language of the page around the text.")
]
ArticleId = Annotated[str, PathParameter(description="`article` of a citation, `id` in lists.")]
