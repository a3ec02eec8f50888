"""Runs and enrolments for operators; what was measured cannot be edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from probes.models import Enrolment, ProbeResult, ProbeRun


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the wire writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ResultInline(admin.TabularInline):
    model = ProbeResult
    fields = ["probe", "status", "reason", "verdict", "duration_s"]
    readonly_fields = ["probe", "status", "reason", "verdict", "duration_s"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ProbeRun)
class ProbeRunAdmin(ReadOnlyAdmin):
    list_display = ["id", "device", "suite", "status", "verdict", "requested_at"]
    list_filter = ["status", "suite"]
    list_select_related = ["device__host"]
    search_fields = ["id", "device__name", "device__host__name"]
    inlines = [ResultInline]


@admin.register(Enrolment)
class EnrolmentAdmin(admin.ModelAdmin):
    list_display = ["name", "host", "key_id", "created_at", "revoked_at"]
    fields = ["name", "host", "key_id", "created_at", "revoked_at"]
    readonly_fields = ["name", "host", "key_id", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
