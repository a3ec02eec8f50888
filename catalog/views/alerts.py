"""Pages of alerts: ask for one, and see, confirm, pause, renew or delete it by its link."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import querysets
from catalog.addresses import with_query
from catalog.alerts import keeping
from catalog.alerts.forms import AlertForm
from catalog.alerts.making import TOO_MANY, make, usual_name
from catalog.alerts.watched import narrowing, pairs
from catalog.models import Alert, Offer
from catalog.throttling import seconds_to_wait
from catalog.views.unlisted import unlisted

ACTS: dict[str, tuple[Callable[[Alert], bool], str]] = {
    "confirm": (keeping.confirm, "Confirmed. News will come to you from now on."),
    "pause": (keeping.pause, "Paused. No news is sent until you press “Go on”."),
    "resume": (keeping.resume, "It goes on."),
    "renew": (keeping.renew, "Renewed for 90 days."),
}
GONE = "There is no such alert (any more), so nothing is sent because of it."
UNCHANGED = "Nothing was changed: this alert cannot do that now."
DELETED = "Nothing more is sent, and its address was deleted."


@require_http_methods(["GET", "HEAD", "POST"])
def new_alert(request: HttpRequest) -> HttpResponse:
    """Asks where to tell of `?query=<filters>` or `?offer=<number>`, and keeps it."""
    if request.method != "POST":
        return _form(request, AlertForm(initial=_initial(request)))
    form = AlertForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=400)
    if wait_s := seconds_to_wait(request, settings.ALERT_THROTTLE):
        form.add_error(None, f"Too many alerts from this address. Try again in {wait_s} seconds.")
        answer = _form(request, form, status=429)
        answer["Retry-After"] = str(wait_s)
        return answer
    alert = make(form.asked)
    if form.asked.email:
        return redirect("catalog:alert-asked")
    if alert is None:
        form.add_error("webhook", TOO_MANY)
        return _form(request, form, status=400)
    # Not a redirect: the secret is part of no address and no cookie, and stands on no other page.
    return unlisted(render(request, "catalog/alerts/made.html", {"alert": alert}, status=201))


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same words whether or not a mail goes out, so that nobody learns who has alerts."""
    return unlisted(render(request, "catalog/alerts/asked.html"))


@require_safe
def alert(request: HttpRequest, token: str) -> HttpResponse:
    """One alert with what it watches, how it does and what its owner may do."""
    found = Alert.objects.select_related("offer__provider").filter(token=token).first()
    if found is None:
        return _message(request, "No such alert", GONE, status=404)
    context = {"alert": found, "pairs": pairs(found.query)}
    return unlisted(render(request, "catalog/alerts/alert.html", context))


@require_POST
def act(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Confirms, pauses, resumes or renews an alert."""
    if name not in ACTS:
        raise Http404
    found = get_object_or_404(Alert, token=token)
    change, done = ACTS[name]
    if change(found):
        messages.success(request, done)
    else:
        messages.error(request, UNCHANGED)
    return redirect(found.page)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Deletes an alert by one POST, which mail programs send by themselves (RFC 8058).

    They have no token of a form, so the one in the address stands for it. Opening the link
    changes nothing: scanners open every link of a mail.
    """
    found = Alert.objects.filter(token=token).first()
    if found is None:
        return _message(
            request, "No such alert", GONE, status=404 if request.method != "POST" else 200
        )
    if request.method != "POST":
        return unlisted(render(request, "catalog/alerts/unsubscribe.html", {"alert": found}))
    found.delete()
    return _message(request, "The alert is deleted", DELETED)


def _form(request: HttpRequest, form: AlertForm, status: int = 200) -> HttpResponse:
    offer, query = _subject(form)
    context = {
        "form": form,
        "offer": offer,
        "pairs": pairs(narrowing(query)),
        "mail_offered": settings.MAIL_OFFERED,
        "list_url": offer.get_absolute_url() if offer else with_query("catalog:offers", query),
        "feed_url": "" if offer else with_query("catalog:offer-feed", narrowing(query)),
    }
    return unlisted(render(request, "catalog/alerts/new.html", context, status=status))


def _subject(form: AlertForm) -> tuple[Offer | None, str]:
    key, query = str(form["offer"].value() or ""), str(form["query"].value() or "")
    # PostgreSQL knows no larger number.
    known = key.isdecimal() and len(key) < 19
    return (querysets.offers().filter(pk=key).first() if known else None), query


def _initial(request: HttpRequest) -> dict[str, Any]:
    initial: dict[str, Any] = {
        name: request.GET.get(name, "") for name in ("query", "offer", "name")
    }
    offer, query = _subject(AlertForm(initial=initial))
    initial["name"] = initial["name"] or usual_name(narrowing(query), offer)
    if offer is not None:
        initial |= {"currency": offer.currency, "limit": round(offer.amount_per_accelerator, 4)}
    return initial


def _message(request: HttpRequest, title: str, message: str, status: int = 200) -> HttpResponse:
    context = {"title": title, "message": message}
    return unlisted(render(request, "message.html", context, status=status))
