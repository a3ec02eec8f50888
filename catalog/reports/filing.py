"""Files a report of a wrong value, the same way for pages and programs."""

import datetime as dt
from typing import Any

from attrs import frozen
from django.utils import timezone

from catalog.errors import RefusedRow
from catalog.facts import NOT_FACTS, shown, text_of
from catalog.fields import LABELS
from catalog.models import Accelerator, InstanceType, Offer, Server, ValueReport
from catalog.provenance.weighing import difference
from catalog.reports.values import UnreadableValue, parse

Row = Accelerator | Server | InstanceType | Offer
PRICE = "amount"


@frozen(kw_only=True)
class Reported:
    """What a reporter says.

    Attributes:
        value: as typed; money in the currency of the offer, for its whole system.
        read_on: the day on which the source said so; None for today.
    """

    value: str
    source_url: str
    read_on: dt.date | None = None
    remark: str = ""
    email: str = ""


def may_report(row: Row, field: str) -> bool:
    """Whether a report about this field can be filed: prices of offers, facts of all others."""
    if isinstance(row, Offer):
        return field == PRICE
    known = field in LABELS and field not in NOT_FACTS
    return known and any(column.name == field for column in type(row)._meta.fields)  # noqa: SLF001


def problems(row: Row, field: str, reported: Reported) -> dict[str, str]:
    """What is wrong with a report, each with its remedy, by field of `Reported`."""
    found: dict[str, str] = {}
    if reported.read_on and reported.read_on > timezone.localdate():
        found["read_on"] = "This day lies ahead. Write the day on which you read the source."
    try:
        value = text_of(parse(row, field, reported.value))
    except UnreadableValue as error:
        return found | {"value": str(error)}
    text, _ = shown(row, field)
    if value == text or difference(value, text) == 0:
        found["value"] = "The catalog says so already. Write what the source says instead."
    return found


def file_report(row: Row, field: str, reported: Reported) -> ValueReport:
    """Keep a report for review.

    Raises:
        RefusedRow: with every problem by field.
    """
    if wrong := problems(row, field, reported):
        raise RefusedRow(f"{field} of {row}", wrong)
    text, _ = shown(row, field)
    return ValueReport.objects.create(
        **{noun_of(row): row},
        field=field,
        stated_value=text[:300],
        proposed_value=text_of(parse(row, field, reported.value))[:300],
        source_url=reported.source_url,
        read_on=reported.read_on or timezone.localdate(),
        remark=reported.remark,
        email=reported.email,
    )


def noun_of(row: Any) -> str:
    """The name that claims and reports have for rows of this kind."""
    names = {Accelerator: "accelerator", Server: "server", InstanceType: "instance", Offer: "offer"}
    return names[type(row)]
