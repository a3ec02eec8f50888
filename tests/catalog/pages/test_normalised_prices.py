from decimal import Decimal

import pytest

from catalog.models import Offer
from tests.catalog.data_folder import OFFER

pytestmark = pytest.mark.django_db
COLUMNS = "columns=system,amount_per_gib,amount_per_month"


@pytest.fixture
def rented(data):
    data.offers = [OFFER | {"amount": "16", "accelerator_count": "2", "pricing": "on-demand"}]
    data.load()
    return Offer.objects.get()


@pytest.fixture
def bought(data):
    data.offers = [OFFER | {"amount": "16000", "accelerator_count": "2", "pricing": "buy"}]
    data.load()
    return Offer.objects.get()


def test_a_price_per_gib_divides_by_the_memory_of_all_accelerators(rented):
    memory = float(rented.accelerator.memory_label_gb)
    assert rented.amount_per_gib == pytest.approx(16 / (2 * memory))


def test_a_month_of_rent_is_730_hours_and_a_half_of_the_whole_system(rented):
    assert rented.amount_per_month == 16 * Decimal("730.5")


def test_a_purchase_has_no_month(bought):
    assert bought.amount_per_month is None
    assert bought.amount_per_gib > 0


def test_memory_that_is_not_known_leaves_the_price_per_gib_open(rented):
    rented.accelerator.memory_label_gb = None
    assert rented.amount_per_gib is None


def test_page_download_and_api_show_the_same_normalised_prices(client, rented):
    page = client.get(f"/offers/?{COLUMNS}").content.decode()
    csv = b"".join(client.get(f"/api/v1/offers/?format=csv&{COLUMNS}")).decode()
    found = client.get("/api/v1/offers/").json()["results"][0]

    assert "11,688 USD" in page
    assert "11688.00" in csv
    assert float(found["amount_per_month"]) == 11688.0
    assert found["amount_per_gib"] == pytest.approx(rented.amount_per_gib)


def test_the_page_of_an_offer_says_both(client, rented):
    page = client.get(rented.get_absolute_url()).content.decode()
    assert "per GiB of its memory" in page
    assert "for 730.5 hours" in page
