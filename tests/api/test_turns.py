"""A bounded queue, and connections that do not wait for ever."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from api.http import connections
from api.http.connections import PatientProtocol
from api.http.turns import Turns
from api.validation import RequestError


async def held(turns: Turns, until: asyncio.Event) -> str:
    try:
        async with turns.turn():
            await until.wait()
    except RequestError as error:
        return f"{error.status} {error.headers['Retry-After']}"
    return "served"


def test_past_the_queue_a_request_is_refused_and_the_others_are_served() -> None:
    async def scene() -> tuple[list[str], int, int]:
        turns, until = Turns(at_once=2, waiting=3, patience=60), asyncio.Event()
        tasks = [asyncio.create_task(held(turns, until)) for _ in range(8)]
        await asyncio.sleep(0)
        counted = turns.at_work, turns.waiting
        until.set()
        return await asyncio.gather(*tasks), *counted

    ended, at_work, waiting = asyncio.run(scene())
    assert (sorted(ended), at_work, waiting) == (["503 1"] * 3 + ["served"] * 5, 2, 3)


def test_whoever_waits_too_long_is_refused_and_its_place_is_free_again() -> None:
    async def scene() -> tuple[str, int, str]:
        turns, until = Turns(at_once=1, waiting=5, patience=0.01), asyncio.Event()
        first = asyncio.create_task(held(turns, until))
        await asyncio.sleep(0)
        late = await held(turns, until)
        waiting = turns.waiting
        until.set()
        await first
        return late, waiting, await held(turns, until)

    assert asyncio.run(scene()) == ("503 1", 0, "served")


def test_a_failure_gives_the_turn_back() -> None:
    async def scene() -> int:
        turns = Turns(at_once=1, waiting=0, patience=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with turns.turn():
                    raise ZeroDivisionError
        return turns.at_work

    assert asyncio.run(scene()) == 0


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 — ASGI
    assert scope["type"] == "http"
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b""),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT", b"HTTP/1.1 200 OK"),
    ],
)
def test_a_connection_that_does_not_finish_asking_is_closed(
    monkeypatch: pytest.MonkeyPatch, sent: bytes, answered: bytes
) -> None:
    monkeypatch.setattr(connections, "SECONDS_TO_ASK", 0.05)

    async def scene() -> bytes:
        config, state = Config(application, timeout_keep_alive=1, log_config=None), ServerState()
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: PatientProtocol(config, state, {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        received = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        server.close()
        return received

    assert asyncio.run(scene()).startswith(answered)


@pytest.mark.parametrize(("reads", "whole"), [(False, False), (True, True)])
def test_a_connection_is_closed_when_nothing_of_a_large_reply_is_taken(
    monkeypatch: pytest.MonkeyPatch,
    reads: bool,  # noqa: FBT001
    whole: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(connections, "SECONDS_TO_TAKE", 0.1)
    body = bytes(20_000_000)

    async def large(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 — as ASGI has it
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def scene() -> int:
        config, state = Config(large, timeout_keep_alive=0, log_config=None), ServerState()
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: PatientProtocol(config, state, {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        if not reads:
            await asyncio.wait_for(gone(state), 10)
        received = 0
        with contextlib.suppress(ConnectionError):
            while piece := await asyncio.wait_for(reader.read(1_000_000), 10):
                received += len(piece)
        writer.close()
        server.close()
        return received

    assert (asyncio.run(scene()) > len(body)) == whole


async def gone(state: ServerState) -> None:
    """Wait until there was a connection, and is none."""
    for there in (True, False):
        while bool(state.connections) != there:  # noqa: ASYNC110 — uvicorn tells nobody
            await asyncio.sleep(0.01)
