"""Catalog pages for readers without a browser: Markdown at the page's address plus `.md`."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalog import querysets
from catalog.as_of.asking import BadDay, asked_day
from catalog.documents import document_of
from catalog.markdown import markdown

NOUNS: dict[str, Callable[[], QuerySet[Any]]] = {
    "accelerators": querysets.accelerators,
    "servers": querysets.servers,
    "instances": querysets.instances,
}


@require_safe
def as_markdown(request: HttpRequest, noun: str, slug: str) -> HttpResponse:
    """One accelerator, server or instance type with its sourced facts; `as_of` as on its page."""
    try:
        day = asked_day(request.GET)
    except BadDay as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    row = get_object_or_404(NOUNS[noun](), slug=slug)
    text = markdown(document_of(row, as_of=day))
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")
