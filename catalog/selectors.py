"""Reads that other parts of the product ask for."""

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from attrs import evolve
from django.db.models import Min, QuerySet
from django.utils import timezone

from catalog import freshness
from catalog.as_of.past import seen_by
from catalog.errors import AmbiguousName, UnknownName
from catalog.models import (
    Accelerator,
    AcceleratorAlias,
    CatalogRevision,
    InstanceType,
    LanguageModel,
    LinkKind,
    Offer,
    OfferObservation,
    Server,
)
from catalog.names import name_key, words
from catalog.systems import PriceRow, SystemRow

MOST_CANDIDATES = 12
LONGEST_MODEL_NAME = 140
"""Characters of the longest Hugging Face id; databases refuse to compare very long texts."""


# ---- names ----------------------------------------------------------------------------------
def resolve_accelerator(text: str) -> Accelerator:
    """The variant that a slug, an alias, a marketing name or a PCI id means.

    Raises:
        AmbiguousName: the name fits several variants; nothing is guessed.
        UnknownName: the catalog has no such name; the nearest ones are listed.
    """
    name = _plain(text)
    exact = Accelerator.objects.select_related("vendor").filter(slug=name.lower()).first()
    if exact is not None:
        return exact
    matches = _by_pci_id(name) if ":" in name else _by_alias(name)
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise AmbiguousName(name, sorted(match.slug for match in matches))
    wider = _slugs_containing(name)
    if len(wider) > 1:
        raise AmbiguousName(name, wider)
    raise UnknownName(name, wider or _nearest_slugs(name))


def _plain(text: str) -> str:
    # PostgreSQL refuses NUL in any text, even in a question.
    return text.replace("\x00", "").strip()


def _by_alias(name: str) -> list[Accelerator]:
    found = Accelerator.objects.select_related("vendor").filter(aliases__key=name_key(name))
    return list(found.distinct())


def _by_pci_id(name: str) -> list[Accelerator]:
    wanted = name.lower().removeprefix("0x")
    listed = Accelerator.objects.select_related("vendor").exclude(pci_device_ids=[])
    return [row for row in listed if wanted in row.pci_device_ids]


def _slugs_containing(name: str) -> list[str]:
    wanted = set(words(name))
    keys: dict[str, set[str]] = defaultdict(set)
    for slug, key in AcceleratorAlias.objects.values_list("accelerator__slug", "key"):
        keys[slug].update(key.split())
    return sorted(slug for slug, known in keys.items() if wanted and wanted <= known)[
        :MOST_CANDIDATES
    ]


def _nearest_slugs(name: str) -> list[str]:
    by_key = dict(AcceleratorAlias.objects.values_list("key", "accelerator__slug"))
    by_key |= {slug: slug for slug in by_key.values()}
    near = difflib.get_close_matches(name_key(name), by_key, n=5, cutoff=0.6)
    return list(dict.fromkeys(by_key[key] for key in near))


# ---- the state of the catalog ---------------------------------------------------------------
def current_revision() -> CatalogRevision | None:
    """The newest revision; None before the first load."""
    return CatalogRevision.objects.first()


State = tuple[int, dt.datetime]
"""Number and time of a revision: what is kept in a process is kept for one."""


def current_state() -> State | None:
    """Names the current state of the catalog; None before the first load."""
    revision = current_revision()
    return None if revision is None else (revision.number, revision.created_at)


def find_language_model(slug: str) -> LanguageModel | None:
    """One model of the library by slug or Hugging Face id."""
    name = _plain(slug)
    if len(name) > LONGEST_MODEL_NAME:
        return None
    by_slug = LanguageModel.objects.filter(slug=name.lower()).first()
    return by_slug or LanguageModel.objects.filter(hf_id__iexact=name).first()


# ---- systems --------------------------------------------------------------------------------
def live_offers() -> QuerySet[Offer]:
    """Offers that may set a price: neither suspect nor withdrawn."""
    return Offer.objects.filter(status=Offer.Status.LIVE)


def first_price_day() -> dt.date | None:
    """The earliest day of which the catalog knows a price; None while it knows no dated one."""
    seen = OfferObservation.objects.filter(offer__status=Offer.Status.LIVE)
    day: dt.date | None = seen.aggregate(first=Min("observed_on"))["first"]
    return day


def offers_of(accelerator: Accelerator) -> list[Offer]:
    """Live offers of a variant, fresh before stale and undated ones, then the cheapest of each."""
    today = timezone.localdate()
    found = live_offers().filter(accelerator=accelerator).select_related("provider", "server")
    return sorted(
        found,
        key=lambda offer: (
            freshness.rank(offer.observed_on, today),
            offer.amount_per_accelerator,
            offer.slug,
        ),
    )


