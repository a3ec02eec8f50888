"""The lists of the site, one noun each."""

from typing import Any

from django.db.models import QuerySet

from catalog import filtersets, querysets
from catalog.addresses import with_query
from catalog.as_of.asking import in_words, without_day
from catalog.facets import lists as facet_lists
from catalog.facets.counting import Counts
from catalog.facets.keeping import kept_counts
from catalog.filtersets.base import CatalogFilterSet
from catalog.index.counting import count as count_indexed
from catalog.index.finding import FoundOffers, Question, ask
from catalog.kept import Kept
from catalog.listing import columns
from catalog.listing.narrowing import filters_of
from catalog.listing.query_text import without
from catalog.listing.tables import Column
from catalog.views.list_page import ListPage, Narrowing

NARROWING = Kept(most=256)
"""Of offers: all pages of one list have the same."""


class AcceleratorList(ListPage):
    """All variants."""

    title = "Accelerators"
    lede = "One row per variant: form factor and memory are part of its identity. Peaks are dense."
    api_name = "api-accelerator"
    compare = "accelerators"
    filterset_class = filtersets.AcceleratorFilterSet
    columns = columns.ACCELERATORS
    facets = facet_lists.ACCELERATORS

    def queryset(self) -> QuerySet:
        return querysets.accelerators()


class ServerList(ListPage):
    """All servers."""

    title = "Servers"
    lede = "Physical systems as their makers described them, one row per accelerator fitting."
    api_name = "api-server"
    compare = "servers"
    filterset_class = filtersets.ServerFilterSet
    columns = columns.SERVERS
    facets = facet_lists.SERVERS

    def queryset(self) -> QuerySet:
        return querysets.servers()


class InstanceList(ListPage):
    """All instance types."""

    title = "Instance types"
    lede = "What clouds rent under one name. Network is the machine's own, fabric joins machines."
    api_name = "api-instance"
    filterset_class = filtersets.InstanceFilterSet
    columns = columns.INSTANCES
    facets = facet_lists.INSTANCES

    def queryset(self) -> QuerySet:
        return querysets.instances()


class OfferList(ListPage):
    """All offers."""

    title = "Offers"
    lede = (
        "Prices as they were seen, with date and source, before egress, storage and tax. "
        "A price without a date ranks last; a price far from its variant's median is hidden."
    )
    api_name = "api-offer"
    compare = "offers"
    key = "pk"
    feed_label = "Feed of new prices"
    alerts = True
    filterset_class = filtersets.OfferFilterSet
    columns = columns.OFFERS
    facets = facet_lists.OFFERS
    question: Question

    def queryset(self) -> QuerySet:
        return querysets.offers()

    def turn_to_day(self, filterset: CatalogFilterSet) -> dict[str, Any]:
        day = filterset.form.cleaned_data["as_of"]
        if day is None:
            return {}
        self.facets = facet_lists.offers_as_of(day)
        # A comparison and a feed are of today.
        self.compare = ""
        words = {"as_of": in_words(day), "today_url": without_day(self.request.GET)}
        return words | {"feed_url": "", "api_url": self._api_url(self.request)}

    def found(self, filterset: Any) -> FoundOffers:
        self.question = ask(filterset)
        return self.question.found()

    def narrowing(self, filterset: Any, columns: list[Column]) -> Narrowing:
        if self.question.name is None:
            return super().narrowing(filterset, columns)
        key = (self.question.name, without(self.request.GET, "page"))
        return NARROWING.get(
            key,
            lambda: super(OfferList, self).narrowing(filterset, columns),
            of=self.question.index.state,
        )

    def counts(self, filterset: Any) -> Counts:
        return count_indexed(self.question, self.facets)

    def feed_url(self) -> str:
        return with_query("catalog:offer-feed", filters_of(self.request.GET).urlencode())


class VendorList(ListPage):
    """All vendors."""

    title = "Vendors"
    lede = "Makers, clouds and marketplaces that the catalog has something of."
    api_name = "api-vendor"
    filterset_class = filtersets.VendorFilterSet
    columns = columns.VENDORS

    def queryset(self) -> QuerySet:
        return querysets.vendors()


class SourceList(ListPage):
    """All sources."""

    title = "Sources"
    lede = "Everything that facts and prices cite, with the licence it stands under."
    api_name = "api-source"
    filterset_class = filtersets.SourceFilterSet
    columns = columns.SOURCES

    def queryset(self) -> QuerySet:
        return querysets.sources()


class ChangeList(ListPage):
    """What changed in any row."""

    title = "Changes"
    lede = (
        "What became of rows of the catalog since they were first loaded, newest first, with both "
        "values and what the new one rests on. Each price is kept with its offer besides."
    )
    api_name = "api-change"
    key = "pk"
    feed_label = "Feed of changes"
    filterset_class = filtersets.ChangeFilterSet
    columns = columns.CHANGES
    facets = facet_lists.CHANGES

    def queryset(self) -> QuerySet:
        return querysets.changes()

    def counts(self, filterset: CatalogFilterSet) -> Counts:
        return kept_counts(filterset, self.facets, self.request.GET)

    def feed_url(self) -> str:
        return with_query("catalog:change-feed", filters_of(self.request.GET).urlencode())
