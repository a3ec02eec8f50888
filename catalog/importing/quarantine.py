"""Rows that an import refuses wait in the review queue, with line, field and reason."""

from collections import defaultdict
from collections.abc import Iterable

from catalog.fingerprints import fingerprint
from catalog.loading.context import Context
from catalog.loading.files import Located
from catalog.loading.review import IDENTITY, plain
from catalog.loading.upsert import BATCH
from catalog.models import ReviewItem

REASON = "refused"
LABEL = ("owner", "instance", "accelerator", "region", "pricing")


def keep_refused(context: Context, rows: Iterable[Located]) -> int:
    """One item per refused row; a row that waits already, or was dismissed, is not added again."""
    why: dict[str, list[str]] = defaultdict(list)
    for entry in context.report.refusals:
        if entry.outcome == "refused":
            why[entry.row].append(f"{entry.field}: {entry.reason}")
    items = {
        item.fingerprint: item
        for item in (_item(context, row, why[row.place]) for row in rows if row.place in why)
    }
    known = set(
        ReviewItem.objects.filter(kind=ReviewItem.Kind.OFFER, reason=REASON).values_list(
            "fingerprint", flat=True
        )
    )
    fresh = [item for mark, item in items.items() if mark not in known]
    ReviewItem.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh)


def _item(context: Context, row: Located, reasons: list[str]) -> ReviewItem:
    values = row.values
    told_apart = (*IDENTITY, "amount", "currency", "observed_on")
    return ReviewItem(
        kind=ReviewItem.Kind.OFFER,
        label=" ".join(str(values[part]) for part in LABEL if values.get(part))[:200] or row.place,
        reason=REASON,
        detail=f"{'; '.join(reasons)} ({row.place})",
        row=plain(values),
        source=context.sources.get(values.get("source", "")),
        fingerprint=fingerprint(REASON, *reasons, *(values.get(part) for part in told_apart)),
    )
