from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import TooManyRequestsException

from api.http.guard.addresses import client_of, loopback
from api.http.guard.limits import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(limit: RateLimit, client: str = "a", times: int = 1) -> int:
    """How many of so many requests pass."""
    passed = 0
    for _ in range(times):
        try:
            limit.take(client)
        except TooManyRequestsException:
            continue
        passed += 1
    return passed


def test_all_requests_of_a_minute_may_come_at_once_and_no_more() -> None:
    assert taken(RateLimit(3, Clock()), times=5) == 3


def test_each_share_of_a_minute_gives_its_share_of_requests() -> None:
    clock = Clock()
    limit = RateLimit(6, clock)
    assert taken(limit, times=6) == 6
    clock.now += 9
    assert taken(limit) == 0
    clock.now += 1
    assert taken(limit, times=2) == 1
    clock.now += 30
    assert taken(limit, times=9) == 3


def test_what_costs_a_tenth_is_counted_as_a_tenth() -> None:
    limit = RateLimit(3, Clock())
    for _ in range(10):
        limit.take("a", 0.1)
    assert taken(limit, times=5) == 2


def test_quiet_saves_no_more_than_one_minute() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    taken(limit)
    clock.now += 10_000
    assert taken(limit, times=9) == 3


def test_each_client_has_its_own_share() -> None:
    limit = RateLimit(2, Clock())
    assert taken(limit, "a", 5) == 2
    assert taken(limit, "b", 5) == 2


def test_a_refusal_says_when_to_come_again() -> None:
    clock = Clock()
    limit = RateLimit(4, clock)
    taken(limit, times=4)
    clock.now += 5
    with pytest.raises(TooManyRequestsException) as refused:
        limit.take("a")
    assert refused.value.headers == {
        "Retry-After": "10",
        "RateLimit-Limit": "4",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "55",
    }
    clock.now += 10
    assert taken(limit) == 1


def test_who_goes_on_knocking_still_gets_its_share() -> None:
    clock = Clock()
    limit = RateLimit(60, clock)
    passed = 0
    for _ in range(600):
        clock.now += 0.25
        passed += taken(limit)
    assert passed == 60 + 149  # all at once, then one a second of the 150, less a rest


def test_the_clients_that_are_remembered_are_bounded_and_the_quietest_goes_first() -> None:
    limit = RateLimit(1, Clock(), most=2)
    assert (taken(limit, "a"), taken(limit, "b")) == (1, 1)
    assert taken(limit, "a") == 0  # a spoke last
    assert taken(limit, "c") == 1  # b goes
    assert taken(limit, "a") == 0
    assert taken(limit, "b") == 1


PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8:ffff::/48")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),  # nobody trusts this peer: it may write what it likes
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),  # the client wrote 1.1.1.1 itself
        ("10.0.0.1", ["10.0.0.9, 203.0.113.9"], "203.0.113.9"),  # and cannot pose as a proxy
        ("10.0.0.1", ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),  # two headers are one list
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9,, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.9:5000"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::5]:5000"], "2001:db8::/64"),
        ("::ffff:10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("2001:db8:ffff::1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("2001:db8::1:2:3:4", [], "2001:db8::/64"),
        ("2001:db8::9:9:9:9", [], "2001:db8::/64"),  # the same household
        ("fe80::1%eth0", [], "fe80::/64"),
        ("testclient", ["203.0.113.9"], "testclient"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_the_client_is_the_right_most_address_that_is_no_trusted_proxys(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert client_of(peer, forwarded, PROXIES) == client


@given(written=st.lists(st.text(max_size=20), max_size=4))
def test_nothing_that_a_client_writes_changes_who_it_is(written: list[str]) -> None:
    assert client_of("198.51.100.7", written, PROXIES) == "198.51.100.7"
    assert client_of("10.0.0.1", [*written, "203.0.113.9"], PROXIES) == "203.0.113.9"


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 — the question is whether it is seen
        ("::", False),
        ("", False),
        ("198.51.100.7", False),
        ("no such host", True),  # nothing can listen there, which is another error
    ],
)
def test_only_loopback_is_reached_by_this_machine_alone(host: str, own: bool) -> None:  # noqa: FBT001
    assert loopback(host, 8000) is own
