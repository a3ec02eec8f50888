"""What people decide about queued rows."""

from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from catalog.loading.catalog import DATA
from catalog.loading.current import as_it_stands
from catalog.loading.decided import land_decided
from catalog.loading.report import Report
from catalog.models import Accelerator, ReviewItem, RowChange
from catalog.services import record_edit, record_revision


@transaction.atomic
def decide(*, item: ReviewItem, accelerator: Accelerator, by: str, folder: Path = DATA) -> Report:
    """Say which variant a row means, and bring that row alone into the catalog.

    Other rows stay as people edited them. The decision is kept: later loads of the same row
    follow it.
    """
    item.resolved_to = accelerator
    item.status = ReviewItem.Status.RESOLVED
    item.resolution = f"{accelerator.slug}, decided by {by}"[:200]
    item.save()
    context = as_it_stands(folder)
    land_decided(context, item)
    record_revision(
        fingerprint_of_data="",
        reason=f"Queued row {item.label} decided by {by}",
        changes=context.report.summary(),
        log=context.report.log,
        origin=RowChange.Origin.LOAD,
        by=by,
    )
    return context.report


def reopen(item: ReviewItem) -> None:
    """Take a decision back: the next load asks again. What came in by it stays."""
    item.resolved_to = None
    item.status = ReviewItem.Status.OPEN
    item.resolution = ""
    item.save()


@transaction.atomic
def dismiss(*, items: QuerySet[ReviewItem], by: str) -> int:
    """Close items for good; their rows stay out of the catalog."""
    number = items.update(status=ReviewItem.Status.DISMISSED, resolution=f"Dismissed by {by}"[:200])
    record_edit(f"{number} queued rows dismissed by {by}")
    return number
