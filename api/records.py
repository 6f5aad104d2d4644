"""What is asked, whichever way it comes in, and the few replies that are not records of qa or index."""

from typing import Annotated

import msgspec

from api.validation import READABLE, check_question
from index.records import ArticleSummary, Filters
from qa.config import MAX_TOP

MAX_QUESTION = 500
MAX_CONTEXT = 5
MAX_PAGE = 100
MAX_OFFSET = 10_000_000

QuestionText = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=MAX_QUESTION,
        description="The question as people type it, with or without accents.",
        examples=["khi nào SCO Astana?"],
        extra_json_schema={"pattern": READABLE},
    ),
]


class AskRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to the collection.

    Attributes:
        top: how many answers; without it the setting `top` of config.toml.
        context: the questions asked before this one, oldest first.
        repair: whether the question may be taken otherwise than it was typed (`understood.steps` says how).
    """

    question: QuestionText
    top: Annotated[int, msgspec.Meta(ge=1, le=MAX_TOP, description="How many answers.")] | None = None
    filters: Filters | None = None
    context: Annotated[
        tuple[QuestionText, ...],
        msgspec.Meta(max_length=MAX_CONTEXT, description="Questions asked before this one, oldest first."),
    ] = ()
    repair: Annotated[
        bool, msgspec.Meta(description="False: take the question as typed, without restoring accents and the like.")
    ] = True

    def __post_init__(self) -> None:
        """Refuse blank questions, whichever way they came in."""
        for question in (self.question, *self.context):
            check_question(question)


class ArticlePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the collection's articles, by source."""

    articles: tuple[ArticleSummary, ...]
    total: int
    offset: int
    limit: int
    generation: int


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "ok"


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Index and models are open, and the newest generation is the one that answers."""

    status: str = "ready"
    generation: int
    articles: int
    chunks: int


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """An article is gone; from `generation` on it is not found any more."""

    article: str
    generation: int


class Kept(msgspec.Struct, frozen=True):
    """An opinion was kept under this number."""

    id: int


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no reply (RFC 9457). `detail` says what was wrong, the value, and what would be right."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
