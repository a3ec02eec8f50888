"""Parts of pages that only a new revision of the catalog changes, kept packed in each process."""

import pickle
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.urls import get_script_prefix

from catalog.selectors import State, current_state

Made = TypeVar("Made")


class Kept:
    """The values made last, by key; at most `most` of them, some ten kilobytes each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._packed: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made], *, of: State | None = None) -> Made:
        """The value of a key under the current revision, or the one it is `of`.

        Made where it is not kept.
        """
        state = of or current_state()
        if state is None:
            return make()
        # Addresses in what is kept begin with the prefix of the site.
        full = (key, state, get_script_prefix())
        with self._lock:
            packed = self._packed.get(full)
            if packed is not None:
                self._packed.move_to_end(full)
        if packed is not None:
            kept: Made = pickle.loads(zlib.decompress(packed))  # noqa: S301 - made by this process
            return kept
        value = make()
        self._keep(full, value)
        return value

    def _keep(self, full: Hashable, value: Any) -> None:
        packed = zlib.compress(pickle.dumps(value), level=1)
        with self._lock:
            self._packed[full] = packed
            while len(self._packed) > self._most:
                self._packed.popitem(last=False)
