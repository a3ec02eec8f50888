"""Who this host is: its name, its key, and the key of the server it takes orders from."""

from pathlib import Path

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from probes import signing
from probes.joining import JoinToken, job_reader

IDENTITY_FILE = "identity"
KEY_FILE = "host.key"


class NotEnrolledError(RuntimeError):
    """This host has neither an identity on disk nor an enrolment token."""


@attrs.frozen(kw_only=True)
class Identity:
    """What a host signs with, and whom it believes."""

    folder: Path
    token: JoinToken
    key: Ed25519PrivateKey
    server_key: Ed25519PublicKey

    @property
    def queue(self) -> str:
        """The queue only this host consumes, which is also how letters to it are addressed."""
        return job_reader(self.token.name)

    def find_server_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The server's key, when a letter says that it was signed with it."""
        return self.server_key if signing.key_id(self.server_key) == key_id else None

    def forget_secret(self) -> None:
        """Drop the enrolment secret from disk: it has been used."""
        _write(self.folder, attrs.evolve(self.token, secret=""))


def load_identity(folder: Path, enrolment_token: str = "") -> Identity:
    """Read this host's identity from `folder`; an enrolment token replaces what is there.

    Raises `NotEnrolledError` where there is neither, `probes.signing.Refused` for a bad token.
    """
    path = folder / IDENTITY_FILE
    if enrolment_token:
        token = JoinToken.from_text(enrolment_token)
        _write(folder, token)
    elif path.exists():
        token = JoinToken.from_text(path.read_text(encoding="utf-8").strip())
    else:
        raise NotEnrolledError(
            f"This host is not enrolled: {path} does not exist. On the server, "
            "“./manage.py enrol_host NAME” prints a token; pass it with --enroll TOKEN."
        )
    return Identity(
        folder=folder,
        token=token,
        key=signing.load_or_make_key(folder / KEY_FILE),
        server_key=signing.read_public(token.server_key),
    )


def _write(folder: Path, token: JoinToken) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / IDENTITY_FILE
    path.touch(mode=0o600)
    path.write_text(token.to_text() + "\n", encoding="utf-8")
