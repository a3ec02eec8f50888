"""Connections to addresses that strangers chose: never into the network behind this server."""

import ipaddress
import queue
import socket
import threading
import time
from typing import Any

from catalog.alerts.errors import NotSent

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
"""The part of IPv6 whose addresses are handed out to the open internet (RFC 4291)."""
REFUSED = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # what protocols keep for themselves (RFC 6890)
    ipaddress.IPv6Network("2001::/32"),  # Teredo, which nobody serves from
    ipaddress.IPv6Network("2002::/16"),  # 6to4, likewise; it would lead to any IPv4 address
)
IPV4_BITS = 0xFFFFFFFF


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open internet, whatever it is wrapped in."""
    address = _unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    if any(address in each for each in REFUSED):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in GIVEN_OUT:
        return False
    return address.is_global and not address.is_multicast


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & IPV4_BITS)
    return address.ipv4_mapped or address


def connect(host: str, port: int, *, until: float, private: bool) -> socket.socket:
    """A connection to a host; the address that was checked is the one connected to.

    `until` is a time of the monotonic clock. With `private` any address will do.

    Raises:
        NotSent: the host has no address, a private one, or none that answers.
    """
    found = _looked_up(host, port, until)
    if not private and not all(is_public(str(entry[4][0])) for entry in found):
        raise NotSent(
            f"{host} is a private, loopback or link-local address, where nothing is sent",
            fault_of_destination=True,
        )
    return _first_that_answers(host, found, until)


def _looked_up(host: str, port: int, until: float) -> list[Any]:
    answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # A lookup takes no time limit, and who keeps the name decides how long it lasts.
    threading.Thread(target=look, daemon=True).start()
    try:
        answer = answers.get(timeout=left_s(until))
    except queue.Empty as error:
        reason = f"The address of {host} could not be looked up in time"
        raise NotSent(reason, fault_of_destination=True) from error
    if isinstance(answer, Exception):
        raise NotSent(f"{host} has no address", fault_of_destination=True) from answer
    return answer


def left_s(until: float) -> float:
    """How long it is until then; never 0, which sockets take for "do not wait at all"."""
    return max(0.01, until - time.monotonic())


def _first_that_answers(host: str, found: list[Any], until: float) -> socket.socket:
    reason = "it has no address"
    for tried, (family, kind, protocol, _, address) in enumerate(found):
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(left_s(until) / (len(found) - tried))
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            reason = error.strerror or "no answer in time"
        else:
            return connection
    raise NotSent(f"{host} cannot be reached: {reason}", fault_of_destination=True)
