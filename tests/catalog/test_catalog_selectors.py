import pytest

from catalog.errors import UnknownName
from catalog.models import Accelerator
from catalog.selectors import current_revision, resolve_accelerator, systems_for_sizing
from tests.catalog.data_folder import INSTANCE, L4, OFFER, SXM


def system(kind, count, slug=SXM["slug"]):
    (row,) = (
        row
        for row in systems_for_sizing()
        if (row.kind, row.count, row.accelerator.slug) == (kind, count, slug)
    )
    return row


def test_systems_take_a_constant_number_of_queries(data, django_assert_num_queries):
    data.load()
    with django_assert_num_queries(4):
        systems_for_sizing()
    data.instances = [INSTANCE | {"name": f"a.{number}"} for number in range(20)]
    data.offers = [OFFER | {"instance": f"a.{number}"} for number in range(20)]
    data.load()
    with django_assert_num_queries(4):
        systems_for_sizing()


def test_an_instance_carries_its_offers(data):
    data.load()
    (price,) = system("instance", 8).rent
    assert (price.amount, price.currency, price.provider) == (20, "USD", "Acme Cloud")


def test_prices_come_fresh_first_and_without_a_date_last(data):
    dates = {"old": "2020-01-01", "none": "", "new": "2026-06-01"}
    data.offers = [
        OFFER | {"region": region, "observed_on": date, "amount": "20"}
        for region, date in dates.items()
    ]
    data.load()
    assert [price.region for price in system("instance", 8).rent] == ["new", "old", "none"]


def test_suspect_prices_are_left_out(data):
    amounts = ["20", "21", "22", "23", "0.5"]
    data.offers = [
        OFFER | {"region": f"r{number}", "amount": amount} for number, amount in enumerate(amounts)
    ]
    data.load()
    assert "r4" not in {price.region for price in system("instance", 8).rent}


def test_an_offer_of_bare_accelerators_makes_a_system_of_that_count(data):
    data.offers = [OFFER | {"instance": "", "accelerator_count": "2"}]
    data.load()
    assert len(system("accelerator", 2).rent) == 1
    assert system("accelerator", 1).rent == ()


def test_a_purchase_price_is_no_rent(data):
    data.offers = [OFFER | {"instance": "", "accelerator_count": "1", "pricing": "buy"}]
    data.load()
    row = system("accelerator", 1)
    assert (len(row.buy), row.rent) == (1, ())


def test_a_server_says_what_a_facility_must_give(data):
    data.load()
    row = system("server", 8)
    assert (row.power_w, row.rack_units, row.interconnect) == (10200, 8, "nvswitch")


def test_a_fraction_of_an_accelerator_is_no_system(data):
    data.instances = [INSTANCE | {"accelerator_count": "0.5"}]
    data.load()
    assert not [row for row in systems_for_sizing() if row.kind == "instance"]


def test_derived_accelerators_are_not_for_sale(data):
    data.load()
    Accelerator.objects.filter(slug=L4["slug"]).update(derived=True)
    assert L4["slug"] not in {row.accelerator.slug for row in systems_for_sizing()}


def test_a_misspelt_name_lists_the_nearest(data):
    data.load()
    with pytest.raises(UnknownName) as error:
        resolve_accelerator("H100 SMX")
    assert SXM["slug"] in error.value.near


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 10_000, "10de:", "🦆"])
def test_a_strange_name_is_unknown_and_breaks_nothing(data, name):
    data.load()
    with pytest.raises(UnknownName):
        resolve_accelerator(name)


def test_there_is_no_revision_before_the_first_load(db):
    assert current_revision() is None
