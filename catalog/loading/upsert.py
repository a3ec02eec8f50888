"""Idempotent writes: rows are matched by slug, compared, and only differences are written."""

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define
from django.db.models import Model

from catalog.fingerprints import fingerprint
from catalog.loading.report import Report
from catalog.models import Claim, Source

BATCH = 400
M = TypeVar("M", bound=Model)


def upsert(
    model: type[M], rows: Mapping[str, dict[str, Any]], report: Report, noun: str
) -> dict[str, M]:
    """Bring the rows with these slugs to these values; returns them by slug."""
    manager = model._default_manager  # noqa: SLF001 - documented, and every model has it
    found: dict[str, M] = {_slug(row): row for row in manager.filter(slug__in=list(rows))}
    created, changed, columns = [], [], set()
    for slug, values in rows.items():
        row = found.get(slug)
        if row is None:
            created.append(model(slug=slug, **values))
            continue
        different = [name for name, value in values.items() if getattr(row, name) != value]
        for name in different:
            report.log.changed(row, name, getattr(row, name), values[name])
            setattr(row, name, values[name])
        if different:
            changed.append(row)
            columns.update(different)
    manager.bulk_create(created, batch_size=BATCH)
    report.log.added(created)
    if changed:
        manager.bulk_update(changed, sorted(columns), batch_size=BATCH)
    report.add(noun, "added", len(created))
    report.add(noun, "changed", len(changed))
    report.add(noun, "unchanged", len(rows) - len(created) - len(changed))
    return found | {_slug(row): row for row in created}


def _slug(row: Any) -> str:
    return str(row.slug)


@define
class ClaimBook:
    """Collects claims about rows and writes those that are new."""

    sources: Mapping[str, Source]
    claims: list[Claim]

    def claim(self, subject: Mapping[str, Model], slug: str, values: dict[str, Any]) -> None:
        """One fact. `subject` is {"accelerator": row}; `values` are columns of Claim."""
        source = values["source"]
        text = str(values["value"])[:300]
        identity = (*subject, slug, values["field"], text, source.slug, values.get("locator"))
        dated = (values.get("observed_on"), values.get("method"))
        row = Claim(**subject, **(values | {"value": text}))
        row.fingerprint = fingerprint(*identity, *dated)
        self.claims.append(row)

    def write(self) -> None:
        """Append what is not known yet; nothing is ever changed or removed."""
        known = set(Claim.objects.values_list("fingerprint", flat=True))
        fresh = {row.fingerprint: row for row in self.claims if row.fingerprint not in known}
        Claim.objects.bulk_create(fresh.values(), batch_size=BATCH)
