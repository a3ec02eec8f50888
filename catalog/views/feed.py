"""The feed of an offers list: its newest price observations, for a feed reader to watch."""

import datetime as dt
from typing import Any, cast

from django.http import QueryDict

from catalog.filtersets import OfferFilterSet
from catalog.index.finding import ask
from catalog.index.newest import newest_observations
from catalog.models import Offer, OfferObservation
from catalog.views.list_feed import MOST_ENTRIES, ListFeed, Watched


class OfferFeed(ListFeed):
    """Prices as the catalog learns of them; takes the filters of the list."""

    noun = "offers"
    list_name = "catalog:offers"
    feed_name = "catalog:offer-feed"

    def filterset(self, query: QueryDict) -> OfferFilterSet:
        filterset = OfferFilterSet(query, queryset=Offer.objects.all())
        if query.get("as_of"):
            filterset.form.add_error("as_of", "A feed is of new prices; leave the day out.")
        return filterset

    def subtitle(self, _watched: Watched) -> str:
        return "Newest prices first, with the day on which each was seen."

    def items(self, watched: Watched) -> list[OfferObservation]:
        filterset = cast("OfferFilterSet", watched.filterset)
        return newest_observations(ask(filterset), MOST_ENTRIES)

    def item_title(self, item: Any) -> str:
        offer = item.offer
        price = f"{item.amount:,.2f} {item.currency} {offer.get_unit_display()}"
        return f"{offer.target_name} at {offer.provider}: {price}"

    def item_description(self, item: Any) -> str:
        offer = item.offer
        each = float(item.amount) / float(offer.accelerator_count)
        parts = (
            f"{each:,.2f} {item.currency} {offer.get_unit_display()} per {offer.accelerator}",
            offer.get_pricing_display(),
            offer.region and f"region {offer.region}",
            f"seen on {item.observed_on}" if item.observed_on else "date unknown",
            f"source: {item.source}",
        )
        return ", ".join(filter(None, parts)) + "."

    def item_link(self, item: Any) -> str:
        # The part after # makes the address, and with it the entry's id, one of its own.
        return f"{item.offer.get_absolute_url()}#observation-{item.pk}"

    def item_updateddate(self, item: Any) -> dt.datetime:
        recorded: dt.datetime = item.recorded_at
        return recorded

    def item_author_name(self, item: Any) -> str:
        return str(item.offer.provider)
