"""Sealed letters between the web side and its hosts: JSON, signed with Ed25519.

A letter names its kind, its reader, its time and a nonce, and all of them are under the
signature: it cannot be altered, sent to someone else, kept for later or used twice. Needs only
the package cryptography, because GPU hosts use it too.
"""

import base64
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

VERSION = "ridgeline-letter-1"
MAX_AGE_S = 3600.0
# Clocks of two machines differ; more than this is a wrong clock, and the refusal says so.
MAX_CLOCK_LEAD_S = 120.0
MAX_LETTER_BYTES = 8_000_000
FIELDS = ("kind", "key_id", "to", "sent_at", "nonce", "payload", "signature")

KeyFinder = Callable[[str], Ed25519PublicKey | None]


class Refused(ValueError):  # noqa: N818 - reads as the fact it states
    """A letter that must not be acted on; the text says why."""


@attrs.frozen(kw_only=True)
class Letter:
    """The content of a letter whose signature, reader and age were found good."""

    kind: str
    key_id: str
    nonce: str
    sent_at: float
    payload: Mapping[str, Any]


def seal(
    payload: Mapping[str, Any], *, kind: str, to: str, key: Ed25519PrivateKey
) -> dict[str, Any]:
    """Sign `payload` for the reader `to`; gives plain JSON data."""
    letter = {
        "kind": kind,
        "key_id": key_id(key.public_key()),
        "to": to,
        "sent_at": time.time(),
        "nonce": secrets.token_urlsafe(16),
        "payload": json.dumps(payload, allow_nan=False, separators=(",", ":")),
    }
    return {**letter, "signature": _encode(key.sign(_signed_bytes(letter)))}


def open_letter(data: Any, *, to: str, find_key: KeyFinder, max_age_s: float = MAX_AGE_S) -> Letter:
    """Check a letter and give its content.

    Raises `Refused` for a letter that is malformed, unsigned, signed by an unknown key, altered,
    meant for another reader, or too old. Whether its nonce was seen before is the caller's to
    check, in the same transaction as its effects.
    """
    letter = _well_formed(data)
    public = find_key(letter["key_id"])
    if public is None:
        raise Refused(f"no host is enrolled with the key {letter['key_id']}")
    try:
        public.verify(_decode(letter["signature"]), _signed_bytes(letter))
    except InvalidSignature:
        raise Refused("the signature does not fit the content") from None
    if letter["to"] != to:
        raise Refused(f"meant for {letter['to']!r}, not for {to!r}")
    _check_age(time.time() - letter["sent_at"], max_age_s)
    payload = json.loads(letter["payload"])
    if not isinstance(payload, dict):
        raise Refused("the payload is no JSON object")
    return Letter(
        payload=payload, **{name: letter[name] for name in ("kind", "key_id", "nonce", "sent_at")}
    )


def _well_formed(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or set(data) != set(FIELDS):
        raise Refused("not a signed letter")
    texts = [data[name] for name in FIELDS if name != "sent_at"]
    if not all(isinstance(text, str) for text in texts) or not isinstance(data["sent_at"], float):
        raise Refused("not a signed letter")
    if sum(map(len, texts)) > MAX_LETTER_BYTES:
        raise Refused(f"longer than {MAX_LETTER_BYTES} bytes")
    if len(data["nonce"]) > 64 or len(data["key_id"]) > 64:
        raise Refused("not a signed letter")
    return data


def _check_age(age_s: float, max_age_s: float) -> None:
    if age_s > max_age_s:
        raise Refused(f"sent {age_s:.0f} s ago; older than {max_age_s:.0f} s")
    if age_s < -MAX_CLOCK_LEAD_S:
        raise Refused(f"sent {-age_s:.0f} s in the future: the sender's clock is wrong")


def _signed_bytes(letter: Mapping[str, Any]) -> bytes:
    names = [name for name in FIELDS if name != "signature"]
    return json.dumps([VERSION, *(letter[name] for name in names)]).encode()


# ---- keys -----------------------------------------------------------------------------------
def load_or_make_key(path: Path) -> Ed25519PrivateKey:
    """The private key in a file (32 raw bytes, mode 600), made on first use."""
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and linked: of two processes that start together one key wins, whole.
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(Ed25519PrivateKey.generate().private_bytes_raw())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as text."""
    return _encode(key.public_bytes_raw())


def read_public(text: str) -> Ed25519PublicKey:
    """A public key from its text; `Refused` when it is none."""
    try:
        return Ed25519PublicKey.from_public_bytes(_decode(text))
    except ValueError:
        raise Refused("not an Ed25519 public key") from None


def key_id(key: Ed25519PublicKey) -> str:
    """A short name of a public key: the start of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused("not base64") from None
