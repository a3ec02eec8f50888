"""One workload on one given system."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sizing import fleet, selectors
from sizing.engine.errors import InputError
from sizing.engine.estimate import estimate as engine_estimate
from sizing.engine.plan import parse_plan
from sizing.engine.workload import parse_workload
from sizing.fleet import Revision
from sizing.parsing import parse_json
from sizing.requests import Errors, as_object, error_body, model_finder, read_id
from sizing.targets import read_target

DUPLICATE = "Another line of this file has the same id; give each its own."


def estimate(request: Any, revision: Revision | None = None) -> dict[str, Any]:
    """The answer of contract section 2 to one request.

    Fields beyond `id`, `workload`, `hardware` and `plan` are ignored, so that a file of published
    cases can be asked as it stands.

    Raises:
        InputError: naming every wrong field.
    """
    body = as_object(request)
    at = revision or fleet.current_revision()
    errors = Errors(body)
    identity = errors.collect(lambda: read_id(body))
    workload = errors.collect(lambda: parse_workload(_part(body, "workload"), model_finder(at)))
    target = errors.collect(lambda: read_target(_part(body, "hardware"), at))
    plan = body.get("plan")
    errors.collect(lambda: parse_plan(plan))
    errors.raise_if_any()
    if workload is None or target is None:
        raise InputError(errors.found)
    answer = engine_estimate(
        workload,
        target.deployment,
        plan,
        selectors.shipped_calibration(),
        target.calibration,
    )
    return {"id": identity, **answer.to_dict()}


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    if isinstance(part, Mapping):
        return part
    code = "required" if part is None else "invalid"
    raise InputError.of(name, code, "Give an object with named fields.")


def estimate_lines(lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    """One answer per line that is not blank, in order; a bad line is answered with `error`."""
    revision = fleet.current_revision()
    seen: set[str] = set()
    for line in lines:
        if line.strip():
            yield _answer_line(line, revision, seen)


def _answer_line(line: str | bytes, revision: Revision, seen: set[str]) -> dict[str, Any]:
    identity: Any = None
    try:
        body = as_object(parse_json(line))
        identity = read_id(body)
        _refuse_repeated(identity, seen)
        return estimate(body, revision)
    except InputError as error:
        return {"id": identity, "error": error_body(error)}


def _refuse_repeated(identity: Any, seen: set[str]) -> None:
    if identity is None:
        return
    # Ids of different types are told apart: 1 and "1" are two ids.
    key = json.dumps(identity)
    if key in seen:
        raise InputError.of("id", "duplicate_id", DUPLICATE)
    seen.add(key)
