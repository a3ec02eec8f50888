"""Lands price lists provider by provider, so that one that failed leaves the others and its own."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import structlog
from attrs import frozen
from django.db import transaction

from catalog.importing.errors import NotImported
from catalog.importing.landing import Imported, import_offers
from catalog.importing.live.price_list import (
    NO_LICENCE,
    Fetched,
    LiveSource,
    PriceList,
    price_list,
)
from catalog.loading.catalog import DATA
from catalog.models import Offer, Source

MOST_LOST = 0.5
log = structlog.get_logger(__name__)


@frozen(kw_only=True)
class Outcome:
    """What became of one provider's list: imported, or kept as it was with the reason."""

    provider: str
    imported: Imported | None = None
    problem: str = ""


@frozen(kw_only=True)
class Download:
    """What was fetched, and when; None where nobody knows the day."""

    fetched: Fetched
    day: dt.date | None


def import_live(
    source: LiveSource, download: Download, *, apply: bool, folder: Path = DATA
) -> Iterator[Outcome]:
    """One outcome per provider; each list is written as a whole or not at all."""
    day = download.day.isoformat() if download.day else ""
    for provider, problem in download.fetched.failed.items():
        yield Outcome(provider=provider, problem=problem)
    for provider, text in download.fetched.texts.items():
        try:
            rows = price_list(source, provider, text, day=day)
            done = _import_list(source, download, rows, apply=apply, folder=folder)
        except NotImported as error:
            yield Outcome(provider=provider, problem=str(error))
        except Exception as error:  # One list must not keep the others from landing.
            log.exception("catalog.price_list_failed", source=source.slug, provider=provider)
            problem = f"{provider}.csv could not be read: {type(error).__name__}: {error}"
            yield Outcome(provider=provider, problem=problem)
        else:
            yield Outcome(provider=provider, imported=done)


@transaction.atomic
def _import_list(
    source: LiveSource, download: Download, rows: PriceList, *, apply: bool, folder: Path
) -> Imported:
    _record_source(source, download)
    before = _last_read(source, rows.provider)
    name = f"{source.slug} {rows.name}"
    done = import_offers(rows.rows, name=name, apply=True, folder=folder)
    lost = before - done.slugs
    if len(lost) > MOST_LOST * len(before):
        raise NotImported(
            f"{rows.name} lacks {len(lost)} of the {len(before)} offers read last time. That looks "
            "like a broken list, so the last prices stay."
        )
    if not apply:
        transaction.set_rollback(True)
        return Imported(difference=done.difference, slugs=done.slugs, wrote=False)
    return done


def _record_source(source: LiveSource, download: Download) -> None:
    Source.objects.update_or_create(
        slug=source.slug,
        defaults={
            "title": source.title,
            "kind": Source.Kind.PRICE_LIST,
            "url": source.url,
            "revision": download.fetched.revision[:60],
            "read_on": download.day,
            "licence": NO_LICENCE,
            "confidence": 1,
        },
    )


def _last_read(source: LiveSource, provider: str) -> set[str]:
    """Offers that the newest list of this provider had."""
    known = Offer.objects.filter(source__slug=source.slug, provider__slug=provider)
    known = known.exclude(status=Offer.Status.WITHDRAWN)
    newest = known.exclude(observed_on=None).order_by("observed_on").last()
    if newest is not None:
        known = known.filter(observed_on=newest.observed_on)
    return set(known.values_list("slug", flat=True))
