"""Stored sizings and calibrations for the operator: to look at, pin or delete, never to edit."""

from django.contrib import admin
from django.http import HttpRequest

from sizing.models import Calibration, Sizing


class Unwritable:
    """Rows that only services make."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(Sizing)
class SizingAdmin(Unwritable, admin.ModelAdmin):
    """Pinning keeps a sizing beyond its usual time."""

    list_display = ["id", "created_at", "owner", "pinned"]
    list_filter = ["pinned"]
    list_editable = ["pinned"]
    readonly_fields = ["id", "request", "answer", "owner", "created_at"]
    date_hierarchy = "created_at"
    list_select_related = ["owner"]


@admin.register(Calibration)
class CalibrationAdmin(Unwritable, admin.ModelAdmin):
    """Immutable: a later run makes a new one."""

    list_display = ["slug", "device", "run_id", "engine_version", "created_at"]
    list_select_related = ["device__host"]

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False
