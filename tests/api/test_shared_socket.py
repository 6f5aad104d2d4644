"""Connections on a socket that several workers share."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from api.http.connections import FairLoop, PatientProtocol


async def nothing(_scope: object, _receive: object, _send: object) -> None:
    """An application that is never asked."""


async def taken(connections: int) -> Counter[int]:
    """How many of so many connections that wait are taken in each round of the loop."""
    loop = asyncio.get_running_loop()
    config, state, rounds, made = Config(nothing, log_config=None), ServerState(), [0], Counter[int]()
    config.load()

    def count_round() -> None:
        rounds[0] += 1
        loop.call_soon(count_round)

    def protocol() -> PatientProtocol:
        made[rounds[0]] += 1
        return PatientProtocol(config, state, {})

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as shared:
        shared.bind(("127.0.0.1", 0))
        shared.listen(100)
        clients = [socket.create_connection(shared.getsockname()) for _ in range(connections)]
        count_round()
        server = await loop.create_server(protocol, sock=shared, backlog=100)
        while len(state.connections) < connections:  # noqa: ASYNC110 — uvicorn tells nobody
            await asyncio.sleep(0)  # a round of the loop
        for connection in state.connections:
            there = connection.transport.get_extra_info("socket")
            assert there.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        server.close()
        for client in clients:
            client.close()
    return made


@pytest.mark.parametrize(("loop", "at_most"), [(FairLoop, 1), (asyncio.SelectorEventLoop, 5)])
def test_a_worker_takes_one_connection_at_a_time_and_none_waits_for_an_acknowledgement(
    loop: type[asyncio.SelectorEventLoop], at_most: int
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert max(runner.run(taken(5)).values()) == at_most
