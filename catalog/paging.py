"""The page of a list that an address asks for."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404


def asked_page(number: str | None, rows: Any, per_page: int, *, total: int | None = None) -> Page:
    """One page of the rows, the first when no number is given; `total` spares counting them.

    Raises:
        Http404: there is no such page, as in the API; another one would be passed off for it.
    """
    paginator = Paginator(rows, per_page)
    if total is not None:
        paginator.__dict__["count"] = total
    try:
        return paginator.page(number or 1)
    except InvalidPage as error:
        raise Http404(str(error)) from error
