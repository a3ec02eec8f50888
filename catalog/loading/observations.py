"""Which price of an offer counts, and the observations of all of them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from catalog.fingerprints import fingerprint
from catalog.loading.context import Context
from catalog.loading.files import Located, date
from catalog.loading.upsert import BATCH
from catalog.models import Offer, OfferObservation
from catalog.observing import said_by_people

NEWEST = ("amount", "currency", "observed_on", "source_id", "status", "status_reason")
SAID = ("amount", "currency", "observed_on", "source_id")
Seen = list[tuple[Located, str]]  # rows of one offer, with the variant they mean


def keep_what_is_newer(values: Mapping[str, dict[str, Any]]) -> None:
    """An older price is history only, and what a person withdrew stays withdrawn.

    A price that a person has set stays until a file has one of that day not read before.
    """
    known = Offer.objects.filter(slug__in=list(values)).values("slug", "status", "observed_on")
    by_people = said_by_people()
    read_before = _read_before(by_people)
    for row in known:
        slug, seen_on = row["slug"], row["observed_on"]
        new = values[slug]
        if row["status"] == Offer.Status.WITHDRAWN:
            del new["status"], new["status_reason"]
        set_by_hand = (slug, seen_on) in by_people and new["observed_on"] == seen_on
        told = (slug, *(new[part] for part in SAID))
        older = seen_on and (new["observed_on"] or dt.date.min) < seen_on
        if older or (set_by_hand and told in read_before):
            for column in NEWEST:
                new.pop(column, None)


def _read_before(by_people: Iterable[tuple[str, dt.date | None]]) -> set[tuple[Any, ...]]:
    rows = OfferObservation.objects.filter(offer__slug__in={slug for slug, _ in by_people})
    return set(rows.values_list("offer__slug", *SAID))


def observe(context: Context, offers: dict[str, Offer], seen: Mapping[str, Seen]) -> None:
    """Append what was not read before."""
    known = set(OfferObservation.objects.values_list("fingerprint", flat=True))
    fresh = {
        mark: observation
        for mark, observation in _observations(context, offers, seen)
        if mark not in known
    }
    OfferObservation.objects.bulk_create(fresh.values(), batch_size=BATCH)
    context.report.add("observations", "added", len(fresh))


def _observations(
    context: Context, offers: dict[str, Offer], seen: Mapping[str, Seen]
) -> Iterable[tuple[str, OfferObservation]]:
    for slug, found in seen.items():
        for row, _ in found:
            values = row.values
            seen_on, amount = date(values.get("observed_on")), Decimal(values["amount"])
            mark = fingerprint(slug, amount, values["currency"], seen_on, values["source"])
            yield (
                mark,
                OfferObservation(
                    offer=offers[slug],
                    amount=amount,
                    currency=values["currency"],
                    observed_on=seen_on,
                    source=context.sources[values["source"]],
                    locator=values.get("locator", "")[:200],
                    fingerprint=mark,
                ),
            )
