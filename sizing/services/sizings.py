"""One workload over the whole catalog, kept under an address that nobody guesses."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sizing import fleet, selectors
from sizing.catalog_names import with_catalog_slugs
from sizing.engine import ENGINE_VERSION
from sizing.engine.errors import InputError
from sizing.engine.recommend import parse_sizing_request, recommend
from sizing.fleet import Revision
from sizing.models import Sizing, SizingAnswer
from sizing.requests import Errors, as_object, model_finder

ANSWER_FORM = 3
"""Raised when answers say more than before: a stored one is then computed again."""

NOT_YET = (
    "Measuring while sizing is not available; leave `measure` out, probe the device first and "
    "size again."
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
    _refuse_measure(body)
    revision = fleet.current_revision()
    answer = _known_answer(body, revision)
    if answer is None:
        answer = _unsaved_answer(body, revision)
        prune_sizings()
    return _store(body, answer, owner, own_ids)


def _refuse_measure(body: Mapping[str, Any]) -> None:
    measure = body.get("measure")
    if measure is True:
        raise InputError.of("measure", "unsupported", NOT_YET)
    if measure is not None and measure is not False:
        raise InputError.of("measure", "invalid", "Give true or false.")


def _known_answer(body: Mapping[str, Any], revision: Revision) -> SizingAnswer | None:
    return SizingAnswer.objects.filter(key=_key(body, revision)).first()


def _key(body: Mapping[str, Any], revision: Revision) -> str:
    """Fingerprint of what an answer depends on; null fields count as absent."""
    # By identity: 0 equals False, yet `"limit": 0` is a wrong limit and not an absent one.
    asked = {
        name: value for name, value in body.items() if value is not None and value is not False
    }
    parts = [
        asked,
        revision.key,
        selectors.shipped_calibration().version,
        ENGINE_VERSION,
        ANSWER_FORM,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _unsaved_answer(body: Mapping[str, Any], revision: Revision) -> SizingAnswer:
    systems = fleet.systems(revision)
    errors = Errors(body)
    named = errors.collect(lambda: with_catalog_slugs(body, systems, revision))
    parsed = errors.collect(
        lambda: parse_sizing_request(body if named is None else named, model_finder(revision))
    )
    errors.raise_if_any()
    if parsed is None:
        raise InputError(errors.found)
    calibration = selectors.shipped_calibration()
    return SizingAnswer(
        key=_key(body, revision),
        catalog_revision=revision.label,
        calibration_revision=calibration.version,
        engine_version=ENGINE_VERSION,
        content=recommend(parsed, systems, calibration).to_dict(),
    )


@transaction.atomic
def _store(
    body: Mapping[str, Any],
    answer: SizingAnswer,
    owner: User | None,
    own_ids: Collection[str],
) -> StoredSizing:
    if answer.pk is None:
        answer = _saved(answer)
    else:
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


def _saved(answer: SizingAnswer) -> SizingAnswer:
    """The stored row; a request answered meanwhile by another process wins."""
    stored, _ = SizingAnswer.objects.get_or_create(
        key=answer.key,
        defaults={
            "catalog_revision": answer.catalog_revision,
            "calibration_revision": answer.calibration_revision,
            "engine_version": answer.engine_version,
            "content": answer.content,
        },
    )
    return stored


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
    SizingAnswer.objects.filter(sizings__isnull=True).delete()
