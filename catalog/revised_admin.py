"""Edits by hand that count as a new state of the catalog."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest

from catalog import services
from catalog.history.log import Log


class RevisedAdmin(admin.ModelAdmin):
    """Edits count as a new state of the catalog."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Files, links and the history know a row by its slug, so it is chosen once."""
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "slug"] if obj is not None else [*fixed]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        log = Log()
        before = self.get_queryset(request).get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        self.after_saving(before, obj)
        if before is None:
            log.added([obj])
        else:
            log.compared(before, obj)
        self._record("edited", request, obj, log)

    def after_saving(self, before: Any, obj: Any) -> None:
        """What belongs to the same revision; `before` is None for a new row."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        log = Log()
        log.removed([obj])
        self._record("deleted", request, obj, log)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Ticked rows go one by one, each with a record of its own."""
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def _record(self, what: str, request: HttpRequest, obj: Any, log: Log) -> None:
        by = str(request.user)
        services.record_edit(f"{type(obj).__name__} {obj} {what} by {by}", log=log, by=by)
