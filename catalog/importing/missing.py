"""Offers that an import leaves as they are: the file lacks them, or has them in vain."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from catalog.loading import offers
from catalog.loading.context import Context
from catalog.loading.files import Located
from catalog.models import Offer


def same_lists(rows: Sequence[Located]) -> QuerySet[Offer]:
    """Live offers of the providers and sources of these rows."""
    return Offer.objects.filter(
        status=Offer.Status.LIVE,
        provider__slug__in={row.values["owner"] for row in rows},
        source__slug__in={row.values.get("source", "") for row in rows},
    )


def named_in_vain(context: Context, rows: Iterable[Located]) -> frozenset[str]:
    """Slugs that the refused and queued ones of these rows mean, or may mean."""
    places = {entry.row for entry in context.report.refusals if entry.outcome != "warning"}
    return frozenset(
        offers.offer_slug(row.values, variant)
        for row in rows
        if row.place in places
        for variant in _variants(context, row)
    )


def _variants(context: Context, row: Located) -> Iterator[str]:
    try:
        answer = context.resolver.resolve(offers.stated(row.values))
    except ValueError:  # The cell that made the row unreadable.
        answer = context.resolver.resolve(offers.stated(row.values | {"accelerator_memory_gb": ""}))
    yield from [answer.slug] if answer.slug else answer.candidates or [""]
