"""Stored sizings side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.views.unlisted import unlisted
from sizing import selectors
from sizing.addresses import pasted_id
from sizing.models import Sizing
from sizing.presentation.comparison import MOST, comparison_of, title_of
from sizing.views.own import own_sizings

SHOWN_OWN = 12


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four sizings by their ids; the first is what the others are compared with."""
    asked = list(dict.fromkeys(filter(None, map(pasted_id, request.GET.getlist("id")))))
    known = {row.pk: row for row in selectors.sizings().filter(pk__in=asked)}
    found = [known[pk] for pk in asked if pk in known][:MOST]
    context = {
        "comparison": comparison_of(found) if found else None,
        "without": [(row, _address(found, row)) for row in found],
        "others": [
            (row, title_of(row)) for row in own_sizings(request)[:SHOWN_OWN] if row not in found
        ],
        "problem": _problem(asked, known),
        "room": len(found) < MOST,
    }
    return unlisted(render(request, "sizing/compare.html", context))


def _address(found: list[Sizing], left_out: Sizing) -> str:
    return "?" + "&".join(f"id={row.pk}" for row in found if row != left_out)


def _problem(asked: list[str], known: dict[str, Sizing]) -> str:
    missing = [pk[:40] for pk in asked if pk not in known]
    if missing:
        return f"No sizing is kept under {', '.join(missing)}; it may be past its keeping time."
    if len(asked) > MOST:
        return f"At most {MOST} sizings fit beside each other; the others were left out."
    return ""
