"""Which stored sizings are the visitor's own: their account's, or those of their session."""

from django.db.models import QuerySet
from django.http import HttpRequest

from sizing import selectors
from sizing.models import Sizing

OWN_SIZINGS = "own_sizings"
MOST_REMEMBERED = 100


def own_ids(request: HttpRequest) -> list[str]:
    """Ids that this browser session made without signing in."""
    return list(request.session.get(OWN_SIZINGS, []))


def own_sizings(request: HttpRequest) -> QuerySet[Sizing]:
    """Newest first."""
    if request.user.is_authenticated:
        return selectors.sizings().filter(owner=request.user)
    return selectors.sizings().filter(pk__in=own_ids(request))


def remember(request: HttpRequest, sizing: Sizing) -> None:
    """Keep in the visitor's session that this sizing is theirs to delete."""
    known = [pk for pk in own_ids(request) if pk != sizing.pk]
    request.session[OWN_SIZINGS] = [*known, sizing.pk][-MOST_REMEMBERED:]
