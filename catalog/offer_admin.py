"""Offers in the admin: a price that is typed there is observed, as that of an import is."""

from typing import Any

from django import forms
from django.contrib import admin

from catalog import observing
from catalog.models import Offer
from catalog.revised_admin import RevisedAdmin


class OfferForm(forms.ModelForm):
    """Refuses a price that would stand behind another one in the history."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        typed = {"amount", "currency", "observed_on", "source"} & set(self.changed_data)
        newest = observing.last_seen_on(self.instance) if self.instance.pk and typed else None
        seen_on = given.get("observed_on")
        if newest and "observed_on" in given and (seen_on is None or seen_on < newest):
            self.add_error(
                "observed_on", f"A price of {newest} is known; give that day or a later one."
            )
        return given


@admin.register(Offer)
class OfferAdmin(RevisedAdmin):
    form = OfferForm
    list_display = ["slug", "provider", "amount", "currency", "unit", "observed_on", "status"]
    list_filter = ["status", "pricing", "provider"]
    list_select_related = ["provider"]
    search_fields = ["slug", "accelerator_stated"]
    autocomplete_fields = ["accelerator", "instance", "server", "provider", "source", "host"]
    date_hierarchy = "observed_on"

    def after_saving(self, before: Offer | None, obj: Offer) -> None:
        if observing.has_other_price(before, obj):
            observing.observe_edit(obj)
