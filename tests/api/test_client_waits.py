from __future__ import annotations

from email.utils import formatdate
from time import time

import httpx
import pytest
from fake_service import READY, answering

from api import client as module
from api.client import ServiceError


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the client would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(module, "sleep", waited.append)
    return waited


def busy(retry_after: str | None = None) -> httpx.Response:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return httpx.Response(503, headers=headers, json={"title": "Service Unavailable", "status": 503, "detail": "Busy."})


def test_a_busy_service_is_asked_again_when_it_says(waits: list[float]) -> None:
    hoidap, asked = answering(busy("2"), busy("3"), httpx.Response(200, json=READY))
    assert hoidap.ready().generation == 7
    assert waits == [2, 3]
    assert len(asked) == 3


def test_what_is_sent_again_is_the_same(waits: list[float]) -> None:
    hoidap, asked = answering(
        busy("1"), httpx.Response(200, json={"article": "a1", "source": "a", "outcome": "added", "generation": 2})
    )
    hoidap.put_article("a", "Họp")
    assert [request.content for request in asked] == ['{"text":"Họp"}'.encode()] * 2
    assert waits == [1]


def test_patience_bounds_all_waits_of_a_call_together(waits: list[float]) -> None:
    hoidap, _ = answering(busy("2"), patience=5)
    with pytest.raises(ServiceError, match=r"Busy\.") as raised:
        hoidap.ready()
    assert (raised.value.status, waits) == (503, [2, 2])


@pytest.mark.parametrize("said", ["0", "00"])
def test_a_service_that_says_at_once_is_not_asked_for_ever(waits: list[float], said: str) -> None:
    hoidap, asked = answering(busy(said), patience=3)
    with pytest.raises(ServiceError):
        hoidap.ready()
    assert (waits, len(asked)) == ([1, 1, 1], 4)


def test_when_to_come_again_may_be_a_date(waits: list[float]) -> None:
    hoidap, _ = answering(busy(formatdate(time() - 60, usegmt=True)), httpx.Response(200, json=READY))
    assert hoidap.ready().generation == 7
    assert waits == [1]


@pytest.mark.parametrize("said", [None, "", "soon", "-1", "1.5", "9" * 400, formatdate(time() + 9999, usegmt=True)])
def test_busy_without_a_time_to_wait_for_is_not_asked_again(waits: list[float], said: str | None) -> None:
    hoidap, asked = answering(busy(said))
    with pytest.raises(ServiceError):
        hoidap.ready()
    assert (waits, len(asked)) == ([], 1)


@pytest.mark.parametrize("status", [429, 500, 502, 504])
def test_nothing_but_503_is_asked_again(waits: list[float], status: int) -> None:
    hoidap, asked = answering(httpx.Response(status, headers={"Retry-After": "1"}))
    with pytest.raises(ServiceError) as raised:
        hoidap.ready()
    assert (raised.value.status, waits, len(asked)) == (status, [], 1)


def test_without_patience_nothing_is_asked_again(waits: list[float]) -> None:
    hoidap, asked = answering(busy("1"), patience=0)
    with pytest.raises(ServiceError):
        hoidap.ready()
    assert (waits, len(asked)) == ([], 1)
