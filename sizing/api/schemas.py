"""JSON schemas of request parts that the engine checks, for the OpenAPI document alone."""

from typing import Any

from sizing.engine.search.parsing import (
    MOST_GROWTH_PERCENT,
    MOST_HEADROOM,
    MOST_PEAK_FACTOR,
    MOST_SPARE_REPLICAS,
)
from sizing.engine.search.request import ACQUISITIONS, EVIDENCE_LEVELS


def _number(description: str, **limits: Any) -> dict[str, Any]:
    return {"type": ["number", "null"], "description": description, **limits}


def _words(description: str) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": {"type": "string"}, "description": description}


def _count(description: str, most: int) -> dict[str, Any]:
    limits = {"minimum": 0, "maximum": most}
    return {"type": ["integer", "null"], "description": description, **limits}


CONSTRAINTS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ttft_ms": _number("Largest time to first token, queueing included."),
        "tpot_ms": _number("Largest time per further token."),
        "percentile": _number("Of requests, for both latencies; null means their mean."),
        "budget_per_h": _number("Of the whole deployment, in the currency of the offer."),
        "power_w": _number("Of the whole deployment."),
        "rack_units": _number("Of the whole deployment."),
        "vendors": _words("Slugs; empty means all."),
        "accelerators": _words("Slugs or aliases; empty means all."),
        "regions": _words("Where a rented system must stand; empty means anywhere."),
        "peak_factor": _number(
            "Load of the busiest moment over the load as stated; multiplies load and target. "
            "Default 1.",
            minimum=1,
            maximum=MOST_PEAK_FACTOR,
        ),
        "growth_percent": _number(
            "Growth of the load until the deployment is replaced; multiplies too. Default 0.",
            minimum=0,
            maximum=MOST_GROWTH_PERCENT,
        ),
        "headroom": _number(
            "Share of load beyond that. Default 0.", minimum=0, maximum=MOST_HEADROOM
        ),
        "spare_replicas": _count(
            "Replicas beyond those that carry the load; 1 is N+1. Costs include them.",
            MOST_SPARE_REPLICAS,
        ),
        "spare_nodes": _count("Nodes that may be out of service within the limits.", 16_384),
        "acquisition": {"enum": [*ACQUISITIONS, None]},
        "min_evidence": {"enum": [*EVIDENCE_LEVELS, None]},
        "max_accelerators": {"type": ["integer", "null"], "description": "Default 64."},
        "as_of": {
            "type": ["string", "null"],
            "format": "date",
            "description": "A past day: prices as they had been seen by its end. Null means today.",
        },
    },
    "additionalProperties": False,
}
