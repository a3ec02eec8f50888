"""How old a price is, in words that lists and rankings share."""

import datetime as dt

FRESH_DAYS = 90
STALE_DAYS = 365
#: A verdict on attached hardware speaks of it as it was; after this it is stale.
VERDICT_LASTS = dt.timedelta(days=90)
LEVELS = ("fresh", "stale", "historical", "unknown")
AGES = (
    ("fresh", f"Seen in the last {FRESH_DAYS} days"),
    ("stale", "Seen in the last year"),
    ("historical", "Older than a year"),
    ("unknown", "Date unknown"),
)


def freshness(observed_on: dt.date | None, today: dt.date) -> str:
    """One of `LEVELS`; a price without a date is "unknown", never as of today."""
    if observed_on is None:
        return "unknown"
    age_days = (today - observed_on).days
    if age_days <= FRESH_DAYS:
        return "fresh"
    return "stale" if age_days <= STALE_DAYS else "historical"


def rank(observed_on: dt.date | None, today: dt.date) -> int:
    """Position in a ranking: fresh first, date unknown last."""
    return LEVELS.index(freshness(observed_on, today))
