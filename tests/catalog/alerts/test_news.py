"""What counts as news: from the loader's observations to rows."""

import datetime as dt

import pytest

from catalog.alerts.news import Known, collect
from catalog.alerts.watched import NotWatchable
from catalog.history.log import Log
from catalog.models import Offer
from catalog.services import record_edit
from tests.catalog.alerts.conftest import SOUTH, TODAY


def told(alert, today=TODAY):
    return [(row["kind"], row["region"], row["amount"]) for row in collect(alert, today).rows]


def test_nothing_is_told_of_what_was_known_when_the_alert_was_made(make_alert):
    assert told(make_alert()) == []


def test_a_changed_price_is_told_with_the_one_before(make_alert, prices):
    alert = make_alert()
    prices({"amount": "18.00"})
    (row,) = collect(alert, TODAY).rows
    assert (row["kind"], row["amount"], row["amount_per_accelerator"]) == ("changed", "18", "2.25")
    assert (row["before"]["amount"], row["before"]["amount_per_accelerator"]) == ("20", "2.5")
    assert (row["system"], row["provider"], row["currency"]) == ("a.8x", "Acme Cloud", "USD")
    assert (row["source"], row["freshness"]) == ("A price list", "fresh")
    assert row["url"] == Offer.objects.get(region="north").get_absolute_url()


def test_a_new_offer_is_told_without_a_price_before(make_alert, prices):
    alert = make_alert()
    prices({"region": "east", "amount": "16.00"})
    assert told(alert) == [("new", "east", "16")]
    assert collect(alert, TODAY).rows[0]["before"] is None


def test_the_same_price_on_a_later_day_is_no_news(make_alert, prices):
    alert = make_alert()
    prices({}, SOUTH)
    digest = collect(alert, TODAY)
    assert digest.rows == []
    assert digest.cursor > alert.cursor


def test_an_older_price_that_was_learned_late_is_no_news(make_alert, prices):
    alert = make_alert()
    prices({"amount": "17.00"}, days=-5)
    assert told(alert) == []


def test_several_changes_are_told_as_their_sum(make_alert, prices):
    alert = make_alert()
    prices({"amount": "18.00"}, days=1)
    prices({"amount": "19.00"}, days=2)
    (row,) = collect(alert, TODAY).rows
    assert (row["before"]["amount"], row["amount"]) == ("20", "19")


def test_a_price_that_came_back_is_no_news(make_alert, prices):
    alert = make_alert()
    prices({"amount": "18.00"}, days=1)
    prices({"amount": "20.00"}, days=2)
    assert told(alert) == []


def test_only_what_fits_the_filters_is_told(make_alert, prices):
    alert = make_alert(query="region=south")
    prices({"amount": "18.00"}, SOUTH | {"amount": "23.00"})
    assert told(alert) == [("changed", "south", "23")]


def test_an_alert_on_one_offer_tells_of_no_other(make_alert, prices):
    alert = make_alert(offer=Offer.objects.get(region="south"))
    prices({"amount": "18.00"}, SOUTH | {"amount": "23.00"})
    assert told(alert) == [("changed", "south", "23")]


@pytest.mark.parametrize(
    ("limit", "currency", "fits"),
    [("2.25", "USD", True), ("2.2499", "USD", False), ("9", "EUR", False)],
)
def test_a_limit_is_of_the_price_per_accelerator_in_its_currency(
    make_alert, prices, limit, currency, fits
):
    alert = make_alert(limit=limit, currency=currency)
    prices({"amount": "18.00"})
    assert bool(told(alert)) is fits


def test_a_suspect_price_is_not_told(make_alert, prices):
    alert = make_alert(query="region=north")
    prices({"amount": "18.00"})
    Offer.objects.update(status=Offer.Status.SUSPECT)
    assert told(alert) == []


def test_the_cheapest_come_first_and_those_beyond_the_limit_are_counted(
    make_alert, prices, monkeypatch
):
    monkeypatch.setattr("catalog.alerts.news.MOST_ROWS", 1)
    alert = make_alert()
    prices({"amount": "19.00"}, SOUTH | {"amount": "18.00"})
    digest = collect(alert, TODAY)
    assert (digest.total, [row["region"] for row in digest.rows]) == (2, ["south"])


@pytest.mark.parametrize(("days", "stale"), [(60, 0), (61, 2)])
def test_an_offer_that_nobody_has_seen_for_90_days_is_told_on_that_day(make_alert, days, stale):
    alert = make_alert()
    later = TODAY + dt.timedelta(days=days)
    assert [kind for kind, _, _ in told(alert, later)] == ["stale"] * stale
    alert.looked_on = later
    assert (
        told(alert, later + dt.timedelta(days=1))
        == [("stale", region, amount) for region, amount in (("north", "20"), ("south", "24"))][
            : 2 - stale
        ]
    )


def test_a_list_of_fresh_offers_tells_which_leave_it(make_alert):
    alert = make_alert(query="freshness=fresh&region=north")
    assert told(alert, TODAY + dt.timedelta(days=61)) == [("stale", "north", "20")]


@pytest.fixture
def edit():
    """Sets the status of the offer in the north as staff do in the admin."""

    def set_status(status):
        before, row = Offer.objects.get(region="north"), Offer.objects.get(region="north")
        row.status = status
        row.save()
        log = Log()
        log.compared(before, row)
        record_edit("A test", log=log)

    return set_status


