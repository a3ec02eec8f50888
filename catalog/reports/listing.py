"""Reports about one value as everybody may see them: decided ones, and how many wait."""

from attrs import frozen

from catalog.models import ValueReport
from catalog.reports.filing import Row, noun_of

MOST_REPORTS = 20


@frozen(kw_only=True)
class Reports:
    """Reports about one value; e-mail addresses and undecided texts are for reviewers only."""

    waiting: int
    decided: tuple[ValueReport, ...]


def reports_about(row: Row, field: str) -> Reports:
    """Reports about this field of this row, the last decision first. One query."""
    found = list(ValueReport.objects.filter(**{noun_of(row): row}, field=field))
    decided = [report for report in found if report.status != ValueReport.Status.OPEN]
    newest = sorted(decided, key=lambda report: report.decided_at or report.reported_at)[::-1]
    return Reports(waiting=len(found) - len(decided), decided=tuple(newest[:MOST_REPORTS]))
