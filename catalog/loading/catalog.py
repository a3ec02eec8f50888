"""The load as a whole: all files, in the order in which rows refer to each other."""

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from catalog.loading import accelerators, basics, instances, offers, review, servers
from catalog.loading.context import Context
from catalog.loading.files import content_fingerprint
from catalog.loading.report import Report
from catalog.models import Accelerator, CatalogRevision, RowChange
from catalog.services import record_revision

DATA = Path(__file__).resolve().parent.parent / "data"
RULES_VERSION = 1
"""Raise when the rules of loading change, so that unchanged files are read again."""


def is_current(folder: Path) -> bool:
    """Whether the last load was of these very files and rules.

    Edits by hand since then stay: they are undone only by files that changed.
    """
    newest = CatalogRevision.objects.exclude(fingerprint="").first()
    wanted = content_fingerprint(folder, version=RULES_VERSION)
    return newest is not None and newest.fingerprint == wanted


@transaction.atomic
def load_catalog(folder: Path = DATA) -> Report:
    """Bring the database to what the files say, adding and changing only. All or nothing."""
    context = Context(folder=folder, today=timezone.localdate(), decisions=review.decisions())
    basics.load_sources(context)
    basics.load_vendors(context)
    accelerators.load(context)
    context.accelerators = {row.slug: row for row in Accelerator.objects.filter(derived=False)}
    context.resolver = accelerators.resolver(context.accelerators, basics.family_rules(context))
    servers.load(context)
    instances.load(context)
    offers.load(context)
    basics.load_language_models(context)
    record_revision(
        fingerprint_of_data=content_fingerprint(folder, version=RULES_VERSION),
        reason="Loaded the data files",
        changes=context.report.summary(),
        log=context.report.log,
        origin=RowChange.Origin.LOAD,
    )
    return context.report
