"""One POST to an address that a stranger chose: checked, in time, and followed nowhere."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from catalog.alerts.errors import NotSent
from catalog.alerts.outbound import connect, is_public, left_s

TIMEOUT_S = 10.0
LONGEST = 400


def address_problem(url: str) -> str:
    """Why nothing can be sent to this address; empty when something may be."""
    schemes = ("https", "http") if settings.WEBHOOK_HTTP else ("https",)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "Write the whole address, such as https://example.org/hook."
    if parts.scheme not in schemes or not host or not url.isascii() or len(url) > LONGEST:
        return "Write the whole https address in at most 400 letters of ASCII."
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        return "Leave out spaces."
    if parts.username is not None or parts.password is not None:
        return "Leave name and password out of the address; the signature proves who sends."
    if _is_private(host) and not settings.WEBHOOK_PRIVATE:
        return "This is a private, loopback or link-local address, where nothing is sent."
    return ""


def _is_private(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return not is_public(str(ipaddress.ip_address(host)))
    return host == "localhost"


def post(
    url: str, body: bytes, headers: dict[str, str], *, context: ssl.SSLContext | None = None
) -> int:
    """The status that the address answers with, within 10 seconds in all.

    Raises:
        NotSent: it may not be connected to, or did not answer.
    """
    if problem := address_problem(url):
        raise NotSent(problem, fault_of_destination=True)
    parts = urlsplit(url)
    until = time.monotonic() + TIMEOUT_S
    try:
        with _connected(parts, until, context) as connection:
            connection.request("POST", _target(parts), body, headers)
            return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() >= until or isinstance(error, TimeoutError)
        reason = f"It did not answer within {TIMEOUT_S:.0f} s" if late else _words(error)
        raise NotSent(reason, fault_of_destination=True) from error


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not trusted: {error.verify_message}"
    return f"The connection failed: {type(error).__name__}"


def _target(parts: SplitResult) -> str:
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


@contextlib.contextmanager
def _connected(
    parts: SplitResult, until: float, context: ssl.SSLContext | None
) -> Iterator[http.client.HTTPConnection]:
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    raw = connect(host, port, until=until, private=settings.WEBHOOK_PRIVATE)
    with raw, _ended_at(raw, until):
        raw.settimeout(left_s(until))
        wrapped = raw
        if secure:
            wrapped = (context or ssl.create_default_context()).wrap_socket(
                raw, server_hostname=host
            )
        connection = http.client.HTTPConnection(parts.netloc)
        connection.sock = wrapped
        try:
            yield connection
        finally:
            connection.close()


@contextlib.contextmanager
def _ended_at(raw: socket.socket, until: float) -> Iterator[None]:
    """Ends a conversation at a time, however slowly the other side goes on with it."""
    # Wrapping a socket detaches it, so the clock holds a copy of the descriptor of its own.
    copy = raw.dup()
    clock = threading.Timer(max(0.0, until - time.monotonic()), _shut, [copy])
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
        copy.close()


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
