"""Reading a sizing request that somebody else wrote."""

from typing import Any

from sizing.engine.errors import FieldError, InputError
from sizing.engine.loads import Saturated
from sizing.engine.reading import FieldReader, iso_day
from sizing.engine.search.request import (
    ACQUISITIONS,
    DEFAULT_LIMIT,
    EVIDENCE_LEVELS,
    OBJECTIVES,
    Constraints,
    SizingRequest,
    Target,
)
from sizing.engine.workload import FindModel, Gemm, LlmInference, Workload, parse_workload

MOST_RECOMMENDATIONS = 200
MOST_ACCELERATORS = 16_384
MOST_HEADROOM = 10.0
MOST_PEAK_FACTOR = 100.0
MOST_GROWTH_PERCENT = 1000.0
MOST_SPARE_REPLICAS = 64

_TARGET_FIELDS = ("requests_per_s", "output_tokens_per_s", "deadline_h", "images_per_s")
_CONSTRAINT_FIELDS = (
    "ttft_ms",
    "tpot_ms",
    "percentile",
    "budget_per_h",
    "power_w",
    "rack_units",
    "vendors",
    "accelerators",
    "headroom",
    "peak_factor",
    "growth_percent",
    "spare_nodes",
    "spare_replicas",
    "acquisition",
    "regions",
    "min_evidence",
    "max_accelerators",
    "as_of",
)
_NOT_OF_INFERENCE = {
    "deadline_h": "Requests of an endless service have no deadline; ask for requests_per_s.",
    "images_per_s": "A language model makes no images; ask for output_tokens_per_s.",
}


def parse_sizing_request(data: Any, find_model: FindModel) -> SizingRequest:
    """Read contract section 3.

    Args:
        data: the whole request body; `id` and `measure` are left to the caller.
        find_model: looks a slug up in the model library.

    Raises:
        InputError: every wrong field at once.
    """
    errors: list[FieldError] = []
    reader = FieldReader(data, "", errors)
    reader.only("id", "workload", "objective", "target", "constraints", "measure", "limit")
    workload = _workload(reader, find_model)
    objective = reader.choice("objective", OBJECTIVES, "cost")
    target = _target(reader.inner("target"), workload)
    limits = reader.inner("constraints")
    constraints = _constraints(limits, workload)
    _refuse_factors_of_nothing(limits, constraints, workload, target)
    limit = reader.count("limit", DEFAULT_LIMIT, most=MOST_RECOMMENDATIONS)
    if workload is None or errors:
        raise InputError(errors)
    return SizingRequest(
        workload=workload,
        objective=objective or "cost",
        target=target,
        constraints=constraints,
        limit=limit or DEFAULT_LIMIT,
    )


def _workload(reader: FieldReader, find_model: FindModel) -> Workload | None:
    if not reader.given("workload"):
        reader.fail("workload", "required", "Say what to size, an object with a kind.")
        return None
    try:
        return parse_workload(reader.data["workload"], find_model)
    except InputError as error:
        reader.errors.extend(error.errors)
        return None


def _target(reader: FieldReader, workload: Workload | None) -> Target:
    reader.only(*_TARGET_FIELDS)
    values = {key: reader.number(key, least=1e-9) for key in _TARGET_FIELDS}
    for key in _TARGET_FIELDS:
        if reader.given(key) and isinstance(workload, Gemm):
            detail = "One matrix product has no rate to reach; leave the target out."
            reader.fail(key, "not_applicable", detail)
        elif reader.given(key) and key in _NOT_OF_INFERENCE and workload is not None:
            reader.fail(key, "not_applicable", _NOT_OF_INFERENCE[key])
    return Target(
        requests_per_s=values["requests_per_s"], output_tokens_per_s=values["output_tokens_per_s"]
    )


def _constraints(reader: FieldReader, workload: Workload | None) -> Constraints:
    reader.only(*_CONSTRAINT_FIELDS)
    if isinstance(workload, Gemm):
        _refuse_token_limits(reader)
    return Constraints(
        ttft_ms=reader.number("ttft_ms", least=1e-6),
        tpot_ms=reader.number("tpot_ms", least=1e-6),
        percentile=reader.number("percentile", least=1, most=99.9),
        budget_per_h=reader.number("budget_per_h", least=1e-6),
        power_w=reader.number("power_w", least=1e-3),
        rack_units=reader.number("rack_units", least=1e-3),
        vendors=reader.words("vendors"),
        accelerators=reader.words("accelerators"),
        headroom=reader.number("headroom", 0.0, most=MOST_HEADROOM) or 0.0,
        peak_factor=reader.number("peak_factor", 1.0, least=1.0, most=MOST_PEAK_FACTOR) or 1.0,
        growth_percent=reader.number("growth_percent", 0.0, most=MOST_GROWTH_PERCENT) or 0.0,
        spare_replicas=reader.count("spare_replicas", 0, least=0, most=MOST_SPARE_REPLICAS) or 0,
        spare_nodes=reader.count("spare_nodes", 0, least=0, most=MOST_ACCELERATORS) or 0,
        acquisition=reader.choice("acquisition", ACQUISITIONS, "any") or "any",
        regions=reader.words("regions"),
        min_evidence=reader.choice("min_evidence", EVIDENCE_LEVELS, "datasheet") or "datasheet",
        max_accelerators=reader.count("max_accelerators", most=MOST_ACCELERATORS),
        as_of=_date(reader, "as_of"),
    )


def _refuse_token_limits(reader: FieldReader) -> None:
    for key in ("ttft_ms", "tpot_ms"):
        if reader.given(key):
            detail = "One matrix product makes no tokens; leave this limit out."
            reader.fail(key, "not_applicable", detail)


def _refuse_factors_of_nothing(
    reader: FieldReader, constraints: Constraints, workload: Workload | None, target: Target
) -> None:
    """A peak or growth multiplies a load: where none is stated, it would silently do nothing."""
    if isinstance(workload, Gemm):
        detail = "One matrix product has no load and no replicas; leave this out."
        refused: tuple[str, ...] = ("peak_factor", "growth_percent", "spare_replicas")
    elif isinstance(workload, LlmInference) and isinstance(workload.load, Saturated):
        asked = target.requests_per_s or target.output_tokens_per_s
        detail = "A queue that is always full has no peak; state a target to multiply, or a load."
        refused = () if asked else ("peak_factor", "growth_percent")
    else:
        return
    neutral = Constraints()
    for key in refused:
        if getattr(constraints, key) != getattr(neutral, key):
            reader.fail(key, "not_applicable", detail)


def _date(reader: FieldReader, key: str) -> str | None:
    text = reader.text(key, longest=10)
    if text is None:
        return None
    day = iso_day(text)
    if day is None:
        reader.fail(key, "invalid", "Give a day as YYYY-MM-DD, for example 2026-05-01.")
        return None
    return day.isoformat()
