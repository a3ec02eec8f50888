"""Catalog pages for readers without a browser: Markdown at the page's address plus `.md`."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from catalog import querysets
from catalog.documents import document_of
from catalog.markdown import markdown

NOUNS: dict[str, Callable[[], QuerySet[Any]]] = {
    "accelerators": querysets.accelerators,
    "servers": querysets.servers,
    "instances": querysets.instances,
}


def as_markdown(_request: HttpRequest, noun: str, slug: str) -> HttpResponse:
    """One accelerator, server or instance type with its sourced facts."""
    row = get_object_or_404(NOUNS[noun](), slug=slug)
    return HttpResponse(markdown(document_of(row)), content_type="text/markdown; charset=utf-8")
