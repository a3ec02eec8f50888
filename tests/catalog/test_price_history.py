import datetime as dt

from django.utils import timezone

from catalog.models import Accelerator, Offer
from catalog.price_history import price_history
from tests.catalog.data_folder import OFFER, SXM


def history(data, *offers):
    data.offers = [OFFER | {"region": str(number)} | offer for number, offer in enumerate(offers)]
    data.load()
    return price_history(Accelerator.objects.get(slug=SXM["slug"]))


def test_prices_of_a_day_are_told_by_lowest_median_and_highest_per_accelerator(data):
    day = history(data, {"amount": "16"}, {"amount": "24"}, {"amount": "80"}).days[0]
    assert (day.lowest, day.middle, day.highest, day.count) == (2.0, 3.0, 10.0, 3)


def test_a_median_of_two_prices_is_one_that_was_seen(data):
    assert history(data, {"amount": "16"}, {"amount": "24"}).days[0].middle == 2.0


def test_every_reading_of_an_offer_counts_on_its_day(data):
    history(data, {"amount": "16"})
    days = history(data, {"amount": "24", "observed_on": "2026-02-02"}).days
    assert [(day.day, day.middle) for day in days] == [
        (dt.date(2026, 2, 2), 3.0),
        (dt.date(2026, 1, 2), 2.0),
    ]


def test_kinds_of_pricing_stay_apart(data):
    days = history(data, {}, {"pricing": "spot", "amount": "8"}).days
    assert {day.pricing: day.middle for day in days} == {"on-demand": 2.5, "spot": 1.0}


def test_a_price_without_a_date_is_counted_and_on_no_day(data):
    found = history(data, {"observed_on": ""})
    assert (found.days, found.undated) == ((), 1)


def test_a_suspect_price_is_no_history(data):
    history(data, {})
    Offer.objects.update(status=Offer.Status.SUSPECT)
    assert price_history(Accelerator.objects.get(slug=SXM["slug"])).days == ()


def test_the_chart_has_one_currency(data):
    found = history(data, {}, {"observed_on": "2026-02-02"}, {"currency": "EUR"})
    assert {day.currency for day in found.days} == {"USD", "EUR"}
    assert {day.currency for day in found.drawn} == {"USD"}


def test_a_history_asks_three_times_at_most(data, django_assert_num_queries):
    history(data, {})
    row = Accelerator.objects.get(slug=SXM["slug"])
    with django_assert_num_queries(3):
        price_history(row)


def test_old_prices_are_not_read_where_newer_ones_fill_the_chart(
    data, django_assert_num_queries, monkeypatch
):
    today = timezone.localdate()
    days = [today - dt.timedelta(days=days) for days in (1, 2, 900)]
    history(data, *({"observed_on": day.isoformat()} for day in days))
    monkeypatch.setattr("catalog.price_history.MOST_DAYS", 2)
    with django_assert_num_queries(3):
        found = price_history(Accelerator.objects.get(slug=SXM["slug"]))
    assert [day.day for day in found.days] == days[:2]


def test_old_prices_are_shown_where_there_are_no_newer_ones(data):
    found = history(data, {"observed_on": "2019-05-01"}, {"observed_on": "2026-11-02"})
    assert [day.day.year for day in found.days] == [2026, 2019]
