"""Where changes to the collection wait for each other, so that no thread is held up by them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import structlog

from api.records import Removed
from api.validation import RequestError, shown
from index.errors import IndexLocked, IndexProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.collection import LiveCollection
    from index.edit import Editor
    from index.records import Document, Stored

RETRY_AFTER = "5"
"""Seconds; somebody else is building, or the disk has to be seen to."""

PATIENCE = 15.0
"""Seconds that a change waits for those before it."""

Result = TypeVar("Result")

log = structlog.get_logger("hoidap")


class Desk:
    """One change at a time in this process, and so many waiting. For one event loop.

    Args:
        editor: makes them.
        collection: shows them to the next question of this process.
        waiting: changes that may wait; the next one is refused.
    """

    def __init__(self, editor: Editor, collection: LiveCollection, waiting: int) -> None:
        self._editor = editor
        self._collection = collection
        self._most = waiting
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def put(self, found: Document) -> Stored:
        """Put an article in; it is durable and can be asked for when this returns.

        Raises:
            RequestError: nothing was changed (503).
        """
        return await self._change(lambda: self._editor.put(found))

    async def remove(self, article: str) -> Removed:
        """Take an article out.

        Raises:
            RequestError: there is none (404), or nothing was changed (503).
        """
        generation = await self._change(lambda: self._editor.remove(article))
        if generation is None:
            raise RequestError(f"There is no article {shown(article)}; /articles lists them.", status=404)
        return Removed(article=article, generation=generation)

    async def _change(self, change: Callable[[], Result]) -> Result:
        if self._waiting > self._most:
            raise _not_changed(f"{self._most} changes are waiting already")
        self._waiting += 1
        try:
            await self._wait()
            try:
                return await asyncio.to_thread(self._made, change)
            finally:
                self._turn.release()
        finally:
            self._waiting -= 1

    async def _wait(self) -> None:
        """Wait for the turn, but not behind a build that makes each of those before wait in vain."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turn.acquire()
        except TimeoutError:
            raise _not_changed("other changes take their time") from None

    def _made(self, change: Callable[[], Result]) -> Result:
        """Make a change and show it; what keeps it from being made is told, what is wrong with the place is logged."""
        try:
            result = change()
        except IndexLocked as error:
            raise _not_changed("another process is building") from error
        except IndexProblem as error:
            log.warning("change_not_made", reason=str(error))
            raise _not_changed("the collection cannot be written just now; the service's log says why") from error
        self._collection.refresh()
        return result


def _not_changed(why: str) -> RequestError:
    return RequestError(f"Nothing was changed: {why}. Try again.", status=503, headers={"Retry-After": RETRY_AFTER})
