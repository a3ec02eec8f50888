"""What the first visitor of a process would wait for: the index of offers, and lists drawn once."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from catalog.index.keeping import current_index
from catalog.views.lists import OfferList
from catalog.views.search import search_page

WORD = "gpu"
"""Any word does: the search looks through everything for it."""


def warm_up() -> None:
    """Read the index and draw the pages that are asked for most."""
    current_index()
    OfferList.as_view()(_request("catalog:offers", QueryDict()))
    search_page(_request("catalog:search", QueryDict(f"q={WORD}")))


def _request(page: str, query: Any) -> HttpRequest:
    request = HttpRequest()
    request.method, request.path, request.GET = "GET", reverse(page), query
    request.user = AnonymousUser()
    return request
