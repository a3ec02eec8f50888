"""Filters of systems and offers by what their accelerators are."""

from catalog.filtersets.base import ComputedRange, NumberRange
from catalog.filtersets.expressions import memory_total_gb
from catalog.models import Accelerator
from catalog.names import family_name


def families() -> list[tuple[str, str]]:
    """Architecture families in the catalog."""
    names = Accelerator.objects.order_by("family").values_list("family", flat=True).distinct()
    return [(name, family_name(name)) for name in names]


def memory_each() -> NumberRange:
    """By the memory on the box of one accelerator."""
    column = "accelerator__memory_label_gb"
    return NumberRange(field_name=column, label="Memory each", unit="GiB")


def memory_together() -> ComputedRange:
    """By what programs can allocate on all accelerators together."""
    return ComputedRange(memory_total_gb(), label="Memory together", unit="GB")
