"""The page of a list that an address asks for."""

from typing import Any

from django.core.paginator import Page, Paginator


class AskedPage(Page):
    """A page; `notice` says when it is another one than the address asks for."""

    notice = ""


class AskedPages(Paginator):
    """The pages of a list."""

    def _get_page(self, *args: Any, **kwargs: Any) -> AskedPage:
        return AskedPage(*args, **kwargs)


def asked_page(
    number: str | None, rows: Any, per_page: int, *, total: int | None = None
) -> AskedPage:
    """One page of the rows, the first when no number is given; `total` spares counting them.

    A list that became shorter shows its last page to an old link, and says so.
    """
    pages = AskedPages(rows, per_page)
    if total is not None:
        pages.__dict__["count"] = total
    page: Any = pages.get_page(number)
    if number and number != str(page.number):
        page.notice = (
            f"There is no page “{number[:20]}”; this is {page.number} of {pages.num_pages}."
        )
    found: AskedPage = page
    return found
