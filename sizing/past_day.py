"""The day whose prices a sizing uses: `constraints.as_of`."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from catalog.as_of.asking import can_have_prices
from sizing import fleet
from sizing.engine.errors import InputError
from sizing.engine.reading import iso_day
from sizing.fleet import Revision

ATTR = "constraints.as_of"


def stated_day(request: Mapping[str, Any]) -> dt.date | None:
    """The day that a request names; None for today, and for what is no day at all."""
    limits = request.get("constraints")
    return iso_day(limits.get("as_of")) if isinstance(limits, Mapping) else None


def asked_day(request: Mapping[str, Any], revision: Revision) -> dt.date | None:
    """The day whose prices shall be used; what is written wrongly is left to the engine to refuse.

    Raises:
        InputError: the day has not come, or is before the first price that the catalog knows.
    """
    day = stated_day(request)
    if day is None:
        return None
    try:
        can_have_prices(day)
    except ValidationError as error:
        raise InputError.of(ATTR, "invalid", error.messages[0]) from error
    first = fleet.first_price_day(revision)
    if first is not None and day < first:
        detail = f"{day} is before the first price of the catalog; give {first} or later."
        raise InputError.of(ATTR, "invalid", detail)
    return day
