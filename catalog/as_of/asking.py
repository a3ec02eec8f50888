"""Which day is asked for: `as_of=2026-05-01` in the address."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from catalog.errors import CatalogError
from catalog.listing.query_text import without

PARAM = "as_of"
FIRST_DAY = dt.date(2000, 1, 1)
HOW_TO_WRITE = "Write a day as YYYY-MM-DD, for example 2026-05-01."


class BadDay(CatalogError):  # noqa: N818 - reads as the fact it states
    """What is asked for is no day, or one that has not come."""


class DayField(forms.DateField):
    """A day that has been; only one spelling, so that an address means the same everywhere."""

    def __init__(self, **kwargs: object) -> None:
        settings = {
            "input_formats": ["%Y-%m-%d"],
            "error_messages": {"invalid": HOW_TO_WRITE},
            "validators": [can_have_prices],
            "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "required": False,
        }
        super().__init__(**(settings | kwargs))  # type: ignore[arg-type]


def can_have_prices(day: dt.date) -> None:
    """Refuses a day of which nobody can know a price.

    Raises:
        ValidationError: the day has not come, or is before anybody rented out a GPU.
    """
    if day < FIRST_DAY:
        raise ValidationError(f"{day} is before any price; give {FIRST_DAY} or later.")
    today = timezone.localdate()
    if day > today:
        raise ValidationError(
            f"{day} is in the future, where nobody has seen a price; give {today} or earlier."
        )


def asked_day(query: QueryDict) -> dt.date | None:
    """The day that an address names; None for today.

    Raises:
        BadDay: it names no day, or one in the future.
    """
    try:
        day: dt.date | None = DayField().clean(query.get(PARAM, ""))
    except ValidationError as error:
        raise BadDay(f"{PARAM}: {error.messages[0]}") from error
    return day


def in_words(day: dt.date) -> str:
    """1 May 2026."""
    return date_format(day, "j F Y")


def without_day(query: QueryDict) -> str:
    """The same address of today."""
    return f"?{without(query, PARAM, 'page')}"
