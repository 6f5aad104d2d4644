"""Replies and pages that tests make, for what the seeds do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route


class Pages:
    """Pages of another site, each with its Content-Security-Policy."""

    def __init__(self) -> None:
        self.origin = ""
        self._pages: dict[str, tuple[str, str]] = {}

    def write(self, content: str, policy: str = "") -> str:
        """The address of a new page."""
        path = f"/{len(self._pages)}.html"
        self._pages[path] = (content, policy)
        return self.origin + path

    def found(self, path: str) -> tuple[str, str]:
        return self._pages.get(path, ("", ""))


def ask(page: Page, question: str) -> Locator:
    """Ask, and wait for the card of this question."""
    turns = page.locator(".turn").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    card = page.locator(".turn").nth(turns).locator(".card")
    card.wait_for()
    return card


def answer(text: str, sentence: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 — JSON
    """An answer as /ask gives it: of one article, unless `changes` of its citation say otherwise."""
    start = sentence.index(text)
    own = {name: changes.pop(name) for name in ("confidence", "also", "disputed") if name in changes}
    citation = {
        "article": "a1",
        "source": "a1.txt",
        "title": "Bài một",
        "url": None,
        "published": "2024-05-20",
        "sha256": "0",
        "start": start,
        "end": start + len(text),
        "quote": text,
        "sentence_start": 0,
        "sentence_end": len(sentence),
        "prefix": "",
        "suffix": "",
        "link": f"/articles/a1?start={start}&end={start + len(text)}#:~:text=words",
        **changes,
    }
    shown = {"text": text, "sentence": sentence, "citation": citation, "when": None}
    return {**shown, "confidence": 0.9, "also": [], "disputed": False, **own}


def reply(question: str, *answers: dict[str, Any], passages: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A reply of /ask with these answers; declined where there are none."""
    return {
        "question": question,
        "understood": {"text": question, "type": "time", "language": "vi", "steps": []},
        "answered": bool(answers),
        "answer": answers[0]["text"] if answers else None,
        "confidence": 0.9,
        "answers": answers,
        "passages": passages or [],
        "index": {"generation": 1, "articles": 1, "chunks": 1},
        "took_ms": 1.0,
    }


def answers_with(
    page: Page, *replies: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> None:
    """Let /ask answer with these replies, the last one for ever."""
    waiting = list(replies)

    def fulfil(route: Route) -> None:
        made = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        route.fulfill(status=status, json=made, headers=headers)

    page.route("**/ask", fulfil)
