"""The limit of reports, asked by pages as the API asks it of its own views."""

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def seconds_to_wait(request: HttpRequest) -> int:
    """0 when this visitor may file a report now, else in how many seconds."""
    throttle: Any = import_string(settings.REPORT_THROTTLE)()
    if throttle.allow_request(request, None):
        return 0
    return max(1, math.ceil(throttle.wait() or 1))
