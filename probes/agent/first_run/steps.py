"""The steps of a first run, in the order in which they are worth most."""

from collections.abc import Iterator

import attrs

from probes.agent.registry import suite_probes
from probes.protocol import DeviceInfo

#: What a step may take before it is not begun in what is left of a piece, seconds.
PROBE_S, EXPERIMENT_S, SCENE_S, SPARE_S = 60.0, 60.0, 10.0, 30.0
SOAKS_S = (60, 300)
EXPERIMENTS = ("data", "int8-rows", "fp8-accumulation", "compile")


@attrs.frozen(kw_only=True)
class Step:
    """One file of a first run: `kind` scene, probe or experiment, and what to run."""

    name: str
    kind: str
    subject: str = ""
    suite: str = "standard"
    soak_s: int = 20
    expected_s: float = PROBE_S

    @property
    def file_name(self) -> str:
        return f"{self.name}.{'txt' if self.kind == 'scene' else 'json'}"


def steps_for(device: DeviceInfo) -> tuple[Step, ...]:
    """Every step for a device, named in the order in which they run."""
    return tuple(
        attrs.evolve(step, name=f"{i:02}-{step.name}") for i, step in enumerate(_steps(device), 1)
    )


def _steps(device: DeviceInfo) -> Iterator[Step]:
    probes = [name for name in suite_probes("standard", device) if name != "soak"]
    yield Step(name="scene", kind="scene", expected_s=SCENE_S)
    for probe in probes:
        yield Step(name=probe, kind="probe", subject=probe)
    for probe in probes:
        if probe.startswith("gemm.curve."):
            yield Step(name=f"{probe}.again", kind="probe", subject=probe)
    for name in EXPERIMENTS:
        yield Step(name=name, kind="experiment", subject=name, expected_s=EXPERIMENT_S)
    for seconds in SOAKS_S:
        yield Step(
            name=f"soak-{seconds}s",
            kind="probe",
            subject="soak",
            suite="deep",
            soak_s=seconds,
            expected_s=seconds + SPARE_S,
        )
