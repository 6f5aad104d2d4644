"""`hoidap bench load`: the parts that need no service, and a short run on a real one."""

from __future__ import annotations

import asyncio
import json
import math

import pytest

from bench.changes import change_while_asked, changes
from bench.hostile import deaf
from bench.load import Figure, table
from bench.service import inode_of, running
from bench.traffic import (
    Outcome,
    asked,
    closed_loop,
    distinct,
    generation,
    open_loop,
    percentile,
    said,
    schedule,
    wrong,
)
from bench.wire import LOST, Received, Wires, parsed, request
from index.errors import HoidapError


def reply(answer: str | None, start: int = 0, *, took: float = 1.0, number: int = 1) -> bytes:
    cited = {"text": answer, "confidence": 0.5, "citation": {"source": "a.txt", "start": start, "end": start + 3}}
    answers = [cited] if answer else []
    return json.dumps({"answer": answer, "answers": answers, "took_ms": took, "index": {"generation": number}}).encode()


def outcome(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Outcome:
    return Outcome("/ask?q=a", 0.1, Received(status, headers or {}, body))


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.2, 1.0), (0.21, 2.0), (0.5, 3.0), (0.99, 5.0), (1.0, 5.0)]
)
def test_a_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    assert percentile([5.0, 1.0, 4.0, 2.0, 3.0], share) == expected


def test_of_nothing_there_is_no_percentile() -> None:
    assert math.isnan(percentile([], 0.5))


def test_requests_are_due_at_equal_distances() -> None:
    assert schedule(4, 1.5) == [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]


def test_requests_differ_and_neighbours_are_about_other_questions() -> None:
    found = distinct(["a", "b", "a"], 82)
    assert len(set(found)) == 82
    assert found[:3] == ["/ask?q=a&top=1", "/ask?q=b&top=1", "/ask?q=a&top=2"]
    assert found[40] == "/ask?q=a&top=1&source=%2A"


def test_there_are_no_more_requests_than_can_differ() -> None:
    assert len(distinct(["a"], 1000)) == 20 * 4


def test_another_answer_or_place_is_wrong_and_another_time_or_generation_is_not() -> None:
    before = {"/ask?q=a": said(reply("tháng 7", 4))}
    same, moved = reply("tháng 7", 4, took=9.0, number=2), reply("tháng 7", 5)
    assert wrong([outcome(same), outcome(moved), outcome(reply("tháng 8", 4)), outcome(reply(None))], before) == 3


def test_a_refused_request_is_not_wrong() -> None:
    assert wrong([outcome(b"{}", status=503)], {}) == 0


def test_refused_means_busy_and_told_when_to_come_again() -> None:
    again = {"retry-after": "1"}
    assert [outcome(b"", *given).refused for given in ((503, again), (503,), (500, again))] == [True, False, False]


def test_the_generation_of_a_reply_is_read() -> None:
    assert generation(reply("tháng 7", number=12)) == 12


def test_every_change_is_undone_and_few_stay_at_a_time() -> None:
    found = list(changes(12, kept=2))
    there: set[int] = set()
    most = 0
    for kind, number in found:
        assert (number in there) == (kind == "remove")
        there ^= {number}
        most = max(most, len(there))
    assert (len(found), there, most) == (12, set(), 3)


def test_a_late_client_counts_from_when_the_request_was_due() -> None:
    async def slow(_target: str) -> Received:
        await asyncio.sleep(0.05)
        return Received(200, {}, b"")

    found = asyncio.run(open_loop(slow, ["a", "b"], [0.0, 0.0, 0.0]))
    assert [each.target for each in found] == ["a", "b", "a"]
    assert min(each.seconds for each in found) >= 0.05


def test_clients_share_the_requests() -> None:
    async def send(target: str) -> Received:
        await asyncio.sleep(0)
        return Received(200, {}, target.encode())

    found = asyncio.run(closed_loop(send, ["a", "b", "c", "d", "e"], clients=2))
    assert sorted(each.target for each in found) == ["a", "b", "c", "d", "e"]


def test_a_request_names_host_and_length() -> None:
    sent = request("/articles/a", "PUT", b"abc", {"Connection": "close"})
    assert sent == b"PUT /articles/a HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"


def test_status_and_headers_of_a_reply_are_read() -> None:
    head = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    assert parsed(head) == (503, {"retry-after": "1", "content-length": "0"})


def test_a_port_where_nobody_listens_gives_a_lost_request() -> None:
    assert asyncio.run(Wires(1).send("/healthz")).status == LOST


def test_the_other_end_of_a_connection_is_found_by_both_ports() -> None:
    lines = [
        "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 11 1",
        "1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 0 0 12 1",
        "2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000 0 0 13 1",
    ]
    assert (inode_of(lines, 8080, 50000), inode_of(lines, 8080, 50001)) == ("13", None)


def test_a_figure_above_its_limit_fails_and_so_does_one_that_is_none() -> None:
    figures = [Figure(part="a", name="b", value=value, unit="s", most=1) for value in (1.0, 1.5, math.nan)]
    assert [figure.failed for figure in figures] == [False, True, True]
    assert table(figures, 2).splitlines()[2].split() == ["a", "b", "1.50", "s", "at", "most", "1:", "FAIL"]


def test_a_server_elsewhere_is_not_loaded() -> None:
    with pytest.raises(HoidapError, match="in a folder"), running("milvus://host:19530/name", 1):
        pass


def test_what_is_not_read_counts_as_closed_only_when_it_was_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.hostile.LAST", 0.2)
    monkeypatch.setattr("bench.hostile.EVERY", 0.01)

    async def scene(*replies: bytes) -> bool:
        coming = iter(replies)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(next(coming))
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        closed = await deaf(server.sockets[0].getsockname()[1], "/")
        server.close()
        return closed

    whole, cut = (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\nabc" % promised for promised in (3, 1000))
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    assert [asyncio.run(scene(*replies)) for replies in ((whole,), (cut,), (busy, cut))] == [False, True, True]


def test_two_workers_of_a_real_service_say_the_same_after_changes(seeds_index: str) -> None:
    questions = ["khi nào SCO Astana?", "Bộ trưởng Ngoại giao Nga là ai?"]

    with running(seeds_index, 2) as service:

        async def scene() -> list[int]:
            found = await change_while_asked(service, questions, 8)
            wires = Wires(service.port)
            outcomes = await closed_loop(wires.send, [asked(question) for question in questions] * 3, 2)
            await wires.close()
            statuses = {each.received.status for each in outcomes}
            return [found.failed, found.unlike, found.moved, *statuses]

        assert len(service.workers) == 2
        assert service.resident() > 0
        assert asyncio.run(scene()) == [0, 0, 0, 200]
