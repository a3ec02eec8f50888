"""The source that a report cites: the one that the catalog knows, else a new one."""

from urllib.parse import urlsplit

from catalog.models import Source, ValueReport

DEFAULT_CONFIDENCE = 2
NO_LICENCE = "facts only, no licence stated"


def source_of(report: ValueReport, *, confidence: int = DEFAULT_CONFIDENCE) -> Source:
    """The source with this address, not stored yet when it is new.

    A known source keeps the confidence that the catalog has in it.
    """
    known = Source.objects.filter(url=report.source_url).order_by("pk").first()
    if known is not None:
        return known
    address = urlsplit(report.source_url)
    return Source(
        slug=f"report-{report.pk}",
        title=f"{address.hostname or ''}{address.path.rstrip('/')}"[:200],
        kind=Source.Kind.PAGE,
        url=report.source_url,
        read_on=report.read_on,
        licence=NO_LICENCE,
        confidence=confidence,
        notes="Cited by a report of a wrong value that a reviewer accepted.",
    )
