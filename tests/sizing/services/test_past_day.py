import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import CatalogRevision, Offer, OfferObservation
from sizing import fleet
from sizing.engine.errors import InputError
from sizing.services.sizings import size

REQUEST = {
    "workload": {
        "kind": "llm-inference",
        "model": "llama-3.1-8b",
        "input_tokens": 500,
        "output_tokens": 100,
        "load": {"mode": "concurrency", "requests": 16},
    }
}


def seen(offer, amount, day):
    return OfferObservation.objects.create(
        offer=Offer.objects.get(slug=offer),
        amount=amount,
        currency="USD",
        observed_on=dt.date.fromisoformat(day),
        source=Offer.objects.get(slug=offer).source,
        fingerprint=f"{offer}-{day}",
    )


@pytest.fixture
def market(catalog):
    """One price that fell, one that came late; their rows say what they ask today."""
    seen("acme-h100-1", "9.00", "2026-03-01")
    seen("acme-h100-1", "5.00", "2026-05-01")
    seen("acme-h100-1", "2.50", "2026-11-01")
    seen("acme-h100-8", "20.00", "2026-11-01")
    return catalog


def as_of(day):
    return {**REQUEST, "constraints": {"as_of": day}}


def costs(request):
    """Money per hour of one system, by its slug."""
    content = size(request).sizing.answer.content
    return {
        entry["system"]["slug"]: float(entry["cost"]["per_h"]) / entry["nodes"]
        for entry in content["recommendations"]
        if entry["cost"]
    }


def test_prices_are_those_seen_by_the_end_of_the_day(market):
    assert costs(REQUEST)["acme-h100-1"] == 2.5
    assert costs(as_of("2026-05-01"))["acme-h100-1"] == 5
    assert costs(as_of("2026-04-30"))["acme-h100-1"] == 9


def test_an_offer_that_nobody_had_seen_by_then_is_not_used(market):
    assert "acme-h100-8" in costs(REQUEST)
    assert "acme-h100-8" not in costs(as_of("2026-05-01"))


def test_the_answer_for_a_past_day_stays_when_prices_move(market):
    before = size(as_of("2026-05-01")).sizing.answer
    Offer.objects.filter(slug="acme-h100-1").update(amount="1.00", observed_on="2026-11-20")
    seen("acme-h100-1", "1.00", "2026-11-20")
    CatalogRevision.objects.create(fingerprint="later", reason="test")
    after = size(as_of("2026-05-01")).sizing.answer
    assert after.pk != before.pk
    assert after.content == before.content


def test_each_day_has_a_fleet_of_its_own(market):
    revision = fleet.current_revision()
    first, second = (fleet.systems_as_of(revision, dt.date(2026, month, 1)) for month in (3, 5))
    assert first != second
    assert fleet.systems_as_of(revision, dt.date(2026, 3, 1)) is first


@pytest.mark.parametrize(
    ("day", "remedy"),
    [
        ("2026-02-28", "is before the first price of the catalog; give 2026-03-01 or later."),
        ("1999-12-31", "is before any price; give 2000-01-01 or later."),
        ("{tomorrow}", "is in the future, where nobody has seen a price"),
        ("2026-W18-5", "Give a day as YYYY-MM-DD"),
        ("May", "Give a day as YYYY-MM-DD"),
    ],
)
def test_a_day_that_cannot_have_prices_is_refused_with_the_remedy(market, day, remedy):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(InputError) as refused:
        size(as_of(day.format(tomorrow=tomorrow)))
    [wrong] = refused.value.errors
    assert wrong.attr == "constraints.as_of"
    assert remedy in wrong.detail


def test_a_wrong_day_is_named_beside_other_wrong_fields(market):
    with pytest.raises(InputError) as refused:
        size({**as_of("2999-01-01"), "objective": "fun"})
    assert {wrong.attr for wrong in refused.value.errors} == {"constraints.as_of", "objective"}
