"""Things of one noun side by side; what is chosen stands in the URL."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.as_of.asking import PARAM
from catalog.comparing.part import Part, workload_part
from catalog.comparing.sides import FEWEST, KINDS, MOST, Comparison
from catalog.csv_text import written

OF_TODAY = f"{PARAM}: a comparison shows the prices of today only; leave it out."
NOTHING = "Nothing is chosen; give the things to compare as id."


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`?kind=accelerators&id=...&id=...`; `format=csv` gives the same rows."""
    kind = request.GET.get("kind", "accelerators")
    wanted = list(dict.fromkeys(filter(None, map(str.strip, request.GET.getlist("id")))))
    problem = _problem(kind, wanted)
    found = [] if problem else _rows(kind, wanted)
    if not problem and len(found) < len(wanted):
        problem = _missing(kind, wanted, found)
    if not problem and request.GET.get(PARAM):
        problem = OF_TODAY
    comparison = KINDS[kind][2](found) if found else None
    part = workload_part(found, request.GET) if found else None
    if request.GET.get("format") == "csv":
        return _csv(kind, comparison, part, problem)
    kept = _kept(request.GET, part)
    context = {
        "kind": kind,
        "kinds": list(KINDS),
        "comparison": comparison,
        "part": part,
        "kept": kept,
        "problem": problem,
        "fewest": FEWEST,
        "without": _without(request.GET, comparison, kept) if comparison else [],
        "room": len(wanted) < MOST,
    }
    wrong = problem or (part and part.problems)
    return render(request, "catalog/compare.html", context, status=400 if wrong else 200)


def _problem(kind: str, wanted: Sequence[str]) -> str:
    if kind not in KINDS:
        return f"{kind[:40]!r} cannot be compared; choose one of {', '.join(KINDS)}."
    if len(wanted) > MOST:
        return f"At most {MOST} fit side by side; {len(wanted)} were chosen."
    return ""


def _rows(kind: str, wanted: Sequence[str]) -> list[Any]:
    """The chosen rows in the order they were chosen; one query."""
    make, key, _ = KINDS[kind]
    keys = [one for one in wanted if key == "slug" or (one.isdecimal() and len(one) < 18)]
    rows: QuerySet[Any] = make().filter(**{f"{key}__in": keys})
    by_key = {str(getattr(row, key)): row for row in rows}
    return [by_key[one] for one in keys if one in by_key]


def _missing(kind: str, wanted: Sequence[str], found: Sequence[Any]) -> str:
    known = {str(getattr(row, KINDS[kind][1])) for row in found}
    names = ", ".join(repr(one[:40]) for one in wanted if one not in known)
    return f"Not among the {kind} of the catalog: {names}. Correct or remove it."


def _kept(query: QueryDict, part: Part | None) -> list[tuple[str, str]]:
    """What the address says of the workload."""
    return [(name, str(query[name])) for name in (part.fields if part else ()) if query.get(name)]


def _without(
    query: QueryDict, comparison: Comparison, kept: Sequence[tuple[str, str]]
) -> list[tuple[Any, str]]:
    """Each side with the address of the comparison without it."""
    kind = query.get("kind", "accelerators")
    keys = [side.key for side in comparison.sides]
    pairs = []
    for side in comparison.sides:
        rest = QueryDict(mutable=True)
        rest["kind"] = kind
        rest.setlist("id", [key for key in keys if key != side.key])
        rest.update(dict(kept))
        pairs.append((side, f"?{rest.urlencode()}"))
    return pairs


def _csv(kind: str, comparison: Comparison | None, part: Part | None, problem: str) -> HttpResponse:
    """The whole table or none: a file does not say that a column is missing."""
    problems = [problem] if problem else list(part.problems) if part else []
    if not comparison or not part or problems:
        text = "\n".join(problems) or NOTHING
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    lines = (*comparison.different, *comparison.equal, *part.lines)
    rows = [
        ["", "unit", *(side.name for side in comparison.sides)],
        *([line.label, line.unit, *(value.text for value in line.values)] for line in lines),
    ]
    answer = HttpResponse("".join(written(rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="compare-{kind}.csv"'
    return answer
