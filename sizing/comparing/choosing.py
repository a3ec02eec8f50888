"""The workload that things are compared for: a model under a starting point, or a stored sizing."""

from collections.abc import Mapping
from typing import Any

from django import forms

from sizing import selectors
from sizing.engine.errors import InputError
from sizing.form_choices import WEIGHT_CHOICES
from sizing.form_requests import field_of, request_of
from sizing.forms import SizingForm
from sizing.starting_points import STARTING_POINTS, starting_point

OF_THE_LIST = ("accelerators", "vendors", "regions", "as_of")
"""Limits that say which hardware counts, which the comparison has chosen already."""
UNKNOWN_SIZING = "No sizing has this address, or it is no longer kept."


class WorkloadForm(forms.Form):
    """A model and a load by name, or the id of a sizing; empty asks for nothing."""

    model = forms.CharField(
        required=False,
        label="Model",
        max_length=140,
        widget=forms.TextInput(attrs={"list": "known-models", "autocomplete": "off"}),
    )
    start = forms.ChoiceField(
        choices=[(point.slug, point.name) for point in STARTING_POINTS],
        required=False,
        label="Load and limits",
    )
    weights = forms.ChoiceField(choices=WEIGHT_CHOICES, required=False, label="Weights")
    sizing = forms.CharField(
        required=False,
        label="or a sizing of yours",
        max_length=32,
        help_text="The last part of its address, in place of model and load.",
    )

    def clean_sizing(self) -> Mapping[str, Any] | None:
        key = self.cleaned_data["sizing"].strip()
        if not key:
            return None
        found = selectors.sizings().filter(pk=key).first()
        if found is None:
            raise forms.ValidationError(UNKNOWN_SIZING)
        request: Mapping[str, Any] = found.request
        return request

    @property
    def asks(self) -> bool:
        """Whether a valid form names a workload."""
        return bool(self.cleaned_data["sizing"] or self.cleaned_data["model"].strip())

    def to_request(self) -> dict[str, Any]:
        """The request of contract section 3, of any hardware."""
        stored = self.cleaned_data["sizing"]
        if stored is None:
            return request_of(self._fields())
        limits = stored.get("constraints") or {}
        kept = {name: value for name, value in limits.items() if name not in OF_THE_LIST}
        whole = {name: value for name, value in stored.items() if name not in ("measure", "id")}
        return {**whole, "constraints": kept}

    def _fields(self) -> dict[str, Any]:
        """The fields of the sizing form with the starting point filled in."""
        point = starting_point(self.cleaned_data["start"]) or STARTING_POINTS[0]
        empty = {name: field.initial for name, field in SizingForm.base_fields.items()}
        named = {name: self.cleaned_data[name] for name in ("model", "weights")}
        texts = {"config": "", "draft_model": ""}
        return {**empty, **texts, **point.fields, **named}

    def add_input_errors(self, error: InputError) -> None:
        """Show what the engine refused at the field it came from."""
        for wrong in error.errors:
            field = "sizing" if self.cleaned_data.get("sizing") else field_of(wrong)
            self.add_error(field if field in self.fields else "model", wrong.detail)
