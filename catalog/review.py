"""What people decide about queued rows."""

from django.db import transaction
from django.db.models import QuerySet

from catalog.loading.catalog import load_catalog
from catalog.loading.report import Report
from catalog.models import Accelerator, ReviewItem
from catalog.services import record_edit


@transaction.atomic
def decide(*, item: ReviewItem, accelerator: Accelerator, by: str) -> Report:
    """Say which variant a row means, then load again so that the row enters the catalog.

    The decision is kept: later loads of the same row follow it.
    """
    item.resolved_to = accelerator
    item.status = ReviewItem.Status.RESOLVED
    item.resolution = f"{accelerator.slug}, decided by {by}"[:200]
    item.save()
    return load_catalog()


@transaction.atomic
def dismiss(*, items: QuerySet[ReviewItem], by: str) -> int:
    """Close items for good; their rows stay out of the catalog."""
    number = items.update(status=ReviewItem.Status.DISMISSED, resolution=f"Dismissed by {by}"[:200])
    record_edit(f"{number} queued rows dismissed by {by}")
    return number
