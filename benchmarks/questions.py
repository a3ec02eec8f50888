"""What is asked of a large installation: one address again and again, and never the same twice."""

import json
import random
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

from attrs import frozen

SEED = 2
PAGES_OF_ALL = 1_900
REGIONS = 60

Vary = Callable[[random.Random], str]


@frozen(kw_only=True)
class Kind:
    """One kind of page.

    Attributes:
        path: the address that is repeated.
        vary: another address of the kind; hardly any is asked for twice.
    """

    name: str
    path: str
    vary: Vary

    def varied(self, number: int) -> list[str]:
        chance = random.Random(f"{SEED} {self.name}")
        return [self.vary(chance) for _ in range(number)]


def kinds(base: str) -> list[Kind]:
    """Every kind of page, with questions about what the installation at `base` holds."""
    variants = _rows(f"{base}/api/v1/accelerators/?page_size=500")
    names = [row["name"].removeprefix("NVIDIA ") for row in variants]
    offers = _rows(f"{base}/api/v1/offers/?page_size=500&page=20")
    pairs = [(row["provider"], row["accelerator"]) for row in offers]
    return [*_lists(names, pairs), *_others(names, [row["slug"] for row in variants], pairs)]


def _lists(names: list[str], pairs: list[tuple[str, str]]) -> list[Kind]:
    return [
        Kind(
            name="first page, then any",
            path="/offers/",
            vary=lambda chance: _offers(page=chance.randint(2, PAGES_OF_ALL)),
        ),
        Kind(
            name="page 1,000 in any order",
            path=_offers(page=1000),
            vary=lambda chance: _offers(
                page=chance.randint(900, 1100),
                ordering=chance.choice(["", "-"]) + chance.choice(ORDERS),
            ),
        ),
        Kind(
            name="one accelerator, cheapest first",
            path=_offers(search="H100 SXM", ordering="amount_per_accelerator"),
            vary=lambda chance: _offers(
                search=chance.choice(names),
                ordering="amount_per_accelerator",
                page=chance.randint(1, 3),
            ),
        ),
        Kind(
            name="price range",
            path=_offers(amount_per_accelerator_min=1, amount_per_accelerator_max=2),
            vary=_price_range,
        ),
        Kind(
            name="region",
            path=_offers(region="region-7"),
            vary=lambda chance: _offers(
                region=f"region-{chance.randint(1, REGIONS)}", page=chance.randint(1, 30)
            ),
        ),
        Kind(
            name="two facets",
            path=_offers(provider="runpod", accelerator="nvidia-h100-sxm5-80gb"),
            vary=lambda chance: _two_facets(chance, *chance.choice(pairs)),
        ),
    ]


def _others(names: list[str], slugs: list[str], pairs: list[tuple[str, str]]) -> list[Kind]:
    return [
        Kind(
            name="vendors and sources",
            path="/vendors/",
            vary=lambda chance: (
                f"/{chance.choice(['vendors', 'sources'])}/"
                f"?ordering={chance.choice(['', '-'])}{chance.choice(['slug', 'kind'])}"
            ),
        ),
        Kind(
            name="search of everything",
            path="/search/?q=H100",
            vary=lambda chance: f"/search/?{urlencode({'q': chance.choice(names)})}",
        ),
        Kind(
            name="feed",
            path="/offers/feed/",
            vary=lambda chance: f"/offers/feed/?accelerator={chance.choice(pairs)[1]}",
        ),
        Kind(
            name="API, 50 rows",
            path="/api/v1/offers/?page_size=50",
            vary=lambda chance: f"/api/v1{_offers(page=chance.randint(2, PAGES_OF_ALL))}",
        ),
        Kind(
            name="page of an accelerator",
            path="/accelerators/nvidia-h100-sxm5-80gb/",
            vary=lambda chance: f"/accelerators/{chance.choice(slugs)}/",
        ),
    ]


ORDERS = ("amount", "amount_per_accelerator", "observed_on", "provider", "accelerator", "region")


def _price_range(chance: random.Random) -> str:
    low = chance.randint(5, 300) / 100
    return _offers(
        amount_per_accelerator_min=low,
        amount_per_accelerator_max=round(low * chance.uniform(1.2, 4), 2),
        page=chance.randint(1, 5),
    )


def _two_facets(chance: random.Random, provider: str, accelerator: str) -> str:
    count = chance.choice(["", 1, 2, 4, 8])
    return _offers(provider=provider, accelerator=accelerator, accelerator_count_min=count)


def _offers(**query: object) -> str:
    given = {name: value for name, value in query.items() if value != ""}
    return f"/offers/?{urlencode(given)}"


def _rows(url: str) -> list[dict[str, str]]:
    with urllib.request.urlopen(url, timeout=60) as answer:
        rows: list[dict[str, str]] = json.load(answer)["results"]
    return rows
