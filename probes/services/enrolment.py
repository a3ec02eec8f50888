"""Who may speak: tokens for new hosts, keys of known ones."""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from probes import signing
from probes.joining import JoinToken
from probes.models import Enrolment
from probes.services import broker_access
from probes.services.dispatch import server_key
from probes.signing import Refused

log = structlog.get_logger(__name__)

TOKEN_LASTS = dt.timedelta(hours=24)


def issue_token(
    name: str, *, lasts: dt.timedelta = TOKEN_LASTS, created_by: User | None = None
) -> JoinToken:
    """A token with which one new host may join under `name`, once and for a limited time."""
    secret = secrets.token_urlsafe(24)
    Enrolment.objects.update_or_create(
        name=name,
        defaults={
            "token_hash": _hash(secret),
            "token_expires_at": timezone.now() + lasts,
            "created_by": created_by,
            "revoked_at": None,
        },
    )
    return JoinToken(name=name, server_key=server_key_text(), secret=secret)


def trust_key(name: str, key: Ed25519PublicKey) -> Enrolment:
    """Enrols a key that was handed over in person: the worker of this very machine.

    A key that is known already keeps its name, whatever the machine is called today.
    """
    known = Enrolment.objects.filter(key_id=signing.key_id(key)).first()
    if known is not None:
        return known
    enrolment, _ = Enrolment.objects.update_or_create(
        name=name,
        defaults={
            "key_id": signing.key_id(key),
            "public_key": signing.public_text(key),
            "revoked_at": None,
        },
    )
    return enrolment


def revoke(enrolment: Enrolment) -> str:
    """Ends a host's right to speak, and its account at the broker.

    Gives why the account is still open, where it is; letters are refused from now on either way.
    """
    if enrolment.revoked_at is None:
        enrolment.revoked_at = timezone.now()
        enrolment.save(update_fields=["revoked_at"])
        log.info("probes.host_revoked", host=enrolment.name)
    return "" if broker_access.is_embedded() else broker_access.close_account(enrolment.name)


def server_key_text() -> str:
    """The public key by which hosts know this installation."""
    return signing.public_text(server_key().public_key())


def find_key(key_id: str) -> Ed25519PublicKey | None:
    """The key of an enrolled host that was not revoked."""
    enrolment = Enrolment.objects.filter(key_id=key_id, revoked_at=None).first()
    return signing.read_public(enrolment.public_key) if enrolment else None


def key_finder_for(data: Any) -> signing.KeyFinder:
    """A finder that also accepts the key inside a letter which asks to join with a token.

    Nothing is trusted by it: `join` must still find the token good.
    """
    joining = data.get("kind") == "join" if isinstance(data, dict) else False

    def find(key_id: str) -> Ed25519PublicKey | None:
        return _offered_key(data, key_id) if joining else find_key(key_id)

    return find


def _offered_key(data: dict[str, Any], key_id: str) -> Ed25519PublicKey | None:
    import json

    try:
        key = signing.read_public(str(json.loads(data["payload"])["public_key"]))
    except (ValueError, KeyError, TypeError):
        return None
    return key if signing.key_id(key) == key_id else None


@transaction.atomic
def join(payload: Any) -> Enrolment:
    """Takes a new host's key against its token; the token is used up."""
    name, secret = str(payload.get("name", "")), str(payload.get("secret", ""))
    key = signing.read_public(str(payload.get("public_key", "")))
    enrolment = Enrolment.objects.select_for_update().filter(name=name, revoked_at=None).first()
    if enrolment is None or not _is_good(enrolment, secret):
        raise Refused("the enrolment token is unknown, used or too old; ask for a new one")
    enrolment.key_id, enrolment.public_key = signing.key_id(key), signing.public_text(key)
    enrolment.token_hash, enrolment.token_expires_at = "", None
    enrolment.save(update_fields=["key_id", "public_key", "token_hash", "token_expires_at"])
    return enrolment


def _is_good(enrolment: Enrolment, secret: str) -> bool:
    if not enrolment.token_hash or enrolment.token_expires_at is None:
        return False
    fits = hmac.compare_digest(enrolment.token_hash, _hash(secret))
    return fits and enrolment.token_expires_at > timezone.now()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