def systems_for_sizing(as_of: dt.date | None = None) -> list[SystemRow]:
    """Every server, instance type and bare accelerator with its current prices.

    Four queries whatever the size of the catalog. Derived accelerators (CPUs) are left out.

    Args:
        as_of: a past day, to have the prices seen by its end in place of the current ones. The
            systems themselves are those that the catalog knows now.
    """
    accelerators = list(Accelerator.objects.filter(derived=False).select_related("vendor"))
    by_id = {row.pk: row for row in accelerators}
    prices = _prices_by_target(by_id, as_of)
    return [
        *_servers(by_id, prices),
        *_instances(by_id, prices),
        *_bare_accelerators(accelerators, prices),
    ]


Target = tuple[str, int, int]
Prices = dict[Target, list[PriceRow]]


def _prices_by_target(accelerators: dict[int, Accelerator], as_of: dt.date | None) -> Prices:
    prices: Prices = defaultdict(list)
    offers = live_offers().filter(accelerator_id__in=accelerators).select_related("provider")
    for offer in seen_by(offers, as_of) if as_of else offers:
        if offer.accelerator_count == int(offer.accelerator_count):
            prices[_target(offer)].append(_price(offer))
    for rows in prices.values():
        rows.sort(key=_best_first)
    return prices


def _target(offer: Offer) -> Target:
    count = int(offer.accelerator_count)
    if offer.instance_id is not None:
        return ("instance", offer.instance_id, count)
    if offer.server_id is not None:
        return ("server", offer.server_id, count)
    return ("accelerator", offer.accelerator_id, count)


def _price(offer: Offer) -> PriceRow:
    return PriceRow(
        offer=offer.slug,
        url=offer.get_absolute_url(),
        amount=offer.amount,
        currency=offer.currency,
        pricing=offer.pricing,
        provider=offer.provider.name,
        region=offer.region,
        observed_on=offer.observed_on,
        freshness=offer.freshness,
        includes_host=offer.includes_host,
    )


def _best_first(price: PriceRow) -> tuple[int, object, str]:
    return (freshness.LEVELS.index(price.freshness), price.amount, price.offer)


def _priced(row: SystemRow, prices: Prices, pk: int) -> SystemRow:
    found = prices.get((row.kind, pk, row.count), ())
    return evolve(
        row,
        rent=tuple(price for price in found if price.pricing != Offer.Pricing.BUY),
        buy=tuple(price for price in found if price.pricing == Offer.Pricing.BUY),
    )


def _servers(accelerators: dict[int, Accelerator], prices: Prices) -> Iterator[SystemRow]:
    for server in Server.objects.filter(accelerator__in=accelerators).select_related("vendor"):
        # A check constraint says that a server with an accelerator has a count.
        accelerator = accelerators[server.accelerator_id or 0]
        count = server.accelerator_count or 1
        row = SystemRow(
            kind="server",
            slug=server.slug,
            name=f"{server} ({count} x {accelerator.name})",
            url=server.get_absolute_url(),
            accelerator=accelerator,
            count=count,
            per_node=count,
            interconnect=server.link_kind or _usual_link(accelerator, count),
            node_network_gbit_s=server.network_gbit_s,
            power_w=server.max_power_w,
            rack_units=server.rack_units,
        )
        yield _priced(row, prices, server.pk)


def _instances(accelerators: dict[int, Accelerator], prices: Prices) -> Iterator[SystemRow]:
    rows = InstanceType.objects.filter(accelerator__in=accelerators).select_related("provider")
    for instance in rows:
        count = int(instance.accelerator_count)
        if count != instance.accelerator_count:
            continue
        accelerator = accelerators[instance.accelerator_id]
        row = SystemRow(
            kind="instance",
            slug=instance.slug,
            name=str(instance),
            url=instance.get_absolute_url(),
            accelerator=accelerator,
            count=count,
            per_node=count,
            interconnect=instance.link_kind or _usual_link(accelerator, count),
            node_network_gbit_s=instance.fabric_gbit_s or instance.network_gbit_s,
        )
        yield _priced(row, prices, instance.pk)


def _bare_accelerators(rows: Iterable[Accelerator], prices: Prices) -> Iterator[SystemRow]:
    priced: dict[int, set[int]] = defaultdict(set)
    for kind, pk, count in prices:
        if kind == "accelerator":
            priced[pk].add(count)
    for accelerator in rows:
        for count in sorted({1} | priced[accelerator.pk]):
            per_node = max(count, accelerator.per_node)
            row = SystemRow(
                kind="accelerator",
                slug=accelerator.slug,
                name=accelerator.name if count == 1 else f"{count} x {accelerator.name}",
                url=accelerator.get_absolute_url(),
                accelerator=accelerator,
                count=count,
                per_node=per_node,
                interconnect=_usual_link(accelerator, per_node),
            )
            yield _priced(row, prices, accelerator.pk)


def _usual_link(accelerator: Accelerator, count: int) -> str:
    return accelerator.link_kind if count > 1 else LinkKind.NONE.value
