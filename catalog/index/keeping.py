"""Which index answers: the one of the current catalog revision, read once per process."""

import datetime as dt
import threading
from collections import OrderedDict
from typing import Any

from attrs import evolve

from catalog.index.offer_index import OfferIndex
from catalog.index.reading import read_index
from catalog.selectors import current_state

MOST_DAYS = 3
"""Today and the past days asked for last; each takes about 100 bytes per offer."""

_kept: OrderedDict[dt.date | None, tuple[Any, OfferIndex]] = OrderedDict()
_reading = threading.Lock()


def current_index(day: dt.date | None = None) -> OfferIndex:
    """The index of now, or of a past day.

    Nothing changes an offer without making a revision, and a revision is written in the same
    transaction as what it stands for. Before the first one every question reads anew.
    """
    state = current_state()
    if state is None:
        return read_index(day)
    with _reading:
        kept = _kept.get(day)
        if kept is None or kept[0] != state:
            kept = (state, evolve(read_index(day), state=state))
            _keep(day, kept)
        _kept.move_to_end(day)
        return kept[1]


def _keep(day: dt.date | None, entry: tuple[Any, OfferIndex]) -> None:
    for other in [key for key, (state, _) in _kept.items() if state != entry[0]]:
        del _kept[other]
    _kept[day] = entry
    while len(_kept) > MOST_DAYS:
        # Today's is asked for most; it goes last.
        oldest = next(key for key in _kept if key is not None)
        del _kept[oldest]
