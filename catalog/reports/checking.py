"""What an import would refuse because of a report, before anybody accepts it."""

from catalog.models import ValueReport
from catalog.reports import facts, prices


def refusals(report: ValueReport) -> dict[str, str]:
    """Reasons by field; empty when the value may enter."""
    if report.noun == "offer":
        return prices.reasons_against(report)
    return facts.reasons_against(report)
