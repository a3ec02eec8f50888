"""Give every metric its 90 % interval."""

import math
from collections.abc import Mapping
from functools import lru_cache

from attrs import evolve

from sizing.engine.calibration import Calibration
from sizing.engine.devices import DeviceCalibration, device_shapes
from sizing.engine.intervals import (
    BASES,
    FALLBACK,
    Basis,
    Interval,
    Regime,
    interval,
    quantiles,
    widest,
)
from sizing.engine.loads import Concurrency, Rate, Saturated, Static
from sizing.engine.measuring.narrowing import Bounds, narrowed, product_spread, remaining
from sizing.engine.measuring.shares import matrix_share, plain_products, timed_products
from sizing.engine.serving.open_loop import REQUESTS
from sizing.engine.serving.run import Outcome
from sizing.engine.serving.situation import Situation

_MODES = {Static: "static", Concurrency: "concurrency", Rate: "rate", Saturated: "saturated"}
_LIKE = {
    "requests_per_s": ("output_tokens_per_s", False),
    "total_tokens_per_s": ("output_tokens_per_s", False),
    "output_tokens_per_s": ("request_latency_ms", True),
    "prefill_tokens_per_s": ("ttft_ms", True),
    "decode_tokens_per_s": ("tpot_ms", True),
    "request_latency_ms": ("output_tokens_per_s", True),
    "tpot_ms": ("output_tokens_per_s", True),
}
"""Metrics that are rarely published: whose residuals they share, and whether inverted."""

_RATES = ("requests_per_s", "output_tokens_per_s", "total_tokens_per_s")
SAMPLING = 1.645 / math.sqrt(REQUESTS)
"""90 % scatter of the mean rate of so many Poisson arrivals."""
UNSEEN_FAMILY = 1.1
"""Chip families that were left out still have measured relatives of the same vendor; one that
nobody measured at all is further away than they are."""
SMALL_PREFILL = 512
CROWD = 4


def basis_of(
    situation: Situation, calibration: Calibration, device: DeviceCalibration | None = None
) -> Basis:
    """Which residuals tell how far off an answer like this one may be.

    A device's own probes replace what is not known of its kernels, not what a runtime makes of
    them: at best they put it on a level with a device of a measured family.
    """
    level = calibration.level(situation.deployment.accelerator)
    if device is not None and level == "datasheet":
        return "device"
    if level == "measured":
        return "case" if calibration.knows(situation.workload.model) else "model"
    return "device" if level == "family" else "family"


def regime_of(situation: Situation, metric: str) -> Regime:
    """The group of residuals that a metric of a situation belongs to."""
    workload = situation.workload
    return Regime(
        metric=metric,
        mode=_MODES[type(workload.load)],
        pressure=_pressure(situation),
        engine=situation.runtime.engine,
        shape="moe" if workload.model.is_moe else "dense",
    )


def _pressure(situation: Situation) -> str:
    load, new_tokens = situation.workload.load, situation.workload.new_tokens
    if isinstance(load, Static):
        return "light" if load.batch * new_tokens < SMALL_PREFILL else "crowded"
    if not isinstance(load, Concurrency):
        return "any"
    users = load.requests / situation.plan.data_parallel
    if users > situation.admitted:
        return "starved"
    if users <= 1:
        return "single"
    return "crowded" if users * new_tokens > CROWD * situation.step_tokens else "light"


def log_bounds(
    situation: Situation, metric: str, calibration: Calibration, basis: Basis
) -> tuple[float, float]:
    """Log quantiles (5 %, 95 %) of predicted / measured for one metric."""
    return _bounds(regime_of(situation, metric), calibration, basis)


@lru_cache(maxsize=8192)
def _bounds(regime: Regime, calibration: Calibration, basis: Basis) -> tuple[float, float]:
    found = [
        bounds
        for stronger in BASES[: BASES.index(basis) + 1]
        if (bounds := _nearest(regime, calibration, stronger)) is not None
    ]
    low, high = widest(found) if found else FALLBACK
    stretch = UNSEEN_FAMILY if basis == "family" else 1.0
    return low * stretch, high * stretch


def _nearest(regime: Regime, calibration: Calibration, basis: Basis) -> tuple[float, float] | None:
    spreads, metric = calibration.spreads, regime.metric
    own = quantiles(spreads, regime, basis)
    if own is not None:
        return own
    like, inverted = _LIKE.get(metric, (metric, False))
    found = quantiles(spreads, evolve(regime, metric=like), basis)
    if found is None:
        row = spreads.get(f"{basis}|{like}", spreads.get(basis))
        found = None if row is None else (row[0], row[1])
    if found is None:
        return None
    return (-found[1], -found[0]) if inverted else found


def spread_metrics(
    values: Mapping[str, float],
    situation: Situation,
    outcome: Outcome,
    calibration: Calibration,
    device: DeviceCalibration | None = None,
) -> dict[str, Interval]:
    """Intervals around predicted values."""
    basis = basis_of(situation, calibration, device)
    found = {}
    for metric, value in values.items():
        if outcome.keeps_up and metric in _RATES:
            bounds = (-SAMPLING, SAMPLING)
        else:
            bounds = log_bounds(situation, metric, calibration, basis)
            bounds = _with_timed(bounds, metric, situation, outcome, calibration, device)
        found[metric] = interval(value, bounds)
    if "ttft_ms" in found and "request_latency_ms" in found:
        first, whole = found["ttft_ms"], found["request_latency_ms"]
        # A first token cannot come after the last one.
        found["ttft_ms"] = evolve(first, high=max(first.value, min(first.high, whole.high)))
    if "max_concurrency" in values and "peak_memory_gb" in values:
        found["max_concurrency"] = _concurrency_interval(values, situation, found)
    return found


def _with_timed(
    bounds: Bounds,
    metric: str,
    situation: Situation,
    outcome: Outcome,
    calibration: Calibration,
    device: DeviceCalibration | None,
) -> Bounds:
    """Log bounds of a figure, narrowed by the products behind it that were timed on the device."""
    if device is None or not device.products:
        return bounds
    accelerator = situation.deployment.accelerator
    table = device_shapes(device, accelerator, situation.setting, calibration)
    timed = matrix_share(outcome, metric, timed_products(outcome, table))
    if timed <= 0.0:
        return bounds
    level, wide = calibration.level(accelerator), situation.formats.wide
    left = remaining(
        (bounds[1] - bounds[0]) / 2,
        plain=matrix_share(outcome, metric, plain_products(outcome)),
        timed=timed,
        spread=product_spread(level, accelerator.family, wide, device),
        scatter=device.scatter,
    )
    return narrowed(bounds, log_bounds(situation, metric, calibration, "case"), left)


def _concurrency_interval(
    values: Mapping[str, float], situation: Situation, found: Mapping[str, Interval]
) -> Interval:
    """Requests that fit when everything beside the cache is off by the memory residual.

    At least one: whatever was called feasible holds a request.
    """
    replicas = situation.plan.data_parallel * situation.plan.attention_data_parallel
    pool, count = situation.pool_bytes, values["max_concurrency"]
    each = pool * replicas / max(count, 1.0)
    peak = found["peak_memory_gb"]
    slack = 1e9 * max(peak.high - peak.value, peak.value - peak.low)
    low = max(math.floor(max(pool - slack, 0.0) * replicas / each), 1)
    high = max(math.ceil((pool + slack) * replicas / each), count)
    return Interval(value=count, low=min(float(low), count), high=float(high))
