"""Connections to addresses that strangers chose: never into the network behind this server."""

import ipaddress
import socket

from catalog.alerts.errors import NotSent

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
IPV4_BITS = 0xFFFFFFFF


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open internet, whatever it is wrapped in."""
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = [address, *_carried(address)]
    return all(each.is_global and not each.is_multicast for each in inner)


def _carried(address: Address) -> list[Address]:
    """IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += list(address.teredo or ())
    if address in NAT64:
        found.append(ipaddress.IPv4Address(int(address) & IPV4_BITS))
    return [each for each in found if each is not None]


def connect(host: str, port: int, *, timeout_s: float, private: bool) -> socket.socket:
    """A connection to a host; the address that was checked is the one connected to.

    With `private` any address will do.

    Raises:
        NotSent: the host has no address, a private one, or none that answers.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"{host} has no address", fault_of_destination=True) from error
    if not private and not all(is_public(str(entry[4][0])) for entry in found):
        raise NotSent(
            f"{host} is a private, loopback or link-local address, where nothing is sent",
            fault_of_destination=True,
        )
    return _first_that_answers(host, found, timeout_s)


def _first_that_answers(host: str, found: list, timeout_s: float) -> socket.socket:
    reason = "it has no address"
    for family, kind, protocol, _, address in found:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(timeout_s / len(found))
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            reason = error.strerror or "no answer in time"
        else:
            return connection
    raise NotSent(f"{host} cannot be reached: {reason}", fault_of_destination=True)
