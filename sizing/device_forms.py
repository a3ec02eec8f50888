"""Small forms for an estimate on one attached device."""

from collections.abc import Mapping
from typing import Any

from django import forms

from sizing.engine.errors import InputError

PRECISIONS = [(name, name) for name in ("fp32", "tf32", "bf16", "fp16", "fp8", "int8")]


class WorkloadForm(forms.Form):
    """A workload of a few fields; `work` tells the forms of one page apart."""

    WORK = ""
    work = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("work", self.WORK)
        kwargs.setdefault("auto_id", f"{self.WORK}_%s")
        super().__init__(*args, **kwargs)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """What the form holds before anybody fills it in."""
        known = {name: field.initial for name, field in cls.base_fields.items()}
        return {**known, "work": cls.WORK}

    def to_workload(self) -> Mapping[str, Any]:
        """The workload of contract section 2.1."""
        raise NotImplementedError

    def add_input_errors(self, error: InputError) -> None:
        """Show what the engine refused next to the field it came from."""
        for wrong in error.errors:
            name = wrong.attr.removeprefix("workload.").split(".")[0]
            self.add_error(name if name in self.fields else None, wrong.detail)


class GemmForm(WorkloadForm):
    """One matrix product."""

    WORK = "gemm"
    m = forms.IntegerField(initial=1024, min_value=1)
    n = forms.IntegerField(initial=1024, min_value=1)
    k = forms.IntegerField(initial=1024, min_value=1)
    precision = forms.ChoiceField(choices=PRECISIONS, initial="fp32")

    def to_workload(self) -> Mapping[str, Any]:
        data = self.cleaned_data
        return {"kind": "gemm", **{name: data[name] for name in ("m", "n", "k", "precision")}}


class LlmForm(WorkloadForm):
    """One batch served by a language model."""

    WORK = "llm"
    model = forms.CharField(
        initial="llama-3.2-1b",
        widget=forms.TextInput(attrs={"list": "known-models", "autocomplete": "off"}),
    )
    input_tokens = forms.IntegerField(initial=128, min_value=1, label="Tokens in")
    output_tokens = forms.IntegerField(initial=64, min_value=1, label="Tokens out")
    batch = forms.IntegerField(initial=1, min_value=1)

    def to_workload(self) -> Mapping[str, Any]:
        data = self.cleaned_data
        return {
            "kind": "llm-inference",
            **{name: data[name] for name in ("model", "input_tokens", "output_tokens")},
            "load": {"mode": "static", "batch": data["batch"]},
        }
