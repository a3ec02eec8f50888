"""Rent or buy: inputs by GET, so that every answer has an address."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Accelerator, Server
from sizing.presentation.rent_or_buy import (
    input_groups,
    months_csv,
    rent_or_buy_view,
    tokens_of_sizing,
)
from sizing.rent_or_buy_forms import RentOrBuyForm, settled
from sizing.services.rent_or_buy import Start, start_of

PAGE = "sizing/rent_or_buy.html"
ADDITIONS = {"sizing"}
"""Fields that the comparison stands without."""


@require_safe
def rent_or_buy(request: HttpRequest) -> HttpResponse:
    """The comparison; without an accelerator, the choice of one."""
    moved = settled(request.GET)
    if moved is not None:
        return redirect(f"{reverse('sizing:rent_or_buy')}?{moved.urlencode()}")
    start = _start(request.GET)
    if start is None:
        return render(request, PAGE, {"accelerators": _choices()})
    form = RentOrBuyForm(_data(request.GET, start))
    context: dict[str, Any] = {"start": start, "form": form}
    tokens = _tokens(form, start)
    if set(form.errors) <= ADDITIONS:
        context["view"] = rent_or_buy_view(form.to_case(), start, tokens)
        context["permalink"] = _permalink(form, start)
    context["groups"] = input_groups(form, start)
    context["servers"] = _servers(start.accelerator)
    return render(request, PAGE, context, status=_status(request, form))


def _status(request: HttpRequest, form: RentOrBuyForm) -> int:
    """What nobody has given yet is not wrong; the script of the page shows good answers alone."""
    wrong = any(name in request.GET for name in form.errors)
    return 400 if wrong and "HX-Request" not in request.headers else 200


@require_safe
def rent_or_buy_csv(request: HttpRequest) -> HttpResponse:
    """The same address with every month on a line."""
    start = _start(request.GET)
    form = RentOrBuyForm(_data(request.GET, start) if start else {})
    if start:
        _tokens(form, start)
    if start is None or not form.is_valid():
        lines = [f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]
        return HttpResponse("\n".join(lines), status=400, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(
        months_csv(form.to_case(), start.currency), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="rent-or-buy.csv"'
    return answer


def _start(query: QueryDict) -> Start | None:
    """What the named server or accelerator starts from; 404 for one that does not exist."""
    if slug := query.get("server"):
        servers = Server.objects.select_related("accelerator", "vendor")
        server = get_object_or_404(servers, slug=slug, accelerator__isnull=False)
        assert server.accelerator is not None  # filtered
        return start_of(server.accelerator, server)
    if slug := query.get("accelerator"):
        return start_of(get_object_or_404(Accelerator, slug=slug, derived=False), None)
    return None


def _data(query: QueryDict, start: Start) -> dict[str, Any]:
    known = {
        name: f"{value:.10g}" if isinstance(value, float) else value
        for name, value in start.values.items()
    }
    given = {name: query[name] for name in RentOrBuyForm.base_fields if name in query}
    return {**known, **given}


def _tokens(form: RentOrBuyForm, start: Start) -> tuple[str, float] | None:
    if not form.is_valid() or not form.cleaned_data["sizing"]:
        return None
    try:
        return tokens_of_sizing(form.cleaned_data["sizing"], start.accelerator.slug)
    except ValueError as error:
        form.add_error("sizing", str(error))
        return None


def _permalink(form: RentOrBuyForm, start: Start) -> str:
    """Every input by name, so that the address gives the same answer when the catalog changes."""
    query = QueryDict(mutable=True)
    if start.server:
        query["server"] = start.server.slug
    else:
        query["accelerator"] = start.accelerator.slug
    for name in form.fields:
        value = form[name].value()
        if value not in (None, "") and name not in form.errors:
            query[name] = str(value)
    return query.urlencode()


def _choices() -> list[tuple[str, str]]:
    rows = Accelerator.objects.filter(derived=False, offers__isnull=False).distinct()
    return list(rows.order_by("name").values_list("slug", "name"))


def _servers(accelerator: Accelerator) -> list[tuple[str, str]]:
    rows = Server.objects.filter(accelerator=accelerator).select_related("vendor")
    return [(row.slug, f"{row} ({row.accelerator_count})") for row in rows]
