"""Alerts in the admin: how they do, and away with those that should not be."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import Alert


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    """Looked at and deleted; what an alert asks is its owner's to change."""

    list_display = [
        *("name", "channel", "destination", "state", "pace", "sent_count", "failures"),
        *("last_sent_at", "expires_at"),
    ]
    list_filter = ["state", "channel", "pace"]
    search_fields = ["name", "destination"]
    # Token and secret would let staff act as the owner.
    exclude = ["token", "secret", "digest"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
