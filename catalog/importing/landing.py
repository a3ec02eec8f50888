"""Brings rows of offers from outside into the catalog: all of them at once, or nothing."""

from collections.abc import Sequence
from pathlib import Path

from attrs import frozen
from django.db import transaction

from catalog.importing.checking import rounded, unreadable
from catalog.importing.difference import Difference, Prices, changed_prices, prices
from catalog.importing.errors import NotImported
from catalog.importing.missing import named_in_vain, same_lists
from catalog.importing.quarantine import keep_refused
from catalog.loading import offers
from catalog.loading.catalog import DATA
from catalog.loading.context import Context
from catalog.loading.current import as_it_stands, prices_by_group
from catalog.loading.files import Located
from catalog.models import Offer, RowChange
from catalog.services import record_revision


@frozen(kw_only=True)
class Imported:
    """The difference, and whether the catalog has a new revision because of it."""

    difference: Difference
    slugs: frozenset[str]
    wrote: bool


@transaction.atomic
def import_offers(
    rows: Sequence[Located], *, name: str, apply: bool, folder: Path = DATA
) -> Imported:
    """Bring in what the rows say; without `apply` everything is taken back at the end.

    Taking it back rather than predicting it makes the difference shown the one that is written.
    `name` stands in the reason of the revision, `folder` holds the rules of instance families.

    Raises:
        NotImported: there is no row, or every row is refused.
    """
    context = as_it_stands(folder)
    kept = _readable(context, rows)
    before = prices(Offer.objects.all())
    landed = offers.land(context, kept, beside=prices_by_group())
    report = context.report
    refused = {entry.row for entry in report.refusals if entry.outcome == "refused"}
    if len(refused) == len(rows):
        reasons = "\n".join(str(entry) for entry in report.refusals[:20])
        raise NotImported(f"No row of {name} can enter the catalog; nothing changed.\n{reasons}")
    news = landed.newly_queued + keep_refused(context, rows)
    difference = _difference(context, rows, before, landed.slugs)
    wrote = apply and (report.changed or news > 0)
    if wrote:
        record_revision(
            fingerprint_of_data="",
            reason=f"Imported {name}",
            changes=report.summary(),
            log=report.log,
            origin=RowChange.Origin.IMPORT,
            by=name,
        )
    elif not apply:
        transaction.set_rollback(True)
    return Imported(difference=difference, slugs=landed.slugs, wrote=wrote)


def _readable(context: Context, rows: Sequence[Located]) -> list[Located]:
    known = {row.slug: row for row in Offer.objects.select_related("provider", "source")}
    kept = []
    for row in rows:
        reasons = unreadable(row.values)
        if reasons:
            context.report.refuse(offers.NOUN, row.place, reasons)
            continue
        values = rounded(row.values)
        if not _is_same_offer(known.get(values.get("offer", "")), values):
            values.pop("offer", None)
        kept.append(Located(place=row.place, licence=row.licence, values=values))
    return kept


def _is_same_offer(offer: Offer | None, values: dict) -> bool:
    """Whether a row of an export is of this very offer; its slug alone could be of another site."""
    return (
        offer is not None
        and offer.provider.slug == values["owner"]
        and offer.source.slug == values.get("source")
        and offer.pricing == values.get("pricing")
        and f"{offer.accelerator_count.normalize():f}" == values.get("accelerator_count")
    )


def _difference(
    context: Context, rows: Sequence[Located], before: Prices, slugs: frozenset[str]
) -> Difference:
    after = prices(Offer.objects.filter(slug__in=slugs))
    new = {slug: price for slug, price in after.items() if slug not in before}
    changed = changed_prices(before, after)
    return Difference(
        read=len(rows),
        new=new,
        changed=changed,
        unchanged=len(after) - len(new) - len(changed),
        quarantined=tuple(e for e in context.report.refusals if e.outcome != "warning"),
        gone=prices(same_lists(rows).exclude(slug__in=slugs)),
        in_vain=named_in_vain(context, rows),
    )
