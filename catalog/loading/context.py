"""What the importers of one load share."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, define

from catalog.fields import unit
from catalog.loading.report import Report
from catalog.loading.resolution import Resolver
from catalog.loading.upsert import ClaimBook
from catalog.models import Accelerator, InstanceType, Server, Source, Vendor


@define
class Context:
    """The state of one load; each importer adds the rows that the next ones refer to."""

    folder: Path
    today: dt.date
    report: Report = Factory(Report)
    sources: dict[str, Source] = Factory(dict)
    vendors: dict[str, Vendor] = Factory(dict)
    accelerators: dict[str, Accelerator] = Factory(dict)
    servers: dict[str, Server] = Factory(dict)
    instances: dict[str, InstanceType] = Factory(dict)
    resolver: Resolver = Factory(lambda: Resolver(()))
    decisions: dict[str, str] = Factory(dict)

    def claims(self) -> ClaimBook:
        """An empty book of claims about this load's sources."""
        return ClaimBook(self.sources, [])

    def unknown_references(self, row: Mapping[str, Any], *, vendor: str) -> dict[str, str]:
        """Reasons for a source or vendor that the data do not define."""
        reasons = {}
        if row.get("source") not in self.sources:
            reasons["source"] = f"{row.get('source')!r} is not in sources.toml"
        if vendor not in self.vendors:
            reasons["vendor"] = f"{vendor!r} is not in vendors.toml"
        return reasons


def claim_row(
    book: ClaimBook,
    subject: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    source: Source,
    row: Mapping[str, Any],
    derived: frozenset[str] = frozenset(),
) -> None:
    """One claim per known value of a row that has a single source and date.

    `derived` names the fields that were worked out from what the source says.
    """
    (model,) = subject.values()
    for field, value in values.items():
        if value not in (None, "", []):
            fact = {
                "field": field,
                "value": f"{value:g}" if isinstance(value, float) else value,
                "unit": unit(field),
                "source": source,
                "locator": str(row.get("locator", ""))[:250],
                "observed_on": row.get("observed_on"),
                "method": "derived" if field in derived else "stated",
            }
            book.claim(subject, model.slug, fact)
