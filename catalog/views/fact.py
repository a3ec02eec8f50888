"""The page of one fact: every claim about one figure, and why the row follows one of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.measured import measured_on
from catalog.models import Accelerator
from catalog.provenance.fact_page import Row, fact_page
from catalog.reports.filing import may_report
from catalog.reports.listing import reports_about
from catalog.views.plain import NOUNS


@require_safe
def fact(request: HttpRequest, noun: str, slug: str, field: str) -> HttpResponse:
    """One field of one accelerator, server or instance type."""
    row = get_object_or_404(NOUNS[noun](), slug=slug)
    page = fact_page(row, field)
    if page is None:
        raise Http404
    context = {
        "row": row,
        "noun": noun,
        "fact": page,
        "reports": reports_about(row, field),
        "report_url": _report_url(noun, row, field),
        "measured": _measured(row, field),
        "list_url": reverse(f"catalog:{noun}"),
        "api_url": reverse(f"api-{noun[:-1]}-fact", args=[slug, field]),
    }
    return render(request, "catalog/fact.html", context)


def _report_url(noun: str, row: Row, field: str) -> str:
    if not may_report(row, field):
        return ""
    return reverse(f"catalog:{noun}-report", args=[row.slug, field])


def _measured(row: Row, field: str) -> list:
    if not isinstance(row, Accelerator):
        return []
    return [figure for figure in measured_on(row) if figure.column == field]
