"""What rows imply but do not hold, as database expressions."""

import datetime as dt

from django.db.models import Case, CharField, F, FloatField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.lookups import In
from django.utils import timezone

from catalog.freshness import FRESH_DAYS, STALE_DAYS
from catalog.models import LinkKind

JOINING = (LinkKind.NVSWITCH, LinkKind.NVLINK_MESH, LinkKind.XGMI)
"""Links that make one domain of all accelerators of a system; bridges join pairs only."""


def usual_link() -> Combinable:
    """The link of a system: its own, else the usual one of its accelerator."""
    own = NullIf(F("link_kind"), Value(""))
    return Coalesce(own, F("accelerator__link_kind"), output_field=CharField())


def memory_total_gb() -> Combinable:
    """What programs can allocate on all accelerators of a system together."""
    return Cast("accelerator_count", FloatField()) * F("accelerator__capacity_gb")


def domain_of_variant() -> Combinable:
    """Accelerators in one link domain; NULL where no such link joins them."""
    return _where_joined(F("link_kind"), "per_node")


def domain_of_system() -> Combinable:
    """The same of a server or instance type."""
    return _where_joined(usual_link(), "accelerator_count")


def _where_joined(link: Combinable, count: str) -> Combinable:
    joined = When(In(link, JOINING), then=Cast(count, FloatField()))
    return Case(joined, default=None, output_field=FloatField())


def age(as_of: dt.date | None = None, seen: str = "observed_on") -> Combinable:
    """One of `catalog.freshness.LEVELS`, as of today or a given day; `seen` is the column."""
    today = as_of or timezone.localdate()
    fresh, stale = (today - dt.timedelta(days=days) for days in (FRESH_DAYS, STALE_DAYS))
    return Case(
        When(**{f"{seen}__gte": fresh}, then=Value("fresh")),
        When(**{f"{seen}__gte": stale}, then=Value("stale")),
        When(**{f"{seen}__isnull": False}, then=Value("historical")),
        default=Value("unknown"),
        output_field=CharField(),
    )
