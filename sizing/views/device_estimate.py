"""An estimate on an attached device: where a probe run shows its effect."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Device, LanguageModel
from sizing import selectors
from sizing.device_forms import GemmForm, LlmForm, WorkloadForm
from sizing.engine.errors import InputError
from sizing.presentation.estimate import estimate_view
from sizing.services.estimates import estimate

FORMS: dict[str, type[WorkloadForm]] = {"gemm": GemmForm, "llm": LlmForm}


@require_safe
def device_estimate(request: HttpRequest, pk: int) -> HttpResponse:
    """Two small forms by GET, so that an answer has an address; the chosen one is answered."""
    devices = Device.objects.select_related("host", "accelerator")
    device = get_object_or_404(devices, pk=pk)
    asked = request.GET.get("work", "gemm")
    form_class = FORMS.get(asked, GemmForm)
    given = request.GET if "work" in request.GET else form_class.defaults()
    form = form_class(given)
    context = {
        "device": device,
        "calibration": selectors.newest_calibration(device),
        "forms": {name: form if name == asked else other() for name, other in FORMS.items()},
        "answer": _answer(device, form),
        "form": form,
        "models": LanguageModel.objects.values_list("slug", "name"),
    }
    return render(request, "sizing/device_estimate.html", context)


def _answer(device: Device, form: WorkloadForm) -> Any:
    if not form.is_valid():
        return None
    body = {"workload": form.to_workload(), "hardware": {"device": device.pk}}
    try:
        return estimate_view(estimate(body))
    except InputError as error:
        form.add_input_errors(error)
        return None
