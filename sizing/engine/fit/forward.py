"""Predictions of compiled cases and their derivatives by every log-factor, in closed form.

The arithmetic is that of `pricing`, `collectives` and `host`, over flat arrays; a test holds the
two together.
"""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.fit.compiled import ROLE, ROLES, Compiled, Index
from sizing.engine.host import SMOOTHNESS
from sizing.engine.operations import Array

_CASES_SUMS = 3
Slopes = list[tuple[Index | int, Array]]
"""Roles (one, or one per entry) and d(seconds)/d(log value) of each entry."""


@frozen(kw_only=True, eq=False, repr=False)
class Sums:
    """Sums of step times of each case and their slopes by the logarithm of each slot.

    Attributes:
        wall, ttft, decode: seconds, shape (cases,): the whole run, mean time to first token in
            the scheduler, mean time from first to last token.
        slopes: d(sum)/d(log slot), shape (3, cases, roles).
        request_s: host seconds per request, shape (cases,).
    """

    wall: Array
    ttft: Array
    decode: Array
    slopes: Array
    request_s: Array


def slot_values(compiled: Compiled, theta: Array) -> Array:
    """Value of every slot, shape (roles, cases)."""
    extended = np.append(theta, 0.0)
    return np.asarray(compiled.base * np.exp(extended[compiled.factors].sum(axis=2)))


def evaluate(compiled: Compiled, theta: Array) -> Sums:
    """Price every step and add up, with slopes."""
    values = slot_values(compiled, theta)
    steps = len(compiled.step_case)
    kernel_s, kernel_slopes = _kernels(compiled, values)
    message_s, message_slopes = _messages(compiled, values)
    device = _total(compiled.op_step, kernel_s, steps) + _total(compiled.msg_step, message_s, steps)
    case = compiled.step_case
    stages = compiled.busy_stages[case]
    fixed = values[ROLE["host_step_s", ""]][case] * stages
    growing = values[ROLE["host_sequence_s", ""]][case] * compiled.logits * stages
    total, by_device, by_host = _host(device, fixed + growing, compiled.overlaps[case])
    weights = (
        compiled.repeats,
        compiled.repeats * compiled.waiting / compiled.requests[case],
        compiled.repeats * compiled.decoding / compiled.requests[case],
    )
    cases = len(compiled.requests)
    slopes = np.zeros((_CASES_SUMS, cases * len(ROLES)))
    pieces = [
        *((compiled.op_step, role, slope, True) for role, slope in kernel_slopes),
        *((compiled.msg_step, role, slope, True) for role, slope in message_slopes),
        (np.arange(steps), ROLE["host_step_s", ""], fixed, False),
        (np.arange(steps), ROLE["host_sequence_s", ""], growing, False),
    ]
    for where, role, slope, on_device in pieces:
        flat = case[where] * len(ROLES) + role
        local = slope * (by_device if on_device else by_host)[where]
        for index, weight in enumerate(weights):
            slopes[index] += _total(flat, local * weight[where], slopes.shape[1])
    wall, ttft, decode = (_total(case, weight * total, cases) for weight in weights)
    return Sums(
        wall=wall,
        ttft=ttft,
        decode=decode,
        slopes=slopes.reshape(_CASES_SUMS, cases, len(ROLES)),
        request_s=values[ROLE["host_request_s", ""]],
    )


def _total(index: Index, values: Array, size: int) -> Array:
    return np.bincount(index, values, size).astype(np.float64)


def _kernels(compiled: Compiled, values: Array) -> tuple[Array, Slopes]:
    """Seconds of each operation and its slopes by the slots it depends on."""
    case = compiled.step_case[compiled.op_step]
    ridge = values[ROLE["ridge", ""]][case]
    launch = values[ROLE["launch_s", ""]][case] * compiled.count
    half = values[ROLE["attention_half_blocks", ""]][case]
    starved = np.where(compiled.blocks > 0, half / (compiled.blocks + half), 0.0)
    compute = compiled.flops / values[compiled.op_rate, case]
    memory = compiled.bytes / (values[compiled.op_band, case] * (1.0 - starved))
    high = np.maximum(np.maximum(compute, memory), 1e-30)
    ratio = np.minimum(compute, memory) / high
    powered = ratio**ridge
    one = high * (1.0 + powered) ** (1.0 / ridge)
    small_share = powered / (1.0 + powered)
    compute_share = np.where(compute >= memory, 1.0 - small_share, small_share)
    busy = compiled.count * one
    safe = np.maximum(ratio, 1e-30)
    by_ridge = busy * (small_share * np.log(safe) - np.log1p(powered) / ridge)
    return busy + launch, [
        (compiled.op_rate, -busy * compute_share),
        (compiled.op_band, -busy * (1.0 - compute_share)),
        (ROLE["attention_half_blocks", ""], busy * (1.0 - compute_share) * starved),
        (ROLE["launch_s", ""], launch),
        (ROLE["ridge", ""], by_ridge),
    ]


