"""Pages of the model library."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.listing.paging import asked_page
from catalog.models import LanguageModel
from sizing import library
from sizing.filtersets import ModelFilterSet

PER_PAGE = 50


@require_safe
def model_list(request: HttpRequest) -> HttpResponse:
    """The library, filtered as in the API."""
    found = ModelFilterSet(request.GET, queryset=LanguageModel.objects.all())
    valid = found.form.is_valid()
    rows = found.qs if valid else LanguageModel.objects.none()
    page = asked_page(request.GET.get("page") if valid else None, rows, PER_PAGE)
    context = {
        "filter": found,
        "page_obj": page,
        "entries": library.entries(page.object_list),
        "count": page.paginator.count,
    }
    return render(request, "sizing/model_list.html", context, status=200 if valid else 400)


@require_safe
def model_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One model: the engine's figures and the published configuration."""
    row = get_object_or_404(LanguageModel, slug=slug)
    return render(request, "sizing/model_detail.html", {"entry": library.entries([row])[0]})
