"""The operator's view of the catalog; every edit by hand makes a new catalog revision."""

from typing import Any

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest

from catalog import alert_admin, models, offer_admin, report_admin, review
from catalog.importing.quarantine import REASON as REFUSED
from catalog.revised_admin import RevisedAdmin

__all__ = ["alert_admin", "offer_admin", "report_admin"]


class AliasInline(admin.TabularInline):
    """Names of one variant."""

    model = models.AcceleratorAlias
    extra = 1


@admin.register(models.Accelerator)
class AcceleratorAdmin(RevisedAdmin):
    list_display = ["name", "vendor", "family", "memory_label_gb", "tdp_w", "derived"]
    list_filter = ["vendor", "family", "derived", "consumer"]
    search_fields = ["slug", "name", "aliases__name"]
    inlines = [AliasInline]


@admin.register(models.Server)
class ServerAdmin(RevisedAdmin):
    list_display = ["model", "vendor", "accelerator", "accelerator_count", "observed_on"]
    list_filter = ["vendor", "kind"]
    list_select_related = ["vendor", "accelerator"]
    search_fields = ["slug", "model"]
    autocomplete_fields = ["accelerator", "source", "vendor"]


@admin.register(models.InstanceType)
class InstanceTypeAdmin(RevisedAdmin):
    list_display = ["name", "provider", "accelerator", "accelerator_count", "observed_on"]
    list_filter = ["provider"]
    list_select_related = ["provider", "accelerator"]
    search_fields = ["slug", "name"]
    autocomplete_fields = ["accelerator", "source", "provider"]


@admin.register(models.Vendor)
class VendorAdmin(RevisedAdmin):
    list_display = ["name", "kind", "website"]
    list_filter = ["kind"]
    search_fields = ["slug", "name"]


@admin.register(models.Source)
class SourceAdmin(RevisedAdmin):
    list_display = ["title", "kind", "licence", "read_on", "confidence"]
    list_filter = ["kind", "licence"]
    search_fields = ["slug", "title", "url"]


@admin.register(models.LanguageModel)
class LanguageModelAdmin(RevisedAdmin):
    list_display = ["slug", "name", "parameters_b_nominal", "confirmed"]
    search_fields = ["slug", "name", "hf_id"]


class AppendOnlyAdmin(admin.ModelAdmin):
    """History: looked at, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Claim)
class ClaimAdmin(AppendOnlyAdmin):
    list_display = ["field", "value", "unit", "source", "observed_on", "method"]
    list_filter = ["method", "field"]
    list_select_related = ["source"]
    search_fields = ["accelerator__slug", "server__slug", "instance__slug", "field"]


@admin.register(models.OfferObservation)
class OfferObservationAdmin(AppendOnlyAdmin):
    list_display = ["offer", "amount", "currency", "observed_on", "source"]
    list_select_related = ["offer", "source"]
    search_fields = ["offer__slug"]


@admin.register(models.CatalogRevision)
class CatalogRevisionAdmin(AppendOnlyAdmin):
    list_display = ["number", "reason", "created_at"]


@admin.register(models.RowChange)
class RowChangeAdmin(AppendOnlyAdmin):
    list_display = ["changed_at", "kind", "name", "field", "old", "new", "origin", "by"]
    list_filter = ["kind", "what", "origin"]
    search_fields = ["slug", "name", "field", "by"]
    show_full_result_count = False


@admin.register(models.ReviewItem)
class ReviewItemAdmin(admin.ModelAdmin):
    """Say which variant a queued row means, and it enters the catalog; or dismiss it."""

    list_display = ["label", "kind", "reason", "status", "source"]
    list_filter = ["status", "kind", "reason", "source"]
    list_select_related = ["source"]
    search_fields = ["label", "detail"]
    autocomplete_fields = ["resolved_to"]
    readonly_fields = ["kind", "label", "reason", "detail", "candidates", "row", "source"]
    exclude = ["status", "created_at"]
    actions = ["dismiss"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.ReviewItem | None = None
    ) -> list[str]:
        """A row that failed a check needs another row; no variant would make it sound."""
        refused = obj is not None and obj.reason == REFUSED
        return [*self.readonly_fields, *(["resolved_to"] if refused else [])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: models.ReviewItem, form: ModelForm, change: bool
    ) -> None:
        if "resolved_to" not in form.changed_data:
            return
        if obj.resolved_to is None:
            review.reopen(obj)
            return
        report = review.decide(item=obj, accelerator=obj.resolved_to, by=str(request.user))
        for line in report.lines():
            self.message_user(request, line)

    @admin.action(description="Dismiss: the rows stay out of the catalog")
    def dismiss(self, request: HttpRequest, queryset: Any) -> None:
        """Close items without importing their rows."""
        number = review.dismiss(items=queryset, by=str(request.user))
        self.message_user(request, f"{number} rows dismissed.", messages.SUCCESS)


@admin.register(models.SavedView)
class SavedViewAdmin(admin.ModelAdmin):
    """Clears away what others saved; a view is made from its list, never here."""

    list_display = ["name", "noun", "owner", "created_at"]
    list_filter = ["noun"]
    list_select_related = ["owner"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(models.Host)
class HostAdmin(admin.ModelAdmin):
    list_display = ["name", "status", "verdict", "agent_version", "last_heartbeat_at"]
    search_fields = ["name"]


@admin.register(models.Device)
class DeviceAdmin(admin.ModelAdmin):
    list_display = ["name", "host", "backend", "accelerator", "last_seen_at"]
    list_filter = ["backend"]
    list_select_related = ["host", "accelerator"]
    autocomplete_fields = ["accelerator"]


@admin.register(models.Measurement)
class MeasurementAdmin(AppendOnlyAdmin):
    list_display = ["device", "probe", "metric", "value", "unit", "measured_at"]
    list_filter = ["probe"]
    list_select_related = ["device"]
