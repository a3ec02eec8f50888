"""List pages: search, filters, order, paging and export, all of it in the URL."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.template.loader import render_to_string
from django.urls import reverse
from django.views import View

from catalog.addresses import with_query
from catalog.facets.counting import Counts, count
from catalog.facets.facet import Facet
from catalog.facets.links import facet_links
from catalog.filtersets.base import CatalogFilterSet
from catalog.filtersets.declared import parameter_names
from catalog.index.finding import FoundOffers
from catalog.listing.column_choice import PARAM, UnknownColumn, chosen_columns
from catalog.listing.drawing import draw
from catalog.listing.narrowing import new_alert_url
from catalog.listing.paging import asked_page
from catalog.listing.query_text import without
from catalog.listing.tables import Cells, Column, Row, heads
from catalog.views.column_form import chooser
from catalog.views.filter_form import filter_form

PER_PAGE = 50
Narrowing = tuple[str, int | None]


class ListPage(View):
    """A table of one noun. Subclasses name the queryset, the filters and the columns."""

    title = ""
    lede = ""
    api_name = ""
    compare = ""
    key = "slug"
    feed_label = ""
    alerts = False
    filterset_class: type[CatalogFilterSet]
    columns: list[Column]
    facets: list[Facet] = []

    def get(self, request: HttpRequest) -> HttpResponse:
        filterset = self.filterset_class(request.GET, queryset=self.queryset())
        columns, problem = self._columns()
        valid = filterset.form.is_valid() and not problem
        as_of = self.turn_to_day(filterset) if valid else {}
        if valid:
            rows = self.found(filterset)
            narrowing, total = self.narrowing(filterset, columns)
        else:
            rows = self.queryset().none()
            narrowing, total = self.draw_narrowing(filterset, columns, Counts())
        # Facets have counted the rows; counting them again costs most of a long list's time.
        page = asked_page(request.GET.get("page") if valid else None, rows, PER_PAGE, total=total)
        context = {
            "title": self.title,
            "lede": self.lede,
            "problem": problem,
            "narrowing": narrowing,
            "heads": heads(columns, request.GET),
            "body": draw(self._rows(columns, page), pick=bool(self.compare)),
            "compare": self.compare,
            "caption": f"{page.paginator.count:,} row{pluralize(page.paginator.count)}",
            "page_obj": page,
            "csv_url": self._api_url(request, format="csv"),
            "feed_url": self.feed_url(),
            "alert_url": new_alert_url(request.GET) if self.alerts else "",
            "feed_label": self.feed_label,
            "save_url": self._save_url(request),
            "api_url": reverse(f"{self.api_name}-list"),
            **as_of,
        }
        return render(request, "catalog/list.html", context, status=200 if valid else 400)

    def _columns(self) -> tuple[list[Column], str]:
        """What is asked for; the usual columns and what is wrong when that does not exist."""
        try:
            return chosen_columns(self.columns, self.request.GET), ""
        except UnknownColumn as error:
            return [column for column in self.columns if column.usual], f"columns: {error}"

    def _rows(self, columns: list[Column], page: Iterable[Any]) -> Iterator[Row]:
        shown, called = Cells(columns), Cells(self.columns[:1])
        for row in page:
            drawn = shown.of(row)
            label = (drawn if columns[0] is self.columns[0] else called.of(row))[0].text
            yield Row(cells=drawn, key=str(getattr(row, self.key)), label=label)

    def turn_to_day(self, filterset: CatalogFilterSet) -> dict[str, Any]:
        """What the page says of the past day that its valid form asks for, if its rows have one."""
        return {}

    def feed_url(self) -> str:
        """Feed of the rows of the page, for lists that have one."""
        return ""

    def narrowing(self, filterset: Any, columns: list[Column]) -> Narrowing:
        """Filters, facets and columns of a valid form, and the number of rows if it was counted."""
        counts = self.counts(filterset) if self.facets else Counts()
        return self.draw_narrowing(filterset, columns, counts)

    def draw_narrowing(self, filterset: Any, columns: list[Column], counts: Counts) -> Narrowing:
        """The part of the page that depends on its address but not on the number of the page."""
        query, counted = self.request.GET, counts.by_facet
        context = {
            "filterset": filterset,
            "form": filter_form(filterset, self.facets),
            "facets": facet_links(self.facets, counts, query) if counted else [],
            "chooser": chooser(self.columns, columns, query),
        }
        html = render_to_string("catalog/_narrowing.html", {**context, "request": self.request})
        return html, counts.total

    def counts(self, filterset: Any) -> Counts:
        """Rows that each choice of a facet would leave."""
        return count(filterset, self.facets)

    def found(self, filterset: Any) -> QuerySet | FoundOffers:
        """Rows that a valid form asks for, in its order."""
        rows: QuerySet = filterset.qs
        return rows

    def queryset(self) -> QuerySet:
        """Rows before filters."""
        raise NotImplementedError

    def _save_url(self, request: HttpRequest) -> str:
        asked = {"noun": request.path.strip("/"), "query": without(request.GET, "page")}
        return with_query("catalog:new-view", urlencode(asked))

    def _api_url(self, request: HttpRequest, **more: str) -> str:
        # The API refuses parameters that it does not know, where a page shows all rows.
        known = {*parameter_names(self.filterset_class), PARAM}
        unknown = request.GET.keys() - known
        kept = without(request.GET, "page", *unknown)
        query = "&".join(filter(None, (kept, urlencode(more))))
        return with_query(f"{self.api_name}-list", query)
