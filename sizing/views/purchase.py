"""One recommendation on one page, to hand to whoever signs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.views.unlisted import unlisted
from sizing import selectors
from sizing.models import Sizing
from sizing.presentation.purchase import PurchaseSheet, purchase_sheet
from sizing.presentation.recommendations import RecommendationView, sizing_view


@require_safe
def purchase(request: HttpRequest, pk: str) -> HttpResponse:
    """The sheet as a page that prints on A4; `?rank=` picks another recommendation."""
    row = get_object_or_404(selectors.sizings(), pk=pk)
    ranked = sizing_view(row).recommendations
    item = _picked(request, ranked)
    context = {
        "sizing": row,
        "sheet": _sheet(request, row, item),
        "rank": item.data["rank"],
        "ranks": [other.data["rank"] for other in ranked],
    }
    return unlisted(render(request, "sizing/purchase.html", context))


@require_safe
def purchase_pdf(request: HttpRequest, pk: str) -> HttpResponse:
    """The same sheet as PDF."""
    from sizing.presentation.purchase_pdf import purchase_pdf as as_pdf

    row = get_object_or_404(selectors.sizings(), pk=pk)
    item = _picked(request, sizing_view(row).recommendations)
    answer = HttpResponse(as_pdf(_sheet(request, row, item)), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="purchase-request.pdf"'
    return unlisted(answer)


def _picked(request: HttpRequest, ranked: list[RecommendationView]) -> RecommendationView:
    wanted = request.GET.get("rank", "1")
    for item in ranked:
        if str(item.data["rank"]) == wanted:
            return item
    raise Http404


def _sheet(request: HttpRequest, row: Sizing, item: RecommendationView) -> PurchaseSheet:
    return purchase_sheet(row, item, request.build_absolute_uri(row.get_absolute_url()))
