import datetime as dt

import pytest

from catalog.freshness import freshness, rank

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("days", "level"),
    [(0, "fresh"), (90, "fresh"), (91, "stale"), (365, "stale"), (366, "historical")],
)
def test_a_price_ages(days, level):
    assert freshness(TODAY - dt.timedelta(days=days), TODAY) == level


def test_a_price_without_a_date_is_never_as_of_today():
    assert freshness(None, TODAY) == "unknown"


def test_a_price_without_a_date_ranks_behind_the_oldest():
    assert rank(None, TODAY) > rank(dt.date(2010, 1, 1), TODAY)
