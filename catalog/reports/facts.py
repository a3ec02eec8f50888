"""An accepted report about a fact: a claim, and the usual choice between it and what stands."""

from typing import Any

from catalog.errors import RefusedRow
from catalog.facts import shown, text_of
from catalog.fields import unit
from catalog.fingerprints import fingerprint
from catalog.loading import checks, row_checks
from catalog.models import Accelerator, Claim, InstanceType, Server, Source, ValueReport
from catalog.provenance.choosing import takes_over
from catalog.provenance.weighing import weigh
from catalog.reports.values import parse

IDENTITY = {"accelerator", "accelerator_count"}
"""Fields of systems that their slug is made of: a claim is kept, the data file has to change."""


def reasons_against(report: ValueReport) -> dict[str, str]:
    """What the checks of an import would refuse because of the proposed value, by field."""
    row = report.subject
    before = _as_row(row)
    after = before | {report.field: parse(row, report.field, report.proposed_value)}
    if report.field == "accelerator_memory_stated_gb":
        after["accelerator_memory_gb"] = after[report.field]
    known = _reasons(row, before)
    return {field: why for field, why in _reasons(row, after).items() if known.get(field) != why}


def _reasons(row: Any, values: dict[str, Any]) -> dict[str, str]:
    if isinstance(row, Accelerator):
        return row_checks.accelerator(values)
    if isinstance(row, InstanceType):
        return row_checks.instance(values)
    tdp_w = row.accelerator.tdp_w if row.accelerator else None
    return row_checks.server(values) | checks.power_below_accelerators(values, tdp_w)


def _as_row(row: Any) -> dict[str, Any]:
    columns = [column.name for column in type(row)._meta.fields if not column.is_relation]  # noqa: SLF001
    values = {name: getattr(row, name) for name in columns}
    if isinstance(row, Server):
        values["vendor"] = row.vendor.name
    if isinstance(row, InstanceType):
        values["accelerator_memory_gb"] = row.accelerator_memory_stated_gb
    return values


def follow(report: ValueReport, source: Source) -> None:
    """Append the claim; the row takes the value over by the usual choice. Sets the outcome.

    Raises:
        RefusedRow: the checks of an import would refuse the row with this value.
    """
    if wrong := reasons_against(report):
        raise RefusedRow(str(report.subject), wrong)
    row = report.subject
    text, _ = shown(row, report.field)
    standing = weigh(list(row.claims.filter(field=report.field).select_related("source")), text)
    claim = _claim(report, source, standing.chosen.locator if standing else "")
    report.claim = claim
    report.replaced_value = text[:300]
    report.followed = report.field not in IDENTITY and takes_over(
        claim, standing.chosen if standing else None
    )
    if report.followed:
        setattr(row, report.field, parse(row, report.field, report.proposed_value))
        row.save(update_fields=[report.field])


def _claim(report: ValueReport, source: Source, locator: str) -> Claim:
    value = report.proposed_value
    parsed = parse(report.subject, report.field, value)
    figure = text_of(parsed).replace(",", "") if not isinstance(parsed, str | list) else value
    known = report.subject.claims.filter(field=report.field, source=source).exists()
    return Claim.objects.create(
        **{report.noun: report.subject},
        field=report.field,
        value=figure,
        unit=unit(report.field),
        source=source,
        # The same place of the same source: what was read there before is the past.
        locator=locator if known else "",
        observed_on=report.read_on,
        method=Claim.Method.STATED,
        note=f"Report {report.pk}. {report.remark}".strip()[:300],
        fingerprint=fingerprint("report", report.pk),
    )
