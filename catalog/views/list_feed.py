"""Atom feeds of lists: the filters of the page, the newest entries of its rows."""

from typing import Any

from attrs import frozen
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.feedgenerator import Atom1Feed

from catalog.addresses import with_query
from catalog.filtersets.base import CatalogFilterSet
from catalog.listing.narrowing import filters_of, pairs_of

MOST_ENTRIES = 50


@frozen(kw_only=True)
class Watched:
    """The rows of one feed."""

    filterset: CatalogFilterSet
    query: str


class ListFeed(Feed):
    """Subclasses name the list and the feed, and make entries."""

    feed_type = Atom1Feed
    noun = ""
    list_name = ""
    feed_name = ""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filterset = self.filterset(request.GET)
        if not filterset.form.is_valid():
            wrong = [f"{name}: {errors[0]}" for name, errors in filterset.form.errors.items()]
            return HttpResponse("\n".join(wrong), status=400, content_type="text/plain")
        watched = Watched(filterset=filterset, query=filters_of(request.GET).urlencode())
        return super().__call__(request, *args, watched=watched, **kwargs)

    def filterset(self, query: QueryDict) -> CatalogFilterSet:
        """The filters of the list, with what a feed refuses beyond them."""
        raise NotImplementedError

    def get_object(self, _request: HttpRequest, *_args: Any, watched: Watched) -> Watched:
        return watched

    def title(self, watched: Watched) -> str:
        pairs = ", ".join(f"{name} {value}" for name, value in pairs_of(QueryDict(watched.query)))
        return f"Ridgeline {self.noun}: {pairs}" if pairs else f"Ridgeline {self.noun}"

    def link(self, watched: Watched) -> str:
        return with_query(self.list_name, watched.query)

    def feed_url(self, watched: Watched) -> str:
        return with_query(self.feed_name, watched.query)
