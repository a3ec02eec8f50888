"""Absolute addresses for what leaves the site."""

from django.conf import settings
from django.urls import reverse

from catalog.models import Alert


def absolute(path: str) -> str:
    """A path of this site as an address that works from anywhere."""
    return f"{settings.SITE_URL}{path}"


def unsubscribe_url(alert: Alert) -> str:
    """Where one POST ends an alert."""
    return absolute(reverse("catalog:alert-unsubscribe", args=[alert.token]))
