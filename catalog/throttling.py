"""Limits on what anybody may send, asked by pages and API alike."""

import math
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import import_string


def seconds_to_wait(request: HttpRequest, throttle_class: str) -> int:
    """0 when this visitor may send something now, else in how many seconds."""
    throttle: Any = import_string(throttle_class)()
    if throttle.allow_request(request, None):
        return 0
    return max(1, math.ceil(throttle.wait() or 1))
