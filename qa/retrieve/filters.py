"""Which chunks the filters of a request leave; dates that leave none are let go, and a step says so."""

from __future__ import annotations

import msgspec

from index.records import Filters
from index.stores import Snapshot
from qa.query import Query
from qa.records import Step

ANY_DATE = "mọi ngày"


def selected(
    query: Query, snapshot: Snapshot, filters: Filters | None, *, strictly: bool
) -> tuple[Query, list[int] | None]:
    """The question with the step, if one was needed, and the chunks; None: all of them.

    `strictly`: no date is let go.

    Raises:
        FilterError: a filter makes no sense.
    """
    if filters is None:
        return query, None
    left = snapshot.select(filters)
    if left or strictly or not (filters.since or filters.until):
        return query, left
    step = Step("dates", " – ".join(day or "…" for day in (filters.since, filters.until)), ANY_DATE)
    question = msgspec.structs.replace(query.question, steps=(*query.question.steps, step))
    undated = msgspec.structs.replace(filters, since=None, until=None)
    return query._replace(question=question), None if undated == Filters() else snapshot.select(undated)
