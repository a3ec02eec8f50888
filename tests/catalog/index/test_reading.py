import datetime as dt

from catalog.index import reading
from catalog.models import Offer
from tests.catalog.crowded import crowd


def test_an_offer_that_comes_while_a_past_day_is_read_is_left_to_the_next_reading(data):
    data.load()
    today = reading.read_index()
    crowd(3, [Offer])
    past = reading._at(dt.date(2026, 5, 1), today)
    assert list(past.keys) == list(today.keys)
    assert len(past.column("amount").numbers) == len(past.column("region").codes) == 1
