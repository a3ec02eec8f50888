"""Runs and enrolments for operators; what was measured cannot be edited."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from probes.models import Enrolment, ProbeResult, ProbeRun
from probes.services import broker_access, enrolment


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
    readonly_fields = ["name", "host", "key_id", "created_at", "revoked_at"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description="Revoke: refuse letters and close the broker account")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        for row in queryset:
            why_not = enrolment.revoke(row)
            if not why_not:
                messages.success(request, f"The host {row.name} is revoked.")
                continue
            user = broker_access.user_of(row.name)
            messages.warning(
                request,
                f"The host {row.name} is revoked, but its broker account is still open: {why_not}. "
                f"Let the broker's administrator run: ACL DELUSER {user}",
            )
