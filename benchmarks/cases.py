"""The requests that are timed: every load of a common model on common hardware."""

import itertools
from typing import Any

HARDWARE = {"accelerator": "nvidia-h100-sxm5-80gb", "count": 1}
LOADS: dict[str, dict[str, Any]] = {
    "static": {"mode": "static", "batch": 8},
    "saturated": {"mode": "saturated"},
    "concurrency": {"mode": "concurrency", "requests": 64},
    "rate": {"mode": "rate", "requests_per_s": 4},
}


_TOKENS = itertools.count(1001)


def workload(load: str, model: str = "llama-3.1-8b") -> dict[str, Any]:
    """A workload nobody asked before: a repeated one would find its schedule remembered."""
    return {
        "kind": "llm-inference",
        "model": model,
        "weights": "bf16",
        "input_tokens": next(_TOKENS),
        "output_tokens": 300,
        "load": LOADS[load],
    }


def estimate_request(load: str) -> dict[str, Any]:
    return {"workload": workload(load), "hardware": HARDWARE}


def sizing_request(
    load: str, model: str = "llama-3.1-70b", *, limits: bool = True
) -> dict[str, Any]:
    constraints = {"ttft_ms": 1000, "tpot_ms": 50} if limits else {}
    return {"workload": workload(load, model), "objective": "cost", "constraints": constraints}
