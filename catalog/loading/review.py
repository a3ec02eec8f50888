"""Keeps what an import could not resolve, and applies what people decided about it."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, define

from catalog.fingerprints import fingerprint
from catalog.loading.context import Context
from catalog.loading.files import Located
from catalog.loading.resolution import Resolution, Stated
from catalog.loading.upsert import BATCH
from catalog.models import ReviewItem

IDENTITY = (
    *("owner", "vendor", "model", "name", "instance", "accelerator", "accelerator_count"),
    *("accelerator_memory_gb", "form", "accelerator_form", "region", "pricing", "tier", "source"),
    "url",
)


@define
class Queue:
    """Rows of one kind that wait for a person."""

    context: Context
    kind: str
    noun: str
    items: dict[str, ReviewItem] = Factory(dict)
    resolved: set[str] = Factory(set)

    def resolve(self, row: Located, stated: Stated) -> str:
        """The variant of a row; empty when it was queued."""
        mark = self.mark(row)
        decided = self.context.decisions.get(mark)
        answer = Resolution(slug=decided) if decided else self.context.resolver.resolve(stated)
        if answer.slug:
            self.resolved.add(mark)
            return answer.slug
        self.add(row, stated, answer, mark)
        return ""

    def add(self, row: Located, stated: Stated, answer: Resolution, mark: str) -> None:
        """Put a row into the queue."""
        label = " ".join(filter(None, [stated.provider, stated.instance, stated.name]))
        self.items[mark] = ReviewItem(
            kind=self.kind,
            label=label[:200] or row.place,
            reason=answer.reason,
            detail=f"{answer.detail} ({row.place})",
            candidates=list(answer.candidates),
            row=plain(row.values),
            source=self.context.sources.get(row.values.get("source", "")),
            fingerprint=mark,
        )
        self.context.report.queue(self.noun, row.place, "accelerator", answer.detail)

    def write(self) -> int:
        """Store new items; close open ones that resolve by now. Decisions stay as they are.

        Returns how many items are new.
        """
        known = dict(ReviewItem.objects.filter(kind=self.kind).values_list("fingerprint", "status"))
        fresh = [item for mark, item in self.items.items() if mark not in known]
        ReviewItem.objects.bulk_create(fresh, batch_size=BATCH)
        done = [mark for mark in self.resolved if known.get(mark) == ReviewItem.Status.OPEN]
        ReviewItem.objects.filter(fingerprint__in=done).update(
            status=ReviewItem.Status.RESOLVED, resolution="Resolved by a later import."
        )
        return len(fresh)

    def mark(self, row: Located) -> str:
        """Identity of a row of this kind."""
        return identity(self.kind, row)


def identity(kind: str, row: Located) -> str:
    """The same across loads; a price or date may change without changing it."""
    return fingerprint(kind, *(row.values.get(part) for part in IDENTITY))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The row as JSON can hold it."""
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in values.items()
    }


def decisions() -> dict[str, str]:
    """What people decided: fingerprint of a queued row to slug of the variant."""
    items = ReviewItem.objects.filter(status=ReviewItem.Status.RESOLVED, resolved_to__isnull=False)
    return dict(items.values_list("fingerprint", "resolved_to__slug"))
