"""Pages of saved views: keep a list under a name, open it again, delete it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.addresses import with_query
from catalog.listing.narrowing import filters_of, new_alert_url, pairs_of
from catalog.models import SavedView
from catalog.views.unlisted import unlisted

FEEDS: dict[str, str] = {
    SavedView.Noun.OFFERS: "catalog:offer-feed",
    SavedView.Noun.CHANGES: "catalog:change-feed",
}


class SavedViewForm(forms.ModelForm):
    """A name, and the list that it names."""

    class Meta:
        model = SavedView
        fields = ["name", "noun", "query"]
        widgets = {"noun": forms.HiddenInput(), "query": forms.HiddenInput()}

    def clean_query(self) -> str:
        """The address of the list without the page that was open."""
        query = QueryDict(self.cleaned_data["query"], mutable=True)
        query.pop("page", None)
        return query.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
def new_view(request: HttpRequest) -> HttpResponse:
    """Asks for the name of `?noun=offers&query=...`, and keeps it."""
    if request.method != "POST":
        initial = {name: request.GET.get(name, "") for name in ("noun", "query")}
        return render(request, "catalog/new_view.html", {"form": SavedViewForm(initial=initial)})
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        return render(request, "catalog/new_view.html", {"form": form}, status=400)
    view = form.save(commit=False)
    view.owner = request.user if request.user.is_authenticated else None
    view.save()
    return redirect(view.page)


@require_safe
def saved_view(request: HttpRequest, token: str) -> HttpResponse:
    """One saved view with what it narrows by, its link, its feed and how to delete it."""
    view = get_object_or_404(SavedView, token=token)
    query = QueryDict(view.query)
    context = {
        "view": view,
        "pairs": pairs_of(query),
        "feed_url": _feed_url(view, query),
        "alert_url": _alert_url(view, query),
        "permalink": request.build_absolute_uri(view.page),
    }
    return unlisted(render(request, "catalog/saved_view.html", context))


def _feed_url(view: SavedView, query: QueryDict) -> str:
    name = FEEDS.get(view.noun)
    if name is None or query.get("as_of"):
        return ""
    return with_query(name, filters_of(query).urlencode())


def _alert_url(view: SavedView, query: QueryDict) -> str:
    watched = view.noun == SavedView.Noun.OFFERS
    return new_alert_url(query, name=view.name) if watched else ""


@require_safe
def saved_views(request: HttpRequest) -> HttpResponse:
    """What the operator who asks has saved; others keep the link of each view instead."""
    mine: Any = SavedView.objects.none()
    if request.user.is_authenticated:
        mine = SavedView.objects.filter(owner=request.user)
    return unlisted(render(request, "catalog/saved_views.html", {"views": mine}))


@require_POST
def delete_view(request: HttpRequest, token: str) -> HttpResponse:
    """Deletes a view; whoever knows its link may."""
    view = get_object_or_404(SavedView, token=token)
    list_url = view.list_url
    view.delete()
    return redirect(list_url)
