"""Detail pages: every fact with its unit, source and date, and what leads on from it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import attrs
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import DetailView

from catalog import clouds, querysets
from catalog.as_of.asking import PARAM, BadDay, asked_day, in_words, without_day
from catalog.charts.price_table import price_rows
from catalog.charts.prices import legend_mark, price_chart
from catalog.charts.roofline import roofline_chart
from catalog.facility import facility_notes
from catalog.facts import facts_of
from catalog.history.listing import history_of
from catalog.index.finding import FoundOffers
from catalog.index.of_row import live_offers
from catalog.kept import Kept
from catalog.listing import columns
from catalog.listing.drawing import draw
from catalog.listing.tables import Cells, Column, cells, heads
from catalog.measured import Measured, measured_on
from catalog.models import Accelerator, InstanceType, Offer, Server, Source, Vendor
from catalog.price_history import price_history
from catalog.reports.filing import PRICE
from catalog.reports.listing import reports_about
from catalog.rooflines import rooflines_of

MOST_ROWS = 25
KEPT = Kept(most=256)
Rows = QuerySet | FoundOffers | list[Any]


class RelatedTable:
    """The first rows of another noun, with a link to all of them."""

    def __init__(self, caption: str, shown: list[Column], rows: Rows, more: str) -> None:
        found = list(rows[: MOST_ROWS + 1])
        shown = [column for column in shown if column.usual]
        self.caption = caption
        self.heads = heads([attrs.evolve(column, order="") for column in shown], QueryDict())
        self.body = draw(map(Cells(shown).of, found[:MOST_ROWS]))
        self.more = more if len(found) > MOST_ROWS else ""
        self.count = _number(rows) if self.more else len(found)
        self.title = f"{caption}: {self.count:,}"


def history_section(row: Accelerator | Server | InstanceType | Offer) -> dict[str, Any]:
    """What the template needs to show what changed in a row."""
    history = history_of(row)
    return {
        "history": history,
        "heads": heads([attrs.evolve(column, order="") for column in columns.CHANGE], QueryDict()),
        "body": draw(map(Cells(columns.CHANGE).of, history.changes)),
    }


def _number(rows: Rows) -> int:
    return rows.count() if isinstance(rows, QuerySet) else len(rows)


def offers_table(noun: str, row: Model, day: dt.date | None, more: str) -> RelatedTable:
    """Live offers of a row, freshest and cheapest first."""
    return RelatedTable("Offers", columns.OFFERS, live_offers(noun, row, day), more)


class OfDay(DetailView):
    """A page with prices, at those of the past day that its address names."""

    day: dt.date | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; 400 when the day is none."""
        try:
            self.day = asked_day(request.GET)
        except BadDay as error:
            words = {"title": "There are no prices of this day", "message": str(error)}
            return render(request, "message.html", words, status=400)
        return super().get(request, *args, **kwargs)

    def query(self, **narrowed: str) -> str:
        """The query of a list of offers of the same day."""
        day = {PARAM: str(self.day)} if self.day else {}
        return f"?{urlencode(narrowed | day)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.day:
            kwargs |= {"as_of": in_words(self.day), "today_url": without_day(self.request.GET)}
        return super().get_context_data(**kwargs)


class AcceleratorPage(OfDay):
    """One variant."""

    template_name = "catalog/accelerator.html"

    def get_queryset(self) -> QuerySet[Accelerator]:
        return querysets.accelerators()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Accelerator = self.object
        query, offers = f"?accelerator={row.slug}", self.query(accelerator=row.slug)
        servers = querysets.servers().filter(accelerator=row)
        instances = querysets.instances().filter(accelerator=row)
        tables = KEPT.get(
            ("tables", row.pk, self.day, timezone.localdate()),
            lambda: [
                RelatedTable("Servers", columns.SERVERS, servers, f"/servers/{query}"),
                RelatedTable("Instance types", columns.INSTANCES, instances, f"/instances/{query}"),
                RelatedTable(
                    "Providers",
                    clouds.columns_for(offers),
                    clouds.clouds_of(row, self.day),
                    f"/offers/{offers}",
                ),
                offers_table("accelerator", row, self.day, f"/offers/{offers}"),
            ],
        )
        measured = measured_on(row)
        return super().get_context_data(
            facts=facts_of(row),
            measured=measured,
            tables=tables,
            changes=None if row.derived else history_section(row),
            **_roofline(row, measured),
            **_prices(row, self.request.GET.get("prices", ""), self.day),
            **kwargs,
        )


