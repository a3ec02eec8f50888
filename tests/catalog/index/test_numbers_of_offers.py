from catalog import querysets
from catalog.index.counting import offers_by
from catalog.models import Offer
from catalog.services import record_edit
from tests.catalog.crowded import crowd


def as_the_database_counts(name):
    keys = Offer.objects.values_list(f"{name}_id", flat=True)
    return {key: list(keys).count(key) for key in keys}


def test_numbers_are_those_of_the_database(data):
    data.load()
    crowd(20)
    for name in ("provider", "source"):
        assert offers_by(name) == as_the_database_counts(name)


def test_offers_that_are_not_live_count_too(data):
    data.load()
    Offer.objects.update(status=Offer.Status.WITHDRAWN)
    record_edit("withdrawn")
    assert sum(offers_by("provider").values()) == Offer.objects.count()


def test_more_rows_than_a_question_can_tell_are_counted_by_the_database(data, monkeypatch):
    data.load()
    few = list(querysets.vendors().order_by("pk").values_list("pk", "offer_count"))
    monkeypatch.setattr(querysets, "MOST_NUMBERS", 0)
    assert list(querysets.vendors().order_by("pk").values_list("pk", "offer_count")) == few
