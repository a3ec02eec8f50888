"""The sizing form and the page of a stored sizing."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.as_of.asking import PARAM, in_words
from catalog.comparing.sides import FEWEST
from catalog.models import LanguageModel
from catalog.views.unlisted import unlisted
from sizing import selectors
from sizing.engine.errors import InputError
from sizing.form_requests import initial_from, left_behind
from sizing.forms import SizingForm
from sizing.models import Sizing
from sizing.presentation.price import price_context
from sizing.presentation.ranking_csv import ranking_csv
from sizing.presentation.recommendations import sizing_view
from sizing.presentation.request import request_facts
from sizing.services.answers import usual_grounds
from sizing.services.measuring import can_measure, settle, size_and_measure
from sizing.services.sizings import delete_sizing, may_delete
from sizing.services.sizings import size as size_workload
from sizing.starting_points import STARTING_POINTS, starting_point
from sizing.views.measured import narrowing_context
from sizing.views.own import own_ids, remember

MOST_BESIDE = 4


@require_http_methods(["GET", "HEAD", "POST"])
def size(request: HttpRequest) -> HttpResponse:
    """The form; a valid one is answered, kept and shown at an address of its own."""
    if request.method != "POST":
        return _form_page(request, SizingForm(initial=_initial(request)))
    form = SizingForm(request.POST)
    if form.is_valid():
        try:
            return redirect(_address(request, _answered(request, form)))
        except InputError as error:
            form.add_input_errors(error)
    form.mark_wrong_fields()
    return _form_page(request, form, status=400)


def _answered(request: HttpRequest, form: SizingForm) -> Sizing:
    owner = request.user if request.user.is_authenticated else None
    if owner is not None and form.cleaned_data.get("measure"):
        return size_and_measure(form.to_request(), owner=owner).sizing
    stored = size_workload(form.to_request(), owner=owner, own_ids=own_ids(request))
    if owner is None:
        remember(request, stored.sizing)
    return stored.sizing


def _address(request: HttpRequest, made: Sizing) -> str:
    """The page of an answer, which knows what it was copied from."""
    source = request.GET.get("from", "")
    kept = source != made.pk and selectors.sizings().filter(pk=source).exists()
    return f"{made.get_absolute_url()}?from={source}" if kept else made.get_absolute_url()


def _initial(request: HttpRequest) -> dict[str, Any]:
    initial = {name: field.initial for name, field in SizingForm.base_fields.items()}
    if source := _copied(request):
        initial |= _fields_only(initial_from(source.request))
    if point := starting_point(request.GET.get("start", "")):
        initial |= point.fields
    if model := request.GET.get("model"):
        initial["model"] = model
    if PARAM in request.GET:
        initial[PARAM] = request.GET[PARAM]
    return initial


def _fields_only(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in SizingForm.base_fields}


def _copied(request: HttpRequest) -> Sizing | None:
    """The stored sizing that the form is a changed copy of."""
    source = request.GET.get("from")
    return get_object_or_404(selectors.sizings(), pk=source) if source else None


def _form_page(request: HttpRequest, form: SizingForm, status: int = 200) -> HttpResponse:
    source = _copied(request)
    context = {
        "form": form,
        "models": LanguageModel.objects.values_list("slug", "name"),
        "points": STARTING_POINTS,
        "chosen": starting_point(request.GET.get("start", "")),
        "left_behind": left_behind(source.request) if source else [],
        "may_measure": request.user.is_authenticated and can_measure(),
    }
    return render(request, "sizing/size.html", context, status=status)


def _is_own(request: HttpRequest, sizing: Sizing) -> bool:
    user = request.user if request.user.is_authenticated else None
    return may_delete(sizing, user=user, own_ids=own_ids(request))


@require_safe
def sizing(request: HttpRequest, pk: str) -> HttpResponse:
    """The ranked answer; whoever has the address may read it, search engines may not."""
    row = settle(get_object_or_404(selectors.sizings(), pk=pk))
    context = {
        "sizing": row,
        **narrowing_context(row),
        "view": sizing_view(row),
        "prices_as_of": in_words(row.prices_as_of) if row.prices_as_of else "",
        **price_context(row.answer.content, request.GET.get("price_per_million", "")),
        "facts": request_facts(row.request),
        "is_own": _is_own(request, row),
        "newer": _newer(row),
        "changes_url": _changes_since(row),
        "side_by_side_url": _side_by_side(row),
        "copied_from": _origin(request, row),
        "permalink": request.build_absolute_uri(row.get_absolute_url()),
    }
    return unlisted(render(request, "sizing/sizing.html", context))


@require_safe
def sizing_csv(request: HttpRequest, pk: str) -> HttpResponse:
    """The ranking of the page as CSV."""
    row = get_object_or_404(selectors.sizings(), pk=pk)
    text = ranking_csv(row.answer.content, row.prices_as_of)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sizing.csv"'
    return unlisted(answer)


def _origin(request: HttpRequest, row: Sizing) -> Sizing | None:
    """The sizing that this one was copied from, while that is kept."""
    source = request.GET.get("from")
    return selectors.sizings().exclude(pk=row.pk).filter(pk=source).first() if source else None


def _newer(row: Sizing) -> list[str]:
    """What has changed since this answer: it keeps its own revisions."""
    usual = usual_grounds()
    then, now = row.answer.calibration_revision, usual.calibration_label
    if hasattr(row, "narrowing"):
        # What was measured for it stays its own: only the shipped part can be newer.
        then, now = then.split(" with ")[0], now.split(" with ")[0]
    current = {
        "catalog": (row.answer.catalog_revision, usual.revision.label),
        "calibration": (then, now),
    }
    return [name for name, (before, after) in current.items() if before != after]


def _changes_since(row: Sizing) -> str:
    """The list of everything that changed in the catalog since this answer."""
    known = int(row.answer.catalog_revision.removeprefix("r"))
    return f"{reverse('catalog:changes')}?revision_min={known + 1}"


def _side_by_side(row: Sizing) -> str:
    """The comparison of the best accelerators for this very workload; empty for fewer than two."""
    ranked = (entry["accelerator"] for entry in row.answer.content["recommendations"])
    slugs = list(dict.fromkeys(ranked))[:MOST_BESIDE]
    if len(slugs) < FEWEST:
        return ""
    asked = [("kind", "accelerators"), *(("id", slug) for slug in slugs), ("sizing", row.pk)]
    return f"{reverse('catalog:compare')}?{urlencode(asked)}#workload"


@require_POST
def delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Deletes a sizing for whoever made it; for anybody else it does not exist."""
    row = get_object_or_404(selectors.sizings(), pk=pk)
    if not _is_own(request, row):
        raise Http404
    delete_sizing(row)
    return redirect("sizing:size")
