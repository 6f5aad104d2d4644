from __future__ import annotations

import httpx

from api.client import Client

READY = {"status": "ready", "generation": 7, "articles": 5, "chunks": 61}


def answering(
    *responses: httpx.Response, key: str | None = "s3", patience: float = 10.0
) -> tuple[Client, list[httpx.Request]]:
    """A client of a service that gives these responses, the last one for ever, and the requests that it got."""
    waiting, asked = list(responses), []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return Client("http://host/base/", key=key, patience=patience, transport=httpx.MockTransport(answer)), asked
