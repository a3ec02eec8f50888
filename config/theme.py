"""Light, dark, or as the system says: a visitor's choice, kept in a cookie of theirs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from config.errors import refusal

COOKIE = "theme"
AUTO = "auto"
THEMES = ("light", "dark")
LASTS_S = 365 * 24 * 3600


def theme(request: HttpRequest) -> dict[str, str]:
    """For templates: what was chosen, "auto" where nothing was."""
    chosen = request.COOKIES.get(COOKIE, "")
    return {"theme": chosen if chosen in THEMES else AUTO}


@require_safe
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and leads back to the page it was made on.

    By GET, because it changes nothing but this browser's own cookie: a form by POST would need a
    token, and with it a cookie for every visitor of every page.
    """
    chosen = request.GET.get("theme", "")
    if chosen not in (AUTO, *THEMES):
        names = ", ".join((AUTO, *THEMES))
        return refusal(request, 400, "invalid", f"theme: no such theme; use one of {names}.")
    response = redirect(_page(request))
    if chosen == AUTO:
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=LASTS_S,
            secure=settings.HTTPS_ONLY,
            httponly=True,
            samesite="Lax",
        )
    return response


def _page(request: HttpRequest) -> str:
    """Where the choice was made; the first page where that is not of this site."""
    page = request.GET.get("next", "")
    return page if page and url_has_allowed_host_and_scheme(page, allowed_hosts=None) else "/"
