"""What a reviewer decides about a report; the report and the decision stay for ever."""

from copy import copy

from django.db import transaction
from django.utils import timezone

from catalog.errors import CatalogError
from catalog.history.log import Log
from catalog.models import RowChange, ValueReport
from catalog.reports import facts, prices
from catalog.reports.sources import DEFAULT_CONFIDENCE, source_of
from catalog.services import record_edit


class AlreadyDecided(CatalogError):  # noqa: N818 - reads as the fact it states
    """A report that somebody else decided in the meantime."""


@transaction.atomic
def accept(
    report: ValueReport, *, by: str, remark: str = "", confidence: int = DEFAULT_CONFIDENCE
) -> ValueReport:
    """Write what the report says, with its source; the usual choice and checks apply.

    Args:
        by: name of the reviewer.
        confidence: in a source that the catalog does not know yet, 0 to 3.

    Raises:
        AlreadyDecided: the report is not open.
        RefusedRow: an import would refuse the value; nothing is written.
    """
    report = _open(report)
    source = source_of(report, confidence=confidence)
    if source.pk is None:
        source.save()
    write = prices.observe if report.noun == "offer" else facts.follow
    before, log = copy(report.subject), Log()
    write(report, source)
    log.compared(before, report.subject)
    decided = _decide(report, ValueReport.Status.ACCEPTED, by, remark)
    reason = f"Report {report.pk} about {report.subject} accepted by {by}"
    record_edit(reason, log=log, origin=RowChange.Origin.REPORT, by=by)
    return decided


@transaction.atomic
def reject(report: ValueReport, *, by: str, remark: str) -> ValueReport:
    """Keep the row as it is, and the reason why.

    Raises:
        AlreadyDecided: the report is not open.
    """
    return _decide(_open(report), ValueReport.Status.REJECTED, by, remark)


def _open(report: ValueReport) -> ValueReport:
    found = ValueReport.objects.select_for_update().get(pk=report.pk)
    if found.status != ValueReport.Status.OPEN:
        raise AlreadyDecided(f"Report {found.pk} was decided by {found.decided_by} already.")
    return found


def _decide(report: ValueReport, status: str, by: str, remark: str) -> ValueReport:
    report.status = status
    report.decided_at = timezone.now()
    report.decided_by = by[:150]
    report.decision_remark = remark
    report.save()
    return report
