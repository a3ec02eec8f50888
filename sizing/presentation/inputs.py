"""Every input of a request as label and text, with the defaults of what was left out. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sizing.formats import plain
from sizing.presentation.request import load_in_words, model_name
from sizing.presentation.words import OBJECTIVES, RUNTIMES

NOT_ASKED = "\N{EN DASH}"
DEFAULTS: Mapping[str, Any] = {
    "objective": "cost",
    "limit": 20,
    "workload.runtime": "generic",
    "workload.prefix_cache_hit_rate": 0,
    "constraints.acquisition": "any",
    "constraints.min_evidence": "datasheet",
    "constraints.max_accelerators": 64,
    "constraints.peak_factor": 1,
    "constraints.growth_percent": 0,
    "constraints.headroom": 0,
    "constraints.spare_replicas": 0,
    "constraints.spare_nodes": 0,
    "constraints.as_of": "the day of the answer",
}
LABELS = {
    "workload.kind": "Kind of work",
    "workload.model": "Model",
    "workload.weights": "Weights",
    "workload.kv_cache": "KV cache",
    "workload.input_tokens": "Tokens in",
    "workload.output_tokens": "Tokens out",
    "workload.output_tokens.mean": "Tokens out",
    "workload.output_tokens.p95": "Tokens out, 95 % have at most",
    "workload.load": "Load",
    "workload.runtime": "Runtime",
    "workload.prefix_cache_hit_rate": "Share of the prompt already cached",
    "objective": "Ranked by",
    "limit": "Longest list",
    "target.requests_per_s": "At least (requests/s)",
    "target.output_tokens_per_s": "At least (tokens/s)",
    "constraints.ttft_ms": "First token within (ms)",
    "constraints.tpot_ms": "Next tokens within (ms)",
    "constraints.percentile": "Limits hold for (% of requests)",
    "constraints.budget_per_h": "Budget (per hour)",
    "constraints.peak_factor": "Busiest moment over average",
    "constraints.growth_percent": "Growth until replaced (%)",
    "constraints.spare_replicas": "Replicas kept spare",
    "constraints.spare_nodes": "Nodes kept spare",
    "constraints.acquisition": "Get it by",
    "constraints.max_accelerators": "Accelerators at most",
    "constraints.min_evidence": "Weakest evidence",
    "constraints.as_of": "Prices as of",
}
WORDS: Mapping[str, Mapping[str, str]] = {"objective": OBJECTIVES, "workload.runtime": RUNTIMES}


def inputs_of(request: Mapping[str, Any]) -> dict[str, str]:
    """Text of every input, by its label; what nobody stated and has no default is not there."""
    flat = {**DEFAULTS, **dict(_flat(request, ""))}
    found: dict[str, str] = {}
    for path, value in flat.items():
        found.setdefault(_label(path), _text(path, value))
    return found


def _flat(part: Mapping[str, Any], path: str) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, value in part.items():
        here = f"{path}.{name}" if path else name
        if here in ("id", "measure") or value in (None, "", [], {}):
            continue
        if here == "workload.model":
            rows.append((here, _model(part)))
        elif here == "workload.load":
            rows.append((here, load_in_words(value)))
        elif isinstance(value, Mapping):
            rows.extend(_flat(value, here))
        else:
            rows.append((here, value))
    return rows


def _model(workload: Mapping[str, Any]) -> str:
    """The name; pasted configurations of one name are told apart by a fingerprint."""
    name, model = model_name(workload), workload["model"]
    if not isinstance(model, Mapping):
        return name
    text = json.dumps(model, sort_keys=True).encode()
    return f"{name} ({hashlib.sha256(text).hexdigest()[:8]})"


def _label(path: str) -> str:
    if path in LABELS:
        return LABELS[path]
    words = path.partition(".")[2] or path
    return words.replace(".", ", ").replace("_", " ").capitalize()


def _text(path: str, value: Any) -> str:
    if path in WORDS:
        return WORDS[path].get(str(value), str(value))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain(value)
    return str(value)
