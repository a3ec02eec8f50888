from small_market import rent, sale

from sizing.engine.search.offers import best_purchase, best_rent
from sizing.engine.search.request import Constraints

FREE = Constraints()


def test_the_first_price_is_the_best():
    assert best_rent((rent(3, "a"), rent(2, "b")), FREE).offer == "a"


def test_interruptible_capacity_is_the_last_resort():
    spot = rent(1, "spot", terms="spot")
    assert best_rent((spot, rent(3, "lasting")), FREE).offer == "lasting"
    assert best_rent((spot,), FREE).offer == "spot"


def test_a_region_leaves_out_other_regions():
    prices = (rent(1, "east", region="us-east"), rent(2, "west", region="eu-west"))
    assert best_rent(prices, Constraints(regions=("EU-west",))).offer == "west"


def test_a_date_leaves_out_later_offers_and_those_without_a_date():
    prices = (
        rent(1, "new"),
        rent(2, "undated", observed_on=""),
        rent(3, "old", observed_on="2025-01-01"),
    )
    assert best_rent(prices, Constraints(as_of="2025-06-30")).offer == "old"


def test_purchases_are_no_rents():
    assert best_rent((sale(30000),), FREE) is None
    assert best_purchase((rent(3), sale(30000, "sold")), FREE).offer == "sold"
