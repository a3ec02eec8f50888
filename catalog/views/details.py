"""Detail pages: every fact with its unit, source and date, and what leads on from it."""

from typing import Any

import attrs
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.views.generic import DetailView

from catalog import clouds, columns, querysets
from catalog.charts.prices import legend_mark, price_chart
from catalog.charts.roofline import roofline_chart
from catalog.drawing import draw
from catalog.facts import facts_of
from catalog.measured import Measured, measured_on
from catalog.models import Accelerator, InstanceType, Offer, Server, Source, Vendor
from catalog.price_history import price_history
from catalog.reports.filing import PRICE
from catalog.reports.listing import reports_about
from catalog.rooflines import rooflines_of
from catalog.tables import Column, cells, heads

MOST_ROWS = 25
BEST_FIRST = (F("observed_on").desc(nulls_last=True), F("amount_per_accelerator").asc())


class RelatedTable:
    """The first rows of another noun, with a link to all of them."""

    def __init__(self, caption: str, shown: list[Column], rows: QuerySet, more: str) -> None:
        found = list(rows[: MOST_ROWS + 1])
        shown = [column for column in shown if column.usual]
        self.caption = caption
        self.heads = heads([attrs.evolve(column, order="") for column in shown], QueryDict())
        self.body = draw(cells(shown, row) for row in found[:MOST_ROWS])
        self.more = more if len(found) > MOST_ROWS else ""
        self.count = rows.count() if self.more else len(found)
        self.title = f"{caption}: {self.count:,}"


def offers_table(rows: QuerySet[Offer], more: str) -> RelatedTable:
    """Live offers, freshest and cheapest first."""
    live = rows.filter(status=Offer.Status.LIVE).order_by(*BEST_FIRST)
    return RelatedTable("Offers", columns.OFFERS, live, more)


class AcceleratorPage(DetailView):
    """One variant."""

    template_name = "catalog/accelerator.html"

    def get_queryset(self) -> QuerySet[Accelerator]:
        return querysets.accelerators()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Accelerator = self.object
        query = f"?accelerator={row.slug}"
        servers = querysets.servers().filter(accelerator=row)
        instances = querysets.instances().filter(accelerator=row)
        tables = [
            RelatedTable("Servers", columns.SERVERS, servers, f"/servers/{query}"),
            RelatedTable("Instance types", columns.INSTANCES, instances, f"/instances/{query}"),
            RelatedTable(
                "Providers", clouds.columns_for(row), clouds.clouds_of(row), f"/offers/{query}"
            ),
            offers_table(querysets.offers().filter(accelerator=row), f"/offers/{query}"),
        ]
        measured = measured_on(row)
        return super().get_context_data(
            facts=facts_of(row),
            measured=measured,
            tables=tables,
            **_roofline(row, measured),
            **_prices(row, self.request.GET.get("prices", "")),
            **kwargs,
        )


def _roofline(row: Accelerator, measured: list[Measured]) -> dict[str, Any]:
    roofs = rooflines_of(row, measured)
    return {"roofs": roofs, "roofline": roofline_chart(row.name, roofs)}


def _prices(row: Accelerator, scale: str) -> dict[str, Any]:
    history = price_history(row)
    logarithmic = scale == "log"
    kinds = {day.pricing: day.pricing_name for day in history.drawn}
    return {
        "history": history,
        "history_chart": price_chart(history.drawn, logarithmic=logarithmic),
        "history_kinds": [(legend_mark(kind), name) for kind, name in sorted(kinds.items())],
        "logarithmic": logarithmic,
    }


class ServerPage(DetailView):
    """One server."""

    template_name = "catalog/server.html"

    def get_queryset(self) -> QuerySet[Server]:
        return querysets.servers()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Server = self.object
        offers = querysets.offers().filter(server=row)
        tables = [offers_table(offers, f"/offers/?server={row.slug}")]
        return super().get_context_data(facts=facts_of(row), tables=tables, **kwargs)


class InstancePage(DetailView):
    """One instance type."""

    template_name = "catalog/instance.html"

    def get_queryset(self) -> QuerySet[InstanceType]:
        return querysets.instances()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: InstanceType = self.object
        offers = querysets.offers().filter(instance=row)
        tables = [offers_table(offers, f"/offers/?instance={row.slug}")]
        return super().get_context_data(facts=facts_of(row), tables=tables, **kwargs)


class OfferPage(DetailView):
    """One offer with its history."""

    template_name = "catalog/offer.html"

    def get_queryset(self) -> QuerySet[Offer]:
        return querysets.offers()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = self.object.observations.select_related("source")
        reports = reports_about(self.object, PRICE)
        verdict = cells([columns.VERDICT], self.object)[0]
        return super().get_context_data(history=history, reports=reports, verdict=verdict, **kwargs)


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
            offers_table(querysets.offers().filter(provider=row), f"/offers/{sold}"),
        ]
        return super().get_context_data(tables=tables, **kwargs)


class SourcePage(DetailView):
    """One source with its licence and what rests on it."""

    template_name = "catalog/source.html"

    def get_queryset(self) -> QuerySet[Source]:
        return querysets.sources()
