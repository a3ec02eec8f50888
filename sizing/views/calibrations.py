"""Pages of calibrations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.listing.paging import asked_page
from catalog.models import Device
from sizing import charts, selectors
from sizing.filtersets import CalibrationFilterSet
from sizing.presentation.calibrations import disturbed_points, fit_points, parameter_tables

PER_PAGE = 50


@require_safe
def calibration_list(request: HttpRequest) -> HttpResponse:
    """Calibrations of every device, newest first."""
    queryset = selectors.calibrations().defer("points")
    found = CalibrationFilterSet(request.GET, queryset=queryset)
    valid = found.form.is_valid()
    rows = found.qs if valid else queryset.none()
    page = asked_page(request.GET.get("page") if valid else None, rows, PER_PAGE)
    context = {"page_obj": page, "device": None, "errors": found.form.errors}
    status = 200 if valid else 400
    return render(request, "sizing/calibration_list.html", context, status=status)


@require_safe
def device_calibrations(request: HttpRequest, pk: int) -> HttpResponse:
    """Calibrations of one device, newest first."""
    device = get_object_or_404(Device.objects.select_related("host"), pk=pk)
    rows = selectors.calibrations().filter(device=device).defer("points")
    page = asked_page(request.GET.get("page"), rows, PER_PAGE)
    return render(request, "sizing/calibration_list.html", {"page_obj": page, "device": device})


@require_safe
def calibration(request: HttpRequest, slug: str) -> HttpResponse:
    """One calibration: parameters with units, and the points against the fit."""
    row = get_object_or_404(selectors.calibrations(), slug=slug)
    points = fit_points(row)
    context = {
        "calibration": row,
        "newer": selectors.newer_calibration(row),
        "tables": parameter_tables(row),
        "points": points,
        "disturbed": disturbed_points(row),
        "chart": charts.fit_chart(points),
    }
    return render(request, "sizing/calibration.html", context)
