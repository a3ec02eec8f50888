from sizing.engine.search.offers import best_purchase, best_rent
from sizing.engine.search.request import Constraints
from tests.sizing.engine.search.small_market import rent, sale

FREE = Constraints()


def lasting(prices, constraints):
    return best_rent(prices, constraints, interruptible=False)


def test_the_first_price_is_the_best():
    assert lasting((rent(3, "a"), rent(2, "b")), FREE).offer == "a"


def test_interruptible_capacity_is_told_from_lasting():
    prices = (rent(1, "spot", terms="spot"), rent(3, "lasting"))
    assert best_rent(prices, FREE, interruptible=False).offer == "lasting"
    assert best_rent(prices, FREE, interruptible=True).offer == "spot"


def test_a_region_leaves_out_other_regions():
    prices = (rent(1, "east", region="us-east"), rent(2, "west", region="eu-west"))
    assert lasting(prices, Constraints(regions=("EU-west",))).offer == "west"


def test_a_date_leaves_out_later_offers_and_those_without_a_date():
    prices = (
        rent(1, "new"),
        rent(2, "undated", observed_on=""),
        rent(3, "old", observed_on="2025-01-01"),
    )
    assert lasting(prices, Constraints(as_of="2025-06-30")).offer == "old"


def test_purchases_are_no_rents():
    assert lasting((sale(30000),), FREE) is None
    assert best_purchase((rent(3), sale(30000, "sold")), FREE).offer == "sold"
