import pytest
from django.db import IntegrityError, transaction

from catalog.models import Accelerator, Claim, Offer, Server, Source


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Accelerator, {"tdp_w": 0}),
        (Accelerator, {"fp16_tflops": -1}),
        (Accelerator, {"link_kind": "string"}),
        (Server, {"rack_units": 0}),
        (Server, {"accelerator_count": None}),
        (Offer, {"amount": 0}),
        (Offer, {"unit": "each"}),
    ],
)
def test_the_database_refuses_a_row_that_cannot_be(data, model, change):
    data.load()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


def test_a_claim_has_exactly_one_subject(data):
    data.load()
    source = Source.objects.get(slug="datasheets")
    facts = {"field": "tdp_w", "value": "1", "source": source, "fingerprint": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(**facts)
    both = {"accelerator": Accelerator.objects.first(), "server": Server.objects.get()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(**facts, **both)


def test_the_price_per_accelerator_follows_from_amount_and_count(data):
    data.load()
    assert Offer.objects.get().amount_per_accelerator == pytest.approx(2.5)