@pytest.mark.parametrize("query", ["", "region=north"])
def test_an_offer_that_somebody_withdrew_is_told(make_alert, edit, query):
    alert = make_alert(query=query)
    edit("withdrawn")
    assert told(alert) == [("withdrawn", "north", "20")]
    alert.change_cursor = collect(alert, TODAY).change_cursor
    assert told(alert) == []


def test_a_withdrawn_offer_that_does_not_fit_is_not_told(make_alert, edit):
    alerts = [
        make_alert(query="region=south"),
        make_alert(query="status=suspect"),
        make_alert(limit="2.49", currency="USD"),
        make_alert(offer=Offer.objects.get(region="south")),
    ]
    edit("withdrawn")
    assert [told(alert) for alert in alerts] == [[]] * 4


def test_an_offer_that_is_on_offer_again_is_told(make_alert, edit):
    edit("withdrawn")
    alert = make_alert(offer=Offer.objects.get(region="north"))
    edit("live")
    assert told(alert) == [("back", "north", "20")]


def test_an_offer_that_came_back_and_was_seen_at_its_old_price_is_told(make_alert, edit, prices):
    edit("withdrawn")
    alert = make_alert(query="region=north")
    edit("live")
    prices({})
    assert told(alert) == [("back", "north", "20")]


def test_an_offer_that_came_back_at_another_price_is_told_once(make_alert, edit, prices):
    edit("withdrawn")
    alert = make_alert(query="region=north")
    edit("live")
    prices({"amount": "18.00"})
    assert told(alert) == [("changed", "north", "18")]


@pytest.mark.parametrize("there_and_back", [("withdrawn", "live"), ("live", "withdrawn")])
def test_what_was_undone_before_it_was_told_is_no_news(make_alert, edit, there_and_back):
    start = there_and_back[1]
    edit(start)
    alert = make_alert(query="region=north")
    for status in there_and_back:
        edit(status)
    assert told(alert) == []


def test_an_offer_that_was_suspect_and_is_withdrawn_is_no_news(make_alert, edit):
    edit("suspect")
    alert = make_alert(query="region=north")
    edit("withdrawn")
    assert told(alert) == []


OTHERS = [{"region": f"r{number}", "amount": f"{20 + number}"} for number in range(4)]
"""Enough to judge a price by their median."""


@pytest.fixture
def doubted(make_alert, prices):
    """An alert that was told of nothing while the price fell from 20 so low that it is suspect."""
    prices({}, *OTHERS)
    alert = make_alert(query="region=north")
    prices({"amount": "2.00"}, *OTHERS, days=2)
    digest = collect(alert, TODAY)
    assert digest.rows == []
    alert.cursor, alert.change_cursor = digest.cursor, digest.change_cursor
    return alert


def test_a_price_that_is_not_suspect_any_more_is_told_against_the_one_before(doubted, edit):
    edit("live")
    (row,) = collect(doubted, TODAY).rows
    assert (row["kind"], row["before"]["amount"], row["amount"]) == ("changed", "20", "2")


def test_a_price_that_came_back_from_a_suspect_one_is_no_news(doubted, prices):
    prices({}, *OTHERS, days=3)
    assert Offer.objects.get(region="north").status == "live"
    assert told(doubted) == []


def test_another_price_after_a_suspect_one_is_told_against_the_one_before(doubted, prices):
    prices({"amount": "18.00"}, *OTHERS, days=3)
    (row,) = collect(doubted, TODAY).rows
    assert (row["kind"], row["before"]["amount"], row["amount"]) == ("changed", "20", "18")


def test_an_offer_that_came_as_suspect_is_new_once_it_is_not(make_alert, edit):
    Offer.objects.filter(region="north").update(status=Offer.Status.SUSPECT)
    alert = make_alert(query="region=north")
    edit("live")
    assert told(alert) == [("new", "north", "20")]


def test_filters_that_mean_nothing_any_more_are_named(make_alert, prices):
    prices({"amount": "18.00"})
    with pytest.raises(NotWatchable, match="accelerator: Select a valid choice"):
        collect(make_alert(query="accelerator=nothing", cursor=0), TODAY)


def test_collecting_takes_few_queries_whatever_the_number_of_offers(
    make_alert, prices, django_assert_max_num_queries
):
    alert = make_alert()
    prices(*({"region": f"r{number}", "amount": f"{20 + number}"} for number in range(20)))
    with django_assert_max_num_queries(14):
        assert len(collect(alert, TODAY).rows) == 20


def test_alerts_that_ask_the_same_are_told_the_same_by_one_reading(
    make_alert, prices, django_assert_max_num_queries
):
    alerts = [make_alert(destination=f"{name}@example.org") for name in ("ada", "bob", "eve")]
    prices({"amount": "18.00"})
    known = Known()
    first = collect(alerts[0], TODAY, known)
    with django_assert_max_num_queries(12):  # locks and ends of both tables, in a savepoint
        others = [collect(alert, TODAY, known) for alert in alerts[1:]]
    assert [other.rows for other in others] == [first.rows] * 2
    assert len({first.id, *(other.id for other in others)}) == 3


def test_what_was_read_for_one_question_is_no_answer_to_another(make_alert, prices):
    known = Known()
    prices({"amount": "18.00"})
    assert collect(make_alert(), TODAY, known).rows == []
    alerts = [make_alert(), make_alert(query="region=south"), make_alert(limit="1", currency="USD")]
    prices({"amount": "17.00"}, days=2)
    told = [[row["amount"] for row in collect(alert, TODAY, known).rows] for alert in alerts]
    assert told == [["17"], [], []]
