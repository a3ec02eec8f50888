"""Answers: what they rest on, finding the one that is there, computing and keeping a new one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from sizing import fleet, selectors
from sizing.catalog_names import with_catalog_slugs
from sizing.engine import ENGINE_VERSION
from sizing.engine.calibration import Calibration
from sizing.engine.errors import InputError
from sizing.engine.hardware import System
from sizing.engine.recommend import (
    Recommendations,
    SizingRequest,
    parse_sizing_request,
    recommend,
)
from sizing.fleet import Revision
from sizing.models import SizingAnswer
from sizing.past_day import asked_day
from sizing.requests import Errors, model_finder

ANSWER_FORM = 4
"""Raised when answers say more than before: a stored one is then computed again."""


@frozen(kw_only=True)
class Grounds:
    """What an answer rests on beside the request.

    Attributes:
        devices: slugs of the calibrations of attached devices that speak for their variants.
        attached: attached devices that nobody sells, to be ranked with the rest.
    """

    revision: Revision
    devices: tuple[str, ...] = ()
    attached: tuple[System, ...] = ()

    @property
    def calibration(self) -> Calibration:
        """What predictions rest on."""
        return selectors.calibration_with(self.devices)

    @property
    def calibration_label(self) -> str:
        """Names the calibration in answers; a device's own stands in the evidence too."""
        version = selectors.shipped_calibration().version
        if not self.devices:
            return version
        digest = hashlib.sha256(" ".join(self.devices).encode()).hexdigest()[:8]
        return f"{version} with {len(self.devices)} of devices ({digest})"

    def with_attached(self, systems: Sequence[System], devices: Sequence[str]) -> "Grounds":
        """These grounds where attached devices are ranked, and speak for their variants."""
        return evolve(self, attached=tuple(systems), devices=tuple(devices))


def usual_grounds() -> Grounds:
    """The newest state of the catalog, as old as it is today, and all calibrations of variants."""
    return Grounds(revision=fleet.revision_of_today(), devices=tuple(selectors.catalog_devices()))


def known_answer(body: Mapping[str, Any], grounds: Grounds) -> SizingAnswer | None:
    """The stored answer to the same request on the same grounds."""
    return SizingAnswer.objects.filter(key=_key(body, grounds)).first()


def _key(body: Mapping[str, Any], grounds: Grounds) -> str:
    """Fingerprint of what an answer depends on; null fields count as absent."""
    # By identity: 0 equals False, yet `"limit": 0` is a wrong limit and not an absent one.
    asked = {
        name: value
        for name, value in body.items()
        if value is not None and value is not False and name != "measure"
    }
    parts = [
        asked,
        grounds.revision.key,
        selectors.shipped_calibration().version,
        grounds.devices,
        [system.slug for system in grounds.attached],
        ENGINE_VERSION,
        ANSWER_FORM,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def recommended(body: Mapping[str, Any], grounds: Grounds) -> tuple[SizingRequest, Recommendations]:
    """Read a request and rank the catalog for it.

    Raises:
        InputError: naming every wrong field.
    """
    revision = grounds.revision
    errors = Errors(body)
    day = errors.collect(lambda: asked_day(body, revision))
    priced = fleet.systems_as_of(revision, day) if day else fleet.systems(revision)
    systems = (*priced, *grounds.attached)
    named = errors.collect(lambda: with_catalog_slugs(body, systems, revision))
    parsed = errors.collect(
        lambda: parse_sizing_request(body if named is None else named, model_finder(revision))
    )
    errors.raise_if_any()
    if parsed is None:
        raise InputError(errors.found)
    return parsed, recommend(parsed, systems, grounds.calibration)


def unsaved_answer(
    body: Mapping[str, Any], grounds: Grounds, found: Recommendations
) -> SizingAnswer:
    """The row of a new answer."""
    return SizingAnswer(
        key=_key(body, grounds),
        catalog_revision=grounds.revision.label,
        calibration_revision=grounds.calibration_label,
        engine_version=ENGINE_VERSION,
        content=found.to_dict(),
    )


def saved(answer: SizingAnswer) -> SizingAnswer:
    """The stored row; a request answered meanwhile by another process wins.

    It is locked until the transaction ends, and made again where it is gone: no other process may
    delete it as an orphan before the sizing that shows it is there.
    """
    stored, _ = SizingAnswer.objects.select_for_update(no_key=True).get_or_create(
        key=answer.key,
        defaults={
            "catalog_revision": answer.catalog_revision,
            "calibration_revision": answer.calibration_revision,
            "engine_version": answer.engine_version,
            "content": answer.content,
        },
    )
    return stored
