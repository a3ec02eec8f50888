"""The page that says what runs on an accelerator."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Accelerator
from sizing.engine.errors import InputError
from sizing.presentation.runs_on import fit_lines, run_rows
from sizing.runs_forms import RunsForm
from sizing.services.answers import usual_grounds
from sizing.services.runs_on import CHAT, USERS, estimates_on, runs_on


@require_safe
def what_runs(request: HttpRequest, slug: str) -> HttpResponse:
    """Every model of the library, filtered and ordered by GET; wrong input stands at its field."""
    row = get_object_or_404(Accelerator, slug=slug)
    context: dict[str, Any] = {"accelerator": row, "chat": CHAT, "users": USERS}
    grounds = usual_grounds()
    try:
        found = runs_on(row.slug, grounds)
    except InputError as error:
        return render(request, "sizing/runs_on.html", {**context, "problem": str(error)})
    form = RunsForm(found.counts, request.GET)
    asked = form.cleaned_data if form.is_valid() else RunsForm.defaults()
    estimates = estimates_on(row.slug, grounds, asked["precision"], asked.get("count"))
    evidence = next((answer.evidence for answer in estimates.values()), None)
    context |= {
        "found": found,
        "form": form,
        "asked": asked,
        "lines": fit_lines(found),
        "rows": run_rows(found, estimates, asked),
        "evidence": evidence,
    }
    return render(request, "sizing/runs_on.html", context)
