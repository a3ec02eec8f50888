"""The public report of a run: a page that prints well, and its JSON."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from probes import selectors
from probes.models import ProbeRun
from probes.services import reporting
from probes.views import run_context


@require_safe
def report_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Verdict, every figure with its expectation, comparison with others, signature, limits."""
    run = _finished(pk)
    context = {
        **run_context(run),
        "comparisons": reporting.comparisons(run),
        "proof": reporting.proof_state(run),
        "key": reporting.public_key(run),
    }
    return render(request, "probes/report.html", context)


@require_safe
def report_json(request: HttpRequest, pk: UUID) -> JsonResponse:
    """The report with the letter as it was signed, for `python -m probes.check_report`."""
    answer = JsonResponse(reporting.document(_finished(pk)), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="report-{pk}.json"'
    return answer


def _finished(pk: UUID) -> ProbeRun:
    rows = selectors.runs().select_related("device__host__enrolment")
    run = get_object_or_404(rows, pk=pk)
    if run.report is None:
        raise Http404("This run has no report yet.")
    return run