def _messages(compiled: Compiled, values: Array) -> tuple[Array, Slopes]:
    case = compiled.step_case[compiled.msg_step]
    roles = [
        np.where(compiled.msg_level == 0, ROLE[quantity, ""], ROLE[quantity, "network"])
        for quantity in ("link_start_s", "link_hop_s", "link_bandwidth")
    ]
    start, hop, bandwidth = (values[role, case] for role in roles)
    others, rounds = compiled.msg_others, compiled.msg_rounds
    ring_bytes = rounds * others / compiled.msg_ranks * compiled.msg_bytes
    ring = (2 * start, rounds * others * hop, ring_bytes / bandwidth)
    shot_bytes = np.where(compiled.msg_direct, 1.0, others) * compiled.msg_bytes
    shot = (start, others * hop, shot_bytes / bandwidth)
    use_shot = compiled.msg_direct | (compiled.msg_reduce & (sum(shot) < sum(ring)))
    parts = [
        compiled.msg_count * np.where(use_shot, one, other)
        for one, other in zip(shot, ring, strict=True)
    ]
    slopes: Slopes = [(roles[0], parts[0]), (roles[1], parts[1]), (roles[2], -parts[2])]
    return np.asarray(sum(parts)), slopes


def _host(
    device: Array, host: Array, overlaps: npt.NDArray[np.bool_]
) -> tuple[Array, Array, Array]:
    """Step seconds and their derivatives by device and by host seconds."""
    longest = (device**SMOOTHNESS + host**SMOOTHNESS) ** (1.0 / SMOOTHNESS)
    total = np.where(overlaps, longest, device + host)
    power = SMOOTHNESS - 1.0
    safe = np.maximum(longest, 1e-30)
    by_device = np.where(overlaps, (device / safe) ** power, 1.0)
    by_host = np.where(overlaps, (host / safe) ** power, 1.0)
    return total, by_device, by_host


@frozen(kw_only=True, eq=False, repr=False)
class Observed:
    """Measured figures of compiled cases; arrays of shape (figures,).

    A figure is `scale x (a wall + b ttft + c decode + d request)`, raised to -1 for rates.
    """

    case: Index
    metric: tuple[str, ...]
    log_measured: Array
    mix: Array
    log_scale: Array
    sign: Array


_MIX = {
    "ttft_ms": (0, 1, 0, 1),
    "prefill_tokens_per_s": (0, 1, 0, 1),
    "tpot_ms": (0, 0, 1, 0),
    "decode_tokens_per_s": (0, 0, 1, 0),
    "request_latency_ms": (0, 1, 1, 1),
    "output_tokens_per_s": (1, 0, 0, 1),
    "total_tokens_per_s": (1, 0, 0, 1),
}
_RATES = frozenset(name for name in _MIX if name.endswith("per_s"))


def observe(compiled: Compiled) -> Observed:
    """The timing figures of all cases."""
    rows = [
        (index, metric, value)
        for index, case in enumerate(compiled.cases)
        for metric, value in case.values.items()
        if metric in _MIX
    ]
    return Observed(
        case=np.array([row[0] for row in rows], dtype=np.intp),
        metric=tuple(row[1] for row in rows),
        log_measured=np.log([row[2] for row in rows]),
        mix=np.array([_MIX[row[1]] for row in rows], dtype=float).T,
        log_scale=np.log([_scale(compiled, row[0], row[1]) for row in rows]),
        sign=np.where([row[1] in _RATES for row in rows], -1.0, 1.0),
    )


def _scale(compiled: Compiled, index: int, metric: str) -> float:
    """Factor from seconds (or one over seconds) to the metric's unit."""
    situation = compiled.cases[index].situation
    assert situation is not None  # compiled cases are inference cases
    workload = situation.workload
    served = compiled.requests[index] * compiled.streams[index]
    scales = {
        "ttft_ms": 1e3,
        "request_latency_ms": 1e3,
        "tpot_ms": 1e3 / compiled.gaps[index],
        "decode_tokens_per_s": served * compiled.gaps[index],
        "prefill_tokens_per_s": served * workload.input_tokens,
        "output_tokens_per_s": served * workload.output_tokens,
        "total_tokens_per_s": served * (workload.output_tokens + workload.input_tokens),
    }
    return float(scales[metric])


def predict(compiled: Compiled, observed: Observed, theta: Array) -> tuple[Array, Array]:
    """Log of predicted over measured, and its derivatives by the log-factors.

    Returns:
        Residuals of shape (figures,) and the Jacobian of shape (figures, names).
    """
    sums = evaluate(compiled, theta)
    case = observed.case
    parts = np.stack([sums.wall, sums.ttft, sums.decode, sums.request_s])[:, case]
    seconds = np.maximum((observed.mix * parts).sum(axis=0), 1e-12)
    residuals = observed.sign * np.log(seconds) + observed.log_scale - observed.log_measured
    by_slot = np.einsum("kf,kfr->fr", observed.mix[:3], sums.slopes[:, case])
    by_slot[:, ROLE["host_request_s", ""]] += observed.mix[3] * sums.request_s[case]
    by_slot *= (observed.sign / seconds)[:, None]
    rows = np.arange(len(case))
    jacobian = np.zeros((len(case), len(compiled.names) + 1))
    for role in range(len(ROLES)):
        for factor in range(compiled.factors.shape[2]):
            jacobian[rows, compiled.factors[role, case, factor]] += by_slot[:, role]
    return residuals, jacobian[:, :-1]
