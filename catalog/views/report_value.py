"""The form with which anybody reports a wrong value."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from catalog import querysets
from catalog.facts import shown
from catalog.fields import label, unit
from catalog.reports.filing import PRICE, Reported, Row, file_report, may_report, problems
from catalog.throttling import seconds_to_wait
from catalog.views.plain import NOUNS

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

NO_ADDRESS = "Write the whole address of the page, such as https://maker.example/datasheet.pdf."


class ReportForm(forms.Form):
    """What a reporter says about one field of one row."""

    value = forms.CharField(
        max_length=300,
        label="What it should be",
        error_messages={"required": "Write what the source says."},
    )
    source_url = forms.URLField(
        max_length=400,
        assume_scheme="https",
        label="Where it says so",
        error_messages={"required": NO_ADDRESS, "invalid": NO_ADDRESS},
        help_text="Address of a datasheet, price list or page that everybody can read.",
    )
    read_on = forms.DateField(
        required=False,
        label="Read on",
        widget=DATE,
        help_text="Today when left empty.",
        error_messages={"invalid": "Write a date as 2026-05-31."},
    )
    remark = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    email = forms.EmailField(
        required=False,
        label="E-mail",
        error_messages={"invalid": "Write it as you@example.org, or leave it empty."},
        help_text="Only for questions, and only reviewers see it. You may leave it empty.",
    )

    def __init__(self, *args: Any, row: Row, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.field = row, field
        self.fields["value"].help_text = _unit(row, field)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "value" in given:
            reported = _reported({"source_url": ""} | given)
            for name, problem in problems(self.row, self.field, reported).items():
                self.add_error(name, problem)
        return given


def _unit(row: Row, field: str) -> str:
    if field == PRICE:
        return f"{row.currency} {row.get_unit_display()}, for the whole system."  # type: ignore[union-attr]
    return f"In {unit(field)}." if unit(field) else ""


def _reported(given: dict[str, Any]) -> Reported:
    return Reported(**{name: given[name] for name in given if name in Reported.__annotations__})


@require_http_methods(["GET", "HEAD", "POST"])
def report_fact(request: HttpRequest, noun: str, slug: str, field: str) -> HttpResponse:
    """Reports a fact of an accelerator, server or instance type."""
    row = get_object_or_404(NOUNS[noun](), slug=slug)
    if not may_report(row, field):
        raise Http404
    back = f"{row.get_absolute_url()}facts/{field}/" if shown(row, field)[0] else ""
    return _report(request, row, field, back or row.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def report_price(request: HttpRequest, pk: int) -> HttpResponse:
    """Reports the price of an offer."""
    offer = get_object_or_404(querysets.offers(), pk=pk)
    return _report(request, offer, PRICE, offer.get_absolute_url())


def _report(request: HttpRequest, row: Row, field: str, back: str) -> HttpResponse:
    if request.method != "POST":
        form = ReportForm(row=row, field=field, initial={"read_on": timezone.localdate()})
        return _page(request, form, back)
    form = ReportForm(request.POST, row=row, field=field)
    if not form.is_valid():
        return _page(request, form, back, status=400)
    if wait_s := seconds_to_wait(request, settings.REPORT_THROTTLE):
        form.add_error(None, f"Too many reports from this address. Try again in {wait_s} seconds.")
        answer = _page(request, form, back, status=429)
        answer["Retry-After"] = str(wait_s)
        return answer
    filed = file_report(row, field, _reported(form.cleaned_data))
    messages.success(request, f"Thank you. Report {filed.pk} waits for a reviewer.")
    return redirect(back)


def _page(request: HttpRequest, form: ReportForm, back: str, status: int = 200) -> HttpResponse:
    row, field = form.row, form.field
    what = "Price" if field == PRICE else label(field)
    context = {
        "form": form,
        "back": back,
        "what": what,
        "about": getattr(row, "target_name", "") or str(row),
        "stated": shown(row, field)[1],
        "unit": _unit(row, field) if field == PRICE else unit(field),
    }
    return render(request, "catalog/report_value.html", context, status=status)
