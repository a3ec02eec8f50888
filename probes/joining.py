"""The token with which a host joins: its name, the server's public key and a secret used once.

One text carries trust both ways: the server knows the host by the secret, and the host knows the
server by the key.
"""

import base64
import json
import secrets
import time
from typing import Self

import attrs

from probes.signing import Refused

SERVER = "server"


def job_reader(host_name: str) -> str:
    """How a letter to a host is addressed; the same text names the host's queue."""
    return f"probe.{host_name}"


def new_session() -> str:
    """A name for one life of a worker process, which tells when that life began."""
    return f"{time.time_ns()}-{secrets.token_hex(8)}"


def began_before(session: str, other: str) -> bool:
    """Whether a session surely began before another; one that does not tell began before none."""
    times = [text.partition("-")[0] for text in (session, other)]
    return all(time.isdecimal() for time in times) and int(times[0]) < int(times[1])


@attrs.frozen(kw_only=True)
class JoinToken:
    """What a new host must know."""

    name: str
    server_key: str
    secret: str = ""

    def to_text(self) -> str:
        """One line that survives copy and paste."""
        raw = json.dumps([self.name, self.server_key, self.secret]).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a token; `Refused` when it was cut or mistyped."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            name, server_key, secret = (str(item) for item in json.loads(raw))
        except ValueError:
            raise Refused("not an enrolment token: copy all of it") from None
        return cls(name=name, server_key=server_key, secret=secret)
