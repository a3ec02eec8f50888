"""One workload over the whole catalog, kept under an address that nobody guesses."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sizing import selectors
from sizing.engine.errors import InputError
from sizing.models import Sizing, SizingAnswer
from sizing.requests import as_object
from sizing.services.answers import (
    known_answer,
    recommended,
    saved,
    unsaved_answer,
    usual_grounds,
)


@frozen
class StoredSizing:
    """A sizing with the token that deletes it; no token when the owner can, or it was there."""

    sizing: Sizing
    delete_token: str | None = None


def size(
    request: Any,
    *,
    owner: User | None = None,
    own_ids: Collection[str] = (),
) -> StoredSizing:
    """Rank the catalog for a request and keep the answer.

    The same request against the same catalog, calibration and engine is not computed again; its
    maker (`owner`, or whoever holds one of `own_ids`) even gets the same address.

    Raises:
        InputError: naming every wrong field; nothing is stored.
    """
    body = as_object(request)
    wants_measuring(body)
    grounds = usual_grounds()
    answer = known_answer(body, grounds)
    if answer is None:
        answer = unsaved_answer(body, grounds, recommended(body, grounds)[1])
        prune_sizings()
    return _store(body, answer, owner, own_ids)


def wants_measuring(body: Mapping[str, Any]) -> bool:
    """Whether attached devices shall be asked.

    Raises:
        InputError: `measure` is neither true nor false.
    """
    measure = body.get("measure")
    if measure is not None and not isinstance(measure, bool):
        raise InputError.of("measure", "invalid", "Give true or false.")
    return measure is True


@transaction.atomic
def _store(
    body: Mapping[str, Any],
    answer: SizingAnswer,
    owner: User | None,
    own_ids: Collection[str],
) -> StoredSizing:
    is_known = answer.pk is not None
    answer = saved(answer)
    if is_known:
        mine = _own_sizing(answer, owner, own_ids)
        if mine is not None:
            return StoredSizing(mine)
    token = None if owner is not None else secrets.token_urlsafe(16)
    sizing = Sizing.objects.create(
        request=dict(body),
        answer=answer,
        owner=owner,
        delete_token_hash=_hashed(token) if token else "",
    )
    return StoredSizing(sizing, token)


def _own_sizing(
    answer: SizingAnswer, owner: User | None, own_ids: Collection[str]
) -> Sizing | None:
    found = selectors.sizings().filter(answer=answer)
    if owner is not None:
        return found.filter(owner=owner).first()
    return found.filter(pk__in=own_ids).first() if own_ids else None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def may_delete(
    sizing: Sizing,
    *,
    user: User | None = None,
    token: str = "",
    own_ids: Collection[str] = (),
) -> bool:
    """Whether this caller made the sizing: its owner, its session, or the holder of its token."""
    if user is not None and sizing.owner_id is not None and sizing.owner_id == user.pk:
        return True
    if sizing.pk in own_ids:
        return True
    known = sizing.delete_token_hash
    return bool(token and known and hmac.compare_digest(_hashed(token), known))


@transaction.atomic
def delete_sizing(sizing: Sizing) -> None:
    """Delete a sizing, and its answer when no other sizing shows it."""
    sizing.delete()
    _delete_orphans()


@transaction.atomic
def prune_sizings() -> int:
    """Delete sizings past their keeping time; returns how many.

    Every new answer calls it, so that an installation without a scheduler forgets in time too.
    """
    deleted, _ = Sizing.objects.expired(timezone.now()).delete()
    if deleted:
        _delete_orphans()
    return deleted


def _delete_orphans() -> None:
    orphans = SizingAnswer.objects.filter(sizings__isnull=True, narrowings__isnull=True)
    locked = SizingAnswer.objects.select_for_update().filter(pk__in=orphans.values("pk"))
    # Asked again once locked: a sizing may have come to an answer while this waited for it.
    orphans.filter(pk__in=list(locked.values_list("pk", flat=True))).delete()
