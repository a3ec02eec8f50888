"""What was asked, in a sentence or two."""

from collections.abc import Mapping
from typing import Any

from catalog.as_of.asking import in_words
from sizing.formats import figure, plain
from sizing.past_day import stated_day
from sizing.presentation.words import OBJECTIVES, RUNTIMES

LOADS = {
    "static": "one batch of {amount} equal requests",
    "concurrency": "{amount} users at once",
    "rate": "{amount} requests per second",
    "saturated": "a long queue (offline)",
}
AMOUNTS = {"static": "batch", "concurrency": "requests", "rate": "requests_per_s"}
LIMITS = (
    ("ttft_ms", "first token within {} ms"),
    ("tpot_ms", "each further token within {} ms"),
    ("budget_per_h", "at most {} USD per hour"),
    ("max_accelerators", "at most {} accelerators"),
)


def model_name(workload: Mapping[str, Any]) -> str:
    """The model's slug, or how a pasted configuration calls itself."""
    model = workload.get("model")
    if isinstance(model, Mapping):
        config = model.get("config")
        kind = config.get("model_type") if isinstance(config, Mapping) else None
        return str(model.get("name") or f"a pasted {kind or 'model'} configuration")
    return str(model or "")


def request_facts(request: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The request as pairs of label and value."""
    workload = request.get("workload", {})
    if workload.get("kind") == "gemm":
        shape = " x ".join(str(workload.get(name)) for name in ("m", "n", "k"))
        return [("Work", f"GEMM {shape} in {workload.get('precision') or 'bf16'}")]
    return [
        ("Model", model_name(workload)),
        ("Weights", str(workload.get("weights") or "the model's own format")),
        (
            "Tokens",
            f"{_tokens(workload, 'input_tokens')} in, {_tokens(workload, 'output_tokens')} out",
        ),
        ("Load", load_in_words(workload.get("load") or {})),
        *_added(request.get("constraints") or {}),
        ("Runtime", _runtime(workload)),
        ("Limits", "; ".join(_limits(request)) or "none"),
        ("Ranked by", OBJECTIVES[str(request.get("objective") or "cost")]),
        *_day(request),
    ]


def _runtime(workload: Mapping[str, Any]) -> str:
    name = str(workload.get("runtime") or "generic")
    return RUNTIMES.get(name, name)


def _tokens(workload: Mapping[str, Any], name: str) -> str:
    value = workload.get(name)
    return figure(value.get("mean") if isinstance(value, Mapping) else value)


def load_in_words(load: Mapping[str, Any]) -> str:
    """How requests arrive, and how many."""
    mode = str(load.get("mode"))
    amount = load.get(AMOUNTS.get(mode, ""))
    return LOADS.get(mode, mode).format(amount=figure(amount))


def _added(limits: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the load is multiplied by and what is kept spare, where anything is."""
    words = {
        "peak_factor": "busiest moment {} times the average",
        "growth_percent": "{} % growth until replaced",
        "headroom": "a share of {} as headroom",
        "spare_replicas": "replicas kept spare: {}",
        "spare_nodes": "nodes kept spare: {}",
    }
    said = [text.format(plain(limits[name])) for name, text in words.items() if limits.get(name)]
    return [("On top", "; ".join(said))] if said else []


def _day(request: Mapping[str, Any]) -> list[tuple[str, str]]:
    day = stated_day(request)
    return [("Prices as of", in_words(day))] if day else []


def _limits(request: Mapping[str, Any]) -> list[str]:
    limits = request.get("constraints") or {}
    said = [words.format(figure(limits[name])) for name, words in LIMITS if limits.get(name)]
    if limits.get("percentile"):
        said.append(f"for {limits['percentile']} % of requests")
    if limits.get("vendors"):
        said.append("only " + ", ".join(limits["vendors"]))
    target = request.get("target") or {}
    said += [
        f"at least {figure(value)} {name.replace('_', ' ')}"
        for name, value in target.items()
        if value
    ]
    return said
