"""Between the fields of the sizing form and the request of the API, both ways. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sizing.engine.errors import FieldError

LOAD_FIELDS = {"concurrency": "requests", "rate": "requests_per_s", "static": "batch"}
WORKLOAD = (*("weights", "kv_cache", "input_tokens", "runtime", "prefix_cache_hit_rate"),)
LIMITS = (
    *("ttft_ms", "tpot_ms", "budget_per_h", "acquisition", "max_accelerators"),
    *("min_evidence", "vendors", "peak_factor", "growth_percent", "as_of"),
)
WHOLE = ("percentile", "spare_replicas")
"""Limits that the form offers as a list of whole numbers."""
SHOWN_FIELDS = {
    "workload": {*WORKLOAD, "kind", "model", "output_tokens", "speculation", "load"},
    "constraints": {*LIMITS, *WHOLE},
    "target": {"output_tokens_per_s"},
}

ATTR_TO_FIELD = {
    "workload.model.config": "config",
    "workload.model": "model",
    "workload.weights": "weights",
    "workload.activations": "weights",
    "workload.kv_cache": "kv_cache",
    "workload.input_tokens": "input_tokens",
    "workload.output_tokens.p95": "output_tokens_p95",
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
    "constraints.peak_factor": "peak_factor",
    "constraints.growth_percent": "growth_percent",
    "constraints.spare_replicas": "spare_replicas",
    "constraints.acquisition": "acquisition",
    "constraints.max_accelerators": "max_accelerators",
    "constraints.min_evidence": "min_evidence",
    "constraints.as_of": "as_of",
    "target": "output_tokens_per_s",
    "objective": "objective",
}


def request_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The request of contract section 3; what was left empty is left out.

    Args:
        data: cleaned fields of the form.
    """
    model = {"config": data["config"]} if data["config"] else data["model"].strip()
    workload = {
        "kind": "llm-inference",
        "model": model,
        **_given(data, *WORKLOAD),
        "output_tokens": _output(data),
        **_speculation(data),
        "load": _load(data),
    }
    limits = {**_given(data, *LIMITS), **{name: int(data[name]) for name in WHOLE if data[name]}}
    return {
        "workload": workload,
        "objective": data["objective"],
        "target": _given(data, "output_tokens_per_s"),
        "constraints": limits,
        **({"measure": True} if data.get("measure") else {}),
    }


def _given(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names if data[name] not in (None, "", [])}


def _output(data: Mapping[str, Any]) -> Any:
    mean, most = data["output_tokens"], data["output_tokens_p95"]
    return mean if most is None else {"mean": mean, "p95": most}


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


def field_of(error: FieldError) -> str | None:
    """The field of the form that a wrong field of the request came from."""
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
    output = workload.get("output_tokens")
    if isinstance(output, Mapping):
        initial["output_tokens"] = output.get("mean")
        initial["output_tokens_p95"] = output.get("p95")
    speculation = workload.get("speculation") or {}
    initial |= {key: speculation.get(key) for key in ("draft_tokens", "acceptance_rate")}
    initial["draft_model"] = speculation.get("model")
    load = workload.get("load", {})
    initial["load_mode"] = load.get("mode")
    initial["load_amount"] = load.get(LOAD_FIELDS.get(load.get("mode"), ""))
    return initial


def left_behind(request: Mapping[str, Any]) -> list[str]:
    """What a request says that the form has no field for, so that a copy would lose it."""
    return sorted(_unshown(request))


def _unshown(request: Mapping[str, Any]) -> Iterator[str]:
    output = (request.get("workload") or {}).get("output_tokens")
    if isinstance(output, Mapping) and output.get("p50"):
        yield "workload.output_tokens.p50"
    for part, known in SHOWN_FIELDS.items():
        for name, value in (request.get(part) or {}).items():
            if name not in known and value not in (None, "", [], {}, 0):
                yield f"{part}.{name}"
