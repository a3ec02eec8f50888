"""The feed of an offers list: its newest price observations, for a feed reader to watch."""

import datetime as dt
from typing import Any

from attrs import frozen
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from catalog.filtersets import OfferFilterSet
from catalog.models import Offer, OfferObservation
from catalog.narrowing import filters_of
from catalog.selectors import newest_observations

MOST_ENTRIES = 50


@frozen(kw_only=True)
class Watched:
    """The offers of one feed."""

    filterset: OfferFilterSet
    query: str


class OfferFeed(Feed):
    """Prices as the catalog learns of them; takes the filters of the list."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filterset = OfferFilterSet(request.GET, queryset=Offer.objects.all())
        if request.GET.get("as_of"):
            filterset.form.add_error("as_of", "A feed is of new prices; leave the day out.")
        if not filterset.form.is_valid():
            wrong = [f"{name}: {errors[0]}" for name, errors in filterset.form.errors.items()]
            return HttpResponse("\n".join(wrong), status=400, content_type="text/plain")
        watched = Watched(filterset=filterset, query=filters_of(request.GET).urlencode())
        return super().__call__(request, *args, watched=watched, **kwargs)

    def get_object(self, _request: HttpRequest, *_args: Any, watched: Watched) -> Watched:
        return watched

    def title(self, watched: Watched) -> str:
        pairs = ", ".join(f"{name} {value}" for name, value in QueryDict(watched.query).items())
        return f"Ridgeline offers: {pairs}" if pairs else "Ridgeline offers"

    def subtitle(self, _watched: Watched) -> str:
        return "Newest prices first, with the day on which each was seen."

    def link(self, watched: Watched) -> str:
        return f"{reverse('catalog:offers')}?{watched.query}".rstrip("?")

    def feed_url(self, watched: Watched) -> str:
        return f"{reverse('catalog:offer-feed')}?{watched.query}".rstrip("?")

    def items(self, watched: Watched) -> list[OfferObservation]:
        return list(newest_observations(watched.filterset.left())[:MOST_ENTRIES])

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
