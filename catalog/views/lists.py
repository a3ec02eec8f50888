"""List pages: search, filters, order, paging and export, all of it in the URL."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views import View
from django_filters import FilterSet

from catalog import columns, filtersets, querysets
from catalog.tables import Column, Row, cells, heads

PER_PAGE = 50


class ListPage(View):
    """A table of one noun. Subclasses name the queryset, the filters and the columns."""

    title = ""
    lede = ""
    api_name = ""
    compare = ""
    key = "slug"
    filterset_class: type[FilterSet]
    columns: list[Column]

    def get(self, request: HttpRequest) -> HttpResponse:
        filterset = self.filterset_class(request.GET or None, queryset=self.queryset())
        valid = not filterset.is_bound or filterset.form.is_valid()
        rows = filterset.qs if valid else self.queryset().none()
        if not filterset.is_bound:
            rows = self.initial(rows)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": self.title,
            "lede": self.lede,
            "filterset": filterset,
            "heads": heads(self.columns, request.GET),
            "rows": [
                Row(cells=cells(self.columns, row), key=str(getattr(row, self.key))) for row in page
            ],
            "compare": self.compare,
            "caption": f"{page.paginator.count:,} row{pluralize(page.paginator.count)}",
            "page_obj": page,
            "csv_url": self._csv_url(request),
            "api_url": reverse(f"{self.api_name}-list"),
        }
        return render(request, "catalog/list.html", context, status=200 if valid else 400)

    def queryset(self) -> QuerySet:
        """Rows before filters."""
        raise NotImplementedError

    def initial(self, rows: QuerySet) -> QuerySet:
        """Rows of the page as it opens."""
        return rows

    def _csv_url(self, request: HttpRequest) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["format"] = "csv"
        return f"{reverse(f'{self.api_name}-list')}?{query.urlencode()}"


class AcceleratorList(ListPage):
    """All variants."""

    title = "Accelerators"
    lede = "One row per variant: form factor and memory are part of its identity. Peaks are dense."
    api_name = "api-accelerator"
    compare = "accelerators"
    filterset_class = filtersets.AcceleratorFilterSet
    columns = columns.ACCELERATORS

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

    def queryset(self) -> QuerySet:
        return querysets.servers()


class InstanceList(ListPage):
    """All instance types."""

    title = "Instance types"
    lede = "What clouds rent under one name. Network is the machine's own, fabric joins machines."
    api_name = "api-instance"
    filterset_class = filtersets.InstanceFilterSet
    columns = columns.INSTANCES

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
    filterset_class = filtersets.OfferFilterSet
    columns = columns.OFFERS

    def queryset(self) -> QuerySet:
        return querysets.offers()

    def initial(self, rows: QuerySet) -> QuerySet:
        return rows.filter(status="live")


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
