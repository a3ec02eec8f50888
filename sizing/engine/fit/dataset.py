"""Published measurements as engine values."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from sizing.engine.errors import InputError
from sizing.engine.hardware import Accelerator, Deployment
from sizing.engine.plan import parse_plan
from sizing.engine.serving.situation import Situation, situation_of
from sizing.engine.workload import FindModel, Gemm, LlmInference, parse_workload

Deploy = Callable[[Mapping[str, Any]], Deployment]


@frozen(kw_only=True)
class Measured:
    """One published case that the engine can read.

    Attributes:
        situation: None for a GEMM.
        values: metric -> measured value, in the contract's units.
    """

    case: str
    source: str
    model: str
    accelerator: str
    workload: LlmInference | Gemm
    deployment: Deployment
    situation: Situation | None
    values: Mapping[str, float]


def read_lines(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Every JSON object of some files of JSON lines."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def measured_cases(
    cases: Iterator[Mapping[str, Any]], find_model: FindModel, deploy: Deploy
) -> list[Measured]:
    """Cases of the kinds the engine knows; what it refuses is left out."""
    found = []
    for case in cases:
        if case["workload"].get("kind") not in ("llm-inference", "gemm"):
            continue
        try:
            found.append(_measured(case, find_model, deploy))
        except InputError:
            continue
    return found


def _measured(case: Mapping[str, Any], find_model: FindModel, deploy: Deploy) -> Measured:
    workload = parse_workload(case["workload"], find_model)
    deployment = deploy(case["hardware"])
    situation = None
    model = "gemm"
    if isinstance(workload, LlmInference):
        situation = situation_of(workload, deployment, parse_plan(case["plan"]))
        model = _model_name(case["workload"]["model"])
    return Measured(
        case=case["id"],
        source=case["source"],
        model=model,
        accelerator=deployment.accelerator.slug,
        workload=workload,
        deployment=deployment,
        situation=situation,
        values=case["measured"],
    )


def _model_name(given: Any) -> str:
    if isinstance(given, str):
        return given
    return str(given.get("config", {}).get("_name_or_path", "config"))


_NETWORK_GBPS = 200.0
_NEW_NETWORK_GBPS = 400.0
_NEW_FAMILIES = ("hopper", "blackwell", "cdna-3", "cdna-4", "gaudi3")


def deployment_rule(accelerators: Mapping[str, Accelerator]) -> Deploy:
    """Deployments of published rows: the variant's usual node and link (contract section 2)."""

    def deploy(hardware: Mapping[str, Any]) -> Deployment:
        accelerator = accelerators[hardware["accelerator"]]
        newer = accelerator.family.startswith(_NEW_FAMILIES)
        return Deployment(
            accelerator=accelerator,
            count=int(hardware["count"]),
            per_node=int(hardware.get("per_node") or accelerator.per_node),
            interconnect=hardware.get("interconnect") or accelerator.link,
            node_bytes_per_s=(_NEW_NETWORK_GBPS if newer else _NETWORK_GBPS) * 1e9 / 8,
        )

    return deploy


def read_accelerators(path: Path) -> dict[str, Accelerator]:
    """Accelerators by slug from a JSON list of their engine fields."""
    known = set(attrs.fields_dict(Accelerator))
    rows = json.loads(path.read_text(encoding="utf-8"))
    values = [{key: value for key, value in row.items() if key in known} for row in rows]
    return {row["slug"]: Accelerator(**row) for row in values}


def read_models(folder: Path) -> dict[str, Mapping[str, Any]]:
    """Library entries ({"slug", "name", "config"}) by slug from a folder of JSON files."""
    entries: dict[str, Mapping[str, Any]] = {}
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        slug = data.get("slug", path.stem)
        entries[slug] = {"slug": slug, "name": data.get("name", slug), "config": data["config"]}
    return entries
