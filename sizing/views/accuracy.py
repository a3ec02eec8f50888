"""How accurate is this?"""

import csv
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

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
    page = Paginator(found, ROWS_PER_PAGE).get_page(query.get("page"))
    chosen = [
        (name, values, query.get(name, "")) for name, values in accuracy_rows.choices().items()
    ]
    context = {"page_obj": page, "filters": chosen, "count": len(found)}
    return render(request, "sizing/accuracy_rows.html", context)


class _Echo:
    """A file for the csv module that hands each line back."""

    def write(self, line: str) -> str:
        return line


def _csv(found: list[accuracy_rows.AccuracyRow]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield writer.writerow(accuracy_rows.COLUMNS)
        for row in found:
            yield writer.writerow([getattr(row, name) for name in accuracy_rows.COLUMNS])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="accuracy.csv"'
    return answer
