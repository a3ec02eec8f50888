"""What the first request would otherwise wait for."""

from django.db import close_old_connections
from django.urls import get_resolver

from sizing import fleet, selectors


def warm() -> None:
    """Load addresses, calibration and fleet into this process; safe to call at any time."""
    try:
        _ = get_resolver().url_patterns
        selectors.shipped_calibration()
        fleet.systems(fleet.current_revision())
    finally:
        close_old_connections()
