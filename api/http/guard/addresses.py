"""Which client a request comes from, also behind proxies, and which addresses are this machine's own."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HOME_PREFIX = 64
"""Bits of an IPv6 address that one household or machine is given: it owns all addresses below."""
# Some proxies add the port: 192.0.2.1:5000, [2001:db8::1]:5000.
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([\d.]+):\d+")


def client_of(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The client behind a peer: the right-most address of X-Forwarded-For that is no trusted proxy's.

    Anybody can send the header, so it counts only where a trusted proxy sends it, and only as far as trusted proxies
    wrote it: each adds, on the right, whom it heard. Where an entry cannot be read, the last known one is the client.
    An IPv6 client is its network.

    Args:
        peer: who is connected, as the server says it; any text where it is no address.
        forwarded: the values of all X-Forwarded-For headers, in their order.
        trusted: the proxies.
    """
    client = _address(peer)
    if client is None:
        return peer
    for entry in reversed([entry for value in forwarded for entry in value.split(",")]):
        if not any(client in network for network in trusted) or (before := _address(entry)) is None:
            break
        client = before
    return _household(client)


def loopback(host: str, port: int) -> bool:
    """Whether only this machine reaches a host name or address; True too where it cannot be resolved at all."""
    if not host:
        return False  # every address there is
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        return True
    addresses = [_address(str(place[0])) for *_, place in found]
    return all(address is not None and address.is_loopback for address in addresses)


def _address(text: str) -> Address | None:
    """An address, without port and zone; an IPv4 address that is written as IPv6 is the IPv4 one."""
    text = text.strip()
    if found := _WITH_PORT.fullmatch(text):
        text = found[1] or found[2] or ""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address


def _household(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, HOME_PREFIX), strict=False))
