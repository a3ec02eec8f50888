"""The request limits for visitors without a token."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle


class AnonymousPostThrottle(AnonRateThrottle):
    """Counts POSTs per address; RATE_LIMIT=off lifts it for load tests."""

    scope = "anonymous_post"

    def parse_rate(self, rate: str | None) -> Any:
        return (None, None) if rate == "off" else super().parse_rate(rate)

    def get_rate(self) -> str | None:
        rate: str = settings.RATE_LIMIT
        return None if rate == "off" else rate

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.method != "POST":
            return True
        return bool(super().allow_request(request, view))


class ReportThrottle(AnonymousPostThrottle):
    """Counts reports of wrong values per address: people write few of them."""

    scope = "value_report"

    def get_rate(self) -> str | None:
        rate: str = settings.REPORT_LIMIT
        return None if rate == "off" else rate


class AlertThrottle(AnonymousPostThrottle):
    """Counts alerts that were asked for per address: each may send a mail to a stranger."""

    scope = "alert"

    def get_rate(self) -> str | None:
        rate: str = settings.ALERT_LIMIT
        return None if rate == "off" else rate
