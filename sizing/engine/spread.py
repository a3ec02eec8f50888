"""Give every metric its 90 % interval."""

import math
from collections.abc import Mapping

from sizing.engine.calibration import Calibration, Level
from sizing.engine.intervals import Interval, Regime, interval, quantiles
from sizing.engine.loads import Concurrency, Rate, Saturated, Static
from sizing.engine.serving.situation import Situation

_MODES = {Static: "static", Concurrency: "concurrency", Rate: "rate", Saturated: "saturated"}
_LIKE = {
    "requests_per_s": ("output_tokens_per_s", False),
    "total_tokens_per_s": ("output_tokens_per_s", False),
    "prefill_tokens_per_s": ("ttft_ms", True),
    "decode_tokens_per_s": ("tpot_ms", True),
    "request_latency_ms": ("output_tokens_per_s", True),
}
"""Metrics that are rarely published: whose residuals they share, and whether inverted."""


def regime_of(situation: Situation, metric: str) -> Regime:
    """The group of residuals that a metric of a situation belongs to."""
    workload = situation.workload
    return Regime(
        metric=metric,
        mode=_MODES[type(workload.load)],
        shape="moe" if workload.model.is_moe else "dense",
        engine=situation.runtime.engine,
        links="linked" if situation.plan.stage_ranks > 1 else "single",
    )


def log_bounds(
    situation: Situation, metric: str, calibration: Calibration, level: Level
) -> tuple[float, float]:
    """Log quantiles (5 %, 95 %) of predicted / measured for one metric."""
    own = quantiles(calibration.spreads, regime_of(situation, metric), level)
    if own is not None:
        return own
    like, inverted = _LIKE.get(metric, (metric, False))
    found = quantiles(calibration.spreads, regime_of(situation, like), level, last=True)
    assert found is not None  # `last` always finds one
    return (-found[1], -found[0]) if inverted else found


def spread_metrics(
    values: Mapping[str, float], situation: Situation, calibration: Calibration, level: Level
) -> dict[str, Interval]:
    """Intervals around predicted values."""
    found = {}
    for metric, value in values.items():
        bounds = log_bounds(situation, metric, calibration, level)
        found[metric] = interval(value, bounds)
    if "max_concurrency" in values and "peak_memory_gb" in values:
        found["max_concurrency"] = _concurrency_interval(values, situation, found)
    return found


def _concurrency_interval(
    values: Mapping[str, float], situation: Situation, found: Mapping[str, Interval]
) -> Interval:
    """Requests that fit when everything beside the cache is off by the memory residual."""
    replicas = situation.plan.data_parallel * situation.plan.attention_data_parallel
    pool, count = situation.pool_bytes, values["max_concurrency"]
    each = pool * replicas / max(count, 1.0)
    peak = found["peak_memory_gb"]
    slack = 1e9 * max(peak.high - peak.value, peak.value - peak.low)
    low = max(math.floor(max(pool - slack, 0.0) * replicas / each), 0)
    high = max(math.ceil((pool + slack) * replicas / each), count)
    return Interval(value=count, low=min(float(low), count), high=float(high))