def _roofline(row: Accelerator, measured: list[Measured]) -> dict[str, Any]:
    roofs = rooflines_of(row, measured)
    return {"roofs": roofs, "roofline": roofline_chart(row.name, roofs)}


def _prices(row: Accelerator, scale: str, until: dt.date | None) -> dict[str, Any]:
    logarithmic = scale == "log"
    key = ("prices", row.pk, until, logarithmic)
    return KEPT.get(key, lambda: _draw_prices(row, until, logarithmic=logarithmic))


def _draw_prices(row: Accelerator, until: dt.date | None, *, logarithmic: bool) -> dict[str, Any]:
    history = price_history(row, until)
    kinds = {day.pricing: day.pricing_name for day in history.drawn}
    return {
        "history_undated": history.undated,
        "history_chart": price_chart(history.drawn, logarithmic=logarithmic),
        "history_kinds": [(legend_mark(kind), name) for kind, name in sorted(kinds.items())],
        "history_rows": price_rows(history.days),
        "logarithmic": logarithmic,
    }


class ServerPage(OfDay):
    """One server."""

    template_name = "catalog/server.html"

    def get_queryset(self) -> QuerySet[Server]:
        return querysets.servers()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Server = self.object
        more = f"/offers/{self.query(server=row.slug)}"
        tables = [offers_table("server", row, self.day, more)]
        return super().get_context_data(
            facts=facts_of(row),
            facility=facility_notes(row),
            tables=tables,
            changes=history_section(row),
            **kwargs,
        )


class InstancePage(OfDay):
    """One instance type."""

    template_name = "catalog/instance.html"

    def get_queryset(self) -> QuerySet[InstanceType]:
        return querysets.instances()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: InstanceType = self.object
        more = f"/offers/{self.query(instance=row.slug)}"
        tables = [offers_table("instance", row, self.day, more)]
        return super().get_context_data(
            facts=facts_of(row), tables=tables, changes=history_section(row), **kwargs
        )


class OfferPage(OfDay):
    """One offer with its history."""

    template_name = "catalog/offer.html"

    def get_queryset(self) -> QuerySet[Offer]:
        return querysets.offers(self.day)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = self.object.observations.select_related("source")
        if self.day:
            history = history.filter(observed_on__lte=self.day)
        reports = reports_about(self.object, PRICE)
        verdict = cells([columns.VERDICT], self.object)[0]
        return super().get_context_data(
            history=history,
            reports=reports,
            verdict=verdict,
            changes=history_section(self.object),
            **kwargs,
        )


class VendorPage(DetailView):
    """One vendor with what it makes and sells."""

    template_name = "catalog/vendor.html"

    def get_queryset(self) -> QuerySet[Vendor]:
        return querysets.vendors()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Vendor = self.object
        made, sold = f"?vendor={row.slug}", f"?provider={row.slug}"
        accelerators = querysets.accelerators().filter(vendor=row, derived=False)
        servers = querysets.servers().filter(vendor=row)
        instances = querysets.instances().filter(provider=row)
        tables = [
            RelatedTable(
                "Accelerators", columns.ACCELERATORS, accelerators, f"/accelerators/{made}"
            ),
            RelatedTable("Servers", columns.SERVERS, servers, f"/servers/{made}"),
            RelatedTable("Instance types", columns.INSTANCES, instances, f"/instances/{sold}"),
            offers_table("provider", row, None, f"/offers/{sold}"),
        ]
        return super().get_context_data(tables=tables, **kwargs)


class SourcePage(DetailView):
    """One source with its licence and what rests on it."""

    template_name = "catalog/source.html"

    def get_queryset(self) -> QuerySet[Source]:
        return querysets.sources()
