"""Pages of devices and runs. Thin: reads stand in selectors, writes in services."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from catalog.models import Device
from probes import selectors, suites
from probes.filtersets import RunFilterSet
from probes.models import ProbeRun
from probes.services import invitation, runs
from probes.services.errors import RunRefused


@require_safe
def device_list(request: HttpRequest) -> HttpResponse:
    """Every host with its devices."""
    context = {"hosts": selectors.hosts(), "suites": suites.ALL.values()}
    return render(request, "probes/devices.html", context)


@require_safe
def device_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One device: what it is, its runs, and the button that starts another."""
    device = get_object_or_404(selectors.devices(), pk=pk)
    context = {
        "device": device,
        "suites": suites.ALL.values(),
        "runs": selectors.listed_runs().filter(device=device)[:20],
    }
    return render(request, "probes/device.html", context)


@require_safe
def host_page(request: HttpRequest, name: str) -> HttpResponse:
    """One host with its devices."""
    host = get_object_or_404(selectors.hosts(), name=name)
    return render(request, "probes/host.html", {"host": host, "suites": suites.ALL.values()})


@require_POST
@user_passes_test(lambda user: user.is_staff)
def invite_host(request: HttpRequest) -> HttpResponse:
    """Shows the command with which a new host joins; it holds secrets, so it is shown once."""
    try:
        found = invitation.invite(request.POST.get("name", "").strip(), created_by=request.user)
    except RunRefused as refused:
        messages.error(request, refused.detail)
        return redirect("probes:devices")
    response = render(request, "probes/invitation.html", {"invitation": found})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
def start_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a run and shows it, or says why it cannot be."""
    device = get_object_or_404(Device.objects.select_related("host"), pk=pk)
    try:
        run = runs.request_probe(
            device=device,
            suite=request.POST.get("suite", "quick"),
            requested_by=request.user,
            force="force" in request.POST,
        )
    except RunRefused as refused:
        messages.error(request, refused.detail)
        return redirect("probes:device", pk=pk)
    return redirect(run)


@require_POST
@login_required
def cancel_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancels a run."""
    run = get_object_or_404(selectors.runs(), pk=pk)
    try:
        runs.cancel_run(run)
    except RunRefused as refused:
        messages.error(request, refused.detail)
    return redirect(run)


class RunList(ListView):
    """Runs, newest first."""

    template_name = "probes/runs.html"
    paginate_by = 50

    def get_queryset(self) -> Any:
        self.filterset = RunFilterSet(self.request.GET, queryset=selectors.listed_runs())
        return self.filterset.qs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filterset, **kwargs)


@require_safe
def run_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A run while it goes on and after."""
    return render(request, "probes/run.html", _context_of(pk))


@require_safe
def run_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the run's page that changes; the page asks for it every second."""
    return render(request, "probes/_run.html", _context_of(pk))


def _context_of(pk: UUID) -> dict[str, Any]:
    return run_context(get_object_or_404(selectors.runs(), pk=pk))


def run_context(run: ProbeRun) -> dict[str, Any]:
    """A run with the figures of each of its probes."""
    figures: dict[str, list[Any]] = {}
    for measurement in selectors.measurements_of(run):
        figures.setdefault(measurement.probe, []).append(measurement)
    results = [(result, figures.get(result.probe, [])) for result in run.results.all()]
    return {"run": run, "device": run.device, "results": results}
