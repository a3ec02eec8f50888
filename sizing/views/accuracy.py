"""How accurate is this?"""

from itertools import chain

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.csv_text import written
from catalog.listing.paging import asked_page
from sizing import accuracy_rows
from sizing.accuracy import shipped_accuracy

ROWS_PER_PAGE = 50


@require_safe
def accuracy(request: HttpRequest) -> HttpResponse:
    """The engine scored on published measurements, as shipped."""
    return render(request, "sizing/accuracy.html", {"report": shipped_accuracy()})


@require_safe
def rows(request: HttpRequest) -> HttpResponseBase:
    """Every figure behind the tables, furthest off first; `format=csv` gives all that are shown."""
    query = request.GET.dict()
    found = list(accuracy_rows.narrowed(query))
    if query.get("format") == "csv":
        return _csv(found)
    page = asked_page(query.get("page"), found, ROWS_PER_PAGE)
    chosen = [
        (name, values, query.get(name, "")) for name, values in accuracy_rows.choices().items()
    ]
    context = {"page_obj": page, "filters": chosen, "count": len(found)}
    return render(request, "sizing/accuracy_rows.html", context)


def _csv(found: list[accuracy_rows.AccuracyRow]) -> StreamingHttpResponse:
    names = accuracy_rows.COLUMNS
    lines = written(chain([names], ([getattr(row, name) for name in names] for row in found)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="accuracy.csv"'
    return answer
