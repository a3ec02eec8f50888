"""Accepted values outlast a load, until the data file changes the same figure."""

from typing import Any

from catalog.facts import text_of
from catalog.models import ValueReport
from catalog.reports.values import parse


def keep_accepted(noun: str, values: dict[str, dict[str, Any]]) -> None:
    """Put accepted values in place of those that a file still has from before the report.

    `values` holds columns by slug of the row; what a file changed since stays as the file says.
    """
    accepted = ValueReport.objects.filter(
        status=ValueReport.Status.ACCEPTED, followed=True, **{f"{noun}__isnull": False}
    )
    for report in accepted.select_related(noun).order_by("decided_at", "pk"):
        columns = values.get(report.subject.slug, {})
        if report.field in columns and _unchanged(columns[report.field], report):
            value = parse(report.subject, report.field, report.proposed_value)
            columns[report.field] = value


def _unchanged(value: Any, report: ValueReport) -> bool:
    return text_of(value)[:300] == report.replaced_value
