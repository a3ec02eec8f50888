"""The sizing form: a request in a person's terms, turned into the one the API takes."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from catalog.models import Vendor
from sizing.engine.errors import FieldError, InputError
from sizing.engine.workload import RUNTIMES
from sizing.parsing import parse_json
from sizing.presentation.words import RUNTIMES as RUNTIME_NAMES

MODEL_DEFAULT = ("", "The model's own")
WEIGHT_CHOICES = [
    MODEL_DEFAULT,
    ("bf16", "bf16 (16 bit)"),
    ("fp16", "fp16 (16 bit)"),
    ("fp8", "fp8 (8 bit)"),
    ("int8", "int8 (8 bit)"),
    ("mxfp8", "mxfp8 (8 bit)"),
    ("int4", "int4: AWQ, GPTQ (4.5 bit)"),
    ("nvfp4", "nvfp4 (4.5 bit)"),
    ("mxfp4", "mxfp4 (4.25 bit)"),
    ("q8_0", "GGUF q8_0 (8.5 bit)"),
    ("q6_k", "GGUF q6_k (6.6 bit)"),
    ("q5_k_m", "GGUF q5_k_m (5.7 bit)"),
    ("q4_k_m", "GGUF q4_k_m (4.85 bit)"),
]
CACHE_CHOICES = [("", "As the activations"), ("bf16", "bf16 (16 bit)"), ("fp8", "fp8 (8 bit)")]
LOAD_CHOICES = [
    ("concurrency", "Users at once, always asking"),
    ("rate", "Requests per second, at random times"),
    ("static", "One batch of equal requests"),
    ("saturated", "A long queue: most offline throughput"),
]
LOAD_FIELDS = {"concurrency": "requests", "rate": "requests_per_s", "static": "batch"}
PERCENTILE_CHOICES = [
    ("", "the mean"),
    ("50", "50 %"),
    ("90", "90 %"),
    ("95", "95 %"),
    ("99", "99 %"),
]
OBJECTIVE_CHOICES = [
    ("cost", "Lowest cost"),
    ("latency", "Lowest latency"),
    ("throughput", "Highest throughput"),
    ("energy", "Least energy"),
]
ACQUISITION_CHOICES = [("any", "Rent or buy"), ("rent", "Rent"), ("buy", "Buy")]
EVIDENCE_CHOICES = [
    ("datasheet", "Any, datasheets included"),
    ("family", "Measured, at least on the same architecture"),
    ("measured", "Measured on this very variant"),
]

ATTR_TO_FIELD = {
    "workload.model.config": "config",
    "workload.model": "model",
    "workload.weights": "weights",
    "workload.activations": "weights",
    "workload.kv_cache": "kv_cache",
    "workload.input_tokens": "input_tokens",
    "workload.output_tokens": "output_tokens",
    "workload.load": "load_amount",
    "workload.runtime": "runtime",
    "workload.prefix_cache_hit_rate": "prefix_cache_hit_rate",
    "workload.speculation.model": "draft_model",
    "workload.speculation.acceptance_rate": "acceptance_rate",
    "workload.speculation": "draft_tokens",
    "workload.slo": "ttft_ms",
    "constraints.ttft_ms": "ttft_ms",
    "constraints.tpot_ms": "tpot_ms",
    "constraints.percentile": "percentile",
    "constraints.budget_per_h": "budget_per_h",
    "constraints.vendors": "vendors",
    "constraints.acquisition": "acquisition",
    "constraints.max_accelerators": "max_accelerators",
    "constraints.min_evidence": "min_evidence",
    "target": "output_tokens_per_s",
    "objective": "objective",
}


def vendor_choices() -> list[tuple[str, str]]:
    """Makers of accelerators that somebody can buy or rent."""
    makers = Vendor.objects.filter(accelerators__derived=False).distinct()
    return list(makers.values_list("slug", "name"))


class SizingForm(forms.Form):
    """A workload, a load, limits and an objective."""

    model = forms.CharField(
        required=False,
        label="Model",
        help_text="A model of the library, by name, such as llama-3.1-8b.",
        widget=forms.TextInput(attrs={"list": "known-models", "autocomplete": "off"}),
    )
    config = forms.CharField(
        required=False,
        label="or its config.json",
        help_text="Paste a Hugging Face config.json whole.",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    weights = forms.ChoiceField(choices=WEIGHT_CHOICES, required=False, label="Weights")
    kv_cache = forms.ChoiceField(choices=CACHE_CHOICES, required=False, label="KV cache")
    runtime = forms.ChoiceField(
        choices=[(name, RUNTIME_NAMES.get(name, name)) for name in RUNTIMES],
        initial="generic",
        label="Runtime",
    )
    input_tokens = forms.IntegerField(label="Tokens in", initial=1000, help_text="Per request.")
    output_tokens = forms.IntegerField(label="Tokens out", initial=300, help_text="Per request.")
    load_mode = forms.ChoiceField(choices=LOAD_CHOICES, initial="concurrency", label="Kind of load")
    load_amount = forms.FloatField(
        required=False, initial=64, label="How many", help_text="Users, requests/s or batch."
    )
    prefix_cache_hit_rate = forms.FloatField(
        required=False,
        label="Share of the prompt already cached",
        help_text="0 to 1; a shared system prompt, for example.",
    )
    draft_tokens = forms.IntegerField(
        required=False,
        label="Drafted tokens per step",
        help_text="Speculative decoding; empty means none.",
    )
    acceptance_rate = forms.FloatField(
        required=False, label="Drafts accepted", help_text="0 to 1, as you measured it."
    )
    draft_model = forms.CharField(
        required=False,
        label="Model that drafts",
        help_text="Empty: drafts are looked up in the prompt.",
        widget=forms.TextInput(attrs={"list": "known-models", "autocomplete": "off"}),
    )
    output_tokens_per_s = forms.FloatField(
        required=False, label="At least (tokens/s)", help_text="Generated by all together."
    )
    ttft_ms = forms.FloatField(
        required=False, label="First token within (ms)", help_text="TTFT, queueing included."
    )
    tpot_ms = forms.FloatField(
        required=False, label="Next tokens within (ms)", help_text="TPOT, per further token."
    )
    percentile = forms.ChoiceField(
        choices=PERCENTILE_CHOICES, required=False, label="Limits hold for"
    )
    budget_per_h = forms.FloatField(required=False, label="Budget (USD per hour)")
    acquisition = forms.ChoiceField(choices=ACQUISITION_CHOICES, initial="any", label="Get it by")
    objective = forms.ChoiceField(choices=OBJECTIVE_CHOICES, initial="cost", label="Rank by")
    max_accelerators = forms.IntegerField(required=False, initial=64, label="Accelerators at most")
    min_evidence = forms.ChoiceField(
        choices=EVIDENCE_CHOICES, initial="datasheet", label="Evidence"
    )
    vendors = forms.MultipleChoiceField(
        choices=vendor_choices,
        required=False,
        label="Vendors",
        help_text="None chosen means all.",
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("model") and not data.get("config") and "config" not in self.errors:
            self.add_error("model", "Name a model of the library, or paste a config.json.")
        mode = data.get("load_mode")
        if mode in LOAD_FIELDS and data.get("load_amount") is None and not self.errors:
            self.add_error("load_amount", "Say how many.")
        return data

    def clean_config(self) -> Mapping[str, Any] | None:
        text = self.cleaned_data["config"].strip()
        if not text:
            return None
        try:
            config = parse_json(text)
        except InputError as error:
            raise forms.ValidationError(error.errors[0].detail) from error
        if not isinstance(config, dict):
            raise forms.ValidationError("Paste the whole object, from { to }.")
        return config

    def to_request(self) -> dict[str, Any]:
        """The request of contract section 3; what was left empty is left out."""
        data = self.cleaned_data
        model = {"config": data["config"]} if data["config"] else data["model"].strip()
        workload = {
            "kind": "llm-inference",
            "model": model,
            **_given(data, "weights", "kv_cache", "input_tokens", "output_tokens", "runtime"),
            **_given(data, "prefix_cache_hit_rate"),
            **_speculation(data),
            "load": _load(data),
        }
        limits = _given(
            data,
            *("ttft_ms", "tpot_ms", "budget_per_h", "acquisition", "max_accelerators"),
            *("min_evidence", "vendors"),
        )
        if data["percentile"]:
            limits["percentile"] = int(data["percentile"])
        return {
            "workload": workload,
            "objective": data["objective"],
            "target": _given(data, "output_tokens_per_s"),
            "constraints": limits,
        }

    def add_input_errors(self, error: InputError) -> None:
        """Show what the engine refused next to the field it came from."""
        for wrong in error.errors:
            field = _field_of(wrong)
            detail = wrong.detail if field != "config" else f"{wrong.attr}: {wrong.detail}"
            self.add_error(field, detail.replace("workload.model.config.", ""))

    def mark_wrong_fields(self) -> None:
        """Tell assistive technology which fields are wrong."""
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"


def _given(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names if data[name] not in (None, "", [])}


def _speculation(data: Mapping[str, Any]) -> dict[str, Any]:
    given = _given(data, "draft_tokens", "acceptance_rate")
    if data["draft_model"].strip():
        given["model"] = data["draft_model"].strip()
    return {"speculation": given} if given else {}


def _load(data: Mapping[str, Any]) -> dict[str, Any]:
    mode = data["load_mode"]
    if mode not in LOAD_FIELDS:
        return {"mode": mode}
    amount = data["load_amount"]
    whole = mode != "rate" and amount == int(amount)
    return {"mode": mode, LOAD_FIELDS[mode]: int(amount) if whole else amount}


def _field_of(error: FieldError) -> str | None:
    for attr, field in ATTR_TO_FIELD.items():
        if error.attr == attr or error.attr.startswith(f"{attr}."):
            return field
    return None


def initial_from(request: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields for a stored request, to change it and size again."""
    workload = request.get("workload", {})
    limits = request.get("constraints") or {}
    initial = {**workload, **limits, **(request.get("target") or {})}
    initial["objective"] = request.get("objective", "cost")
    model = workload.get("model")
    if isinstance(model, Mapping):
        initial["model"] = ""
        initial["config"] = json.dumps(model.get("config"), indent=1)
    speculation = workload.get("speculation") or {}
    initial |= {key: speculation.get(key) for key in ("draft_tokens", "acceptance_rate")}
    initial["draft_model"] = speculation.get("model")
    load = workload.get("load", {})
    initial["load_mode"] = load.get("mode")
    initial["load_amount"] = load.get(LOAD_FIELDS.get(load.get("mode"), ""))
    return {name: value for name, value in initial.items() if name in SizingForm.base_fields}
