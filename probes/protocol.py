"""What the web side and the probe agents say to each other: frozen values with a schema version.

Pure: standard library and attrs only. Names come from closed lists and numbers are bounded, so a
job can never carry code, a path or a shell command. Figures are SI (seconds, bytes per second,
FLOP/s) unless the name says otherwise.
"""

import json
from collections.abc import Mapping
from typing import Any, Self, TypeVar

import attrs

from probes import structuring

ProtocolError = structuring.ProtocolError

SCHEMA_VERSION = 1
#: Changes with every change of method; figures of different versions are never pooled.
SUITE_VERSION = "2026.3"
MAX_MESSAGE_BYTES = 4_000_000

FORMATS = ("fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "int8")
CURVE_FORMATS = ("bf16", "fp16", "fp32")
LARGEST_SIZE = 2**20
MOST_PRODUCTS = 32
PROBES = (
    "health",
    *(f"gemm.{fmt}.peak" for fmt in FORMATS),
    *(f"gemm.curve.{fmt}" for fmt in CURVE_FORMATS),
    "gemm.decode",
    "gemm.tc_speedup",
    "mem.copy",
    "mem.triad",
    "mem.read",
    "mem.write",
    "pcie.h2d",
    "pcie.d2h",
    "pcie.bidir",
    "host.launch",
    "attn.prefill",
    "attn.decode",
    "layer.infer",
    "layer.train",
    "cnn.resnet50",
    "cnn.conv3d",
    "hpc.stencil7",
    "hpc.stencil27",
    "hpc.sw",
    "int.lcg",
    "fin.mc_bs",
    "fft.c2c",
    "p2p",
    "coll.all_reduce",
    "coll.all_gather",
    "coll.reduce_scatter",
    "soak",
)
SUITES = ("quick", "standard", "deep")
BACKENDS = ("cuda", "rocm", "xpu", "mps", "cpu")
STATUSES = ("ok", "skipped", "error", "contaminated")
VERDICTS = ("verified", "degraded", "failed", "measured", "info", "")
RUN_STATUSES = ("succeeded", "failed", "cancelled")
SIZES = ("device", "tiny")
STOP_RULES = ("converged", "samples", "time", "fixed")
EXPECTATION_KINDS = ("achievable", "datasheet", "bus")

Message = TypeVar("Message")


def _version(_: Any, attribute: "attrs.Attribute[Any]", value: int) -> None:
    if value != SCHEMA_VERSION:
        detail = f"{value} is not supported; this side speaks {SCHEMA_VERSION}"
        raise ProtocolError(attribute.name, detail)


def _schema() -> Any:
    return attrs.field(default=SCHEMA_VERSION, validator=_version)


@attrs.frozen(kw_only=True)
class Product:
    """One matrix product C (m, n) = A (m, k) B (k, n) that somebody wants timed."""

    m: int = attrs.field(validator=structuring.bounded(1, LARGEST_SIZE))
    n: int = attrs.field(validator=structuring.bounded(1, LARGEST_SIZE))
    k: int = attrs.field(validator=structuring.bounded(1, LARGEST_SIZE))
    dtype: str = attrs.field(validator=structuring.one_of(CURVE_FORMATS))


@attrs.frozen(kw_only=True)
class Job:
    """One request to probe one device.

    `probes` empty means the whole suite. `seed` and `nonce` together seed every input. `sizes`
    "tiny" shrinks all shapes (tests, smoke checks): the figures then say nothing of the device.
    `force` runs on a device that somebody uses; the report says so and earns no badge.
    `products` are the only ones that `gemm.curve` probes time, in place of their own shapes.
    """

    run_id: str = attrs.field(validator=structuring.text(64, 1))
    device_uuid: str = attrs.field(validator=structuring.text(80, 1))
    suite: str = attrs.field(default="quick", validator=structuring.one_of(SUITES))
    probes: tuple[str, ...] = attrs.field(default=(), validator=structuring.each_of(PROBES))
    seed: int = attrs.field(default=0, validator=structuring.bounded(0, 2**53))
    nonce: str = attrs.field(default="", validator=structuring.text(128))
    deadline_s: int = attrs.field(default=600, validator=structuring.bounded(1, 7200))
    soak_s: int = attrs.field(default=20, validator=structuring.bounded(1, 3600))
    sizes: str = attrs.field(default="device", validator=structuring.one_of(SIZES))
    force: bool = False
    products: tuple[Product, ...] = attrs.field(
        default=(), validator=structuring.distinct(MOST_PRODUCTS)
    )
    schema_version: int = _schema()


@attrs.frozen(kw_only=True)
class DeviceInfo:
    """An attached accelerator. `facts` holds what its kind can tell (see docs/probes.md).

    A CPU's facts: `cores`, `logical_cpus`, `sockets`, `max_clock_hz`, `vector_bits`, `isa`,
    `memory_channels`, `cpu_quota`; a fact that cannot be read is absent, never 0.
    """

    uuid: str = attrs.field(validator=structuring.text(80, 1))
    index: int = attrs.field(validator=structuring.bounded(0, 1023))
    backend: str = attrs.field(validator=structuring.one_of(BACKENDS))
    name: str = attrs.field(validator=structuring.text(120, 1))
    memory_bytes: int | None = attrs.field(default=None, validator=structuring.bounded(1, 2**53))
    driver_version: str = attrs.field(default="", validator=structuring.text(60))
    pci_device_id: str = attrs.field(default="", validator=structuring.text(20))
    pci_subsystem_id: str = attrs.field(default="", validator=structuring.text(20))
    pci_bus_id: str = attrs.field(default="", validator=structuring.text(20))
    facts: Mapping[str, Any] = attrs.field(factory=dict, validator=structuring.facts())


@attrs.frozen(kw_only=True)
class HostInfo:
    """A machine that can run probes, with every device it found."""

    machine_id: str = attrs.field(validator=structuring.text(64, 1))
    name: str = attrs.field(validator=structuring.text(63, 1))
    operating_system: str = attrs.field(default="", validator=structuring.text(120))
    agent_version: str = attrs.field(default="", validator=structuring.text(40))
    devices: tuple[DeviceInfo, ...] = ()
    facts: Mapping[str, Any] = attrs.field(factory=dict, validator=structuring.facts())
    schema_version: int = _schema()


@attrs.frozen(kw_only=True)
class Samples:
    """Statistics of the timed samples of one measurement; all times in seconds per call.

    `n` samples of `batch` calls each; `ci95` is the order-statistic interval of the median;
    `trend` is second-half median over first-half median, less 1; `stop` is the rule that ended
    sampling; `cpu_share` is CPU time over wall time of the calling process, where it was read.
    """

    n: int = attrs.field(validator=structuring.bounded(1, 1_000_000))
    batch: int = attrs.field(validator=structuring.bounded(1, 100_000_000))
    median: float
    ci95: tuple[float, float] | None = None
    mad: float
    p05: float
    p95: float
    minimum: float
    trend: float
    stop: str = attrs.field(validator=structuring.one_of(STOP_RULES))
    cpu_share: float | None = None


@attrs.frozen(kw_only=True)
class Formula:
    """The work one call does, by explicit formula: floating point operations and bytes moved."""

    flops: float | None = None
    bytes: float | None = None


@attrs.frozen(kw_only=True)
class Correctness:
    """The outcome of a check: `value` of `metric` against its `limit`."""

    metric: str = attrs.field(validator=structuring.text(60, 1))
    value: float
    limit: float
    ok: bool


@attrs.frozen(kw_only=True)
class Expected:
    """What a healthy device of this model reaches, and who says so."""

    value: float
    source: str = attrs.field(validator=structuring.text(200, 1))
    kind: str = attrs.field(validator=structuring.one_of(EXPECTATION_KINDS))


@attrs.frozen(kw_only=True)
class Measurement:
    """One figure. (`probe`, `metric`, `repetition`) is unique within a run.

    `params` tells the figure's point, e.g. ``{"m": 1, "n": 4096, "k": 4096, "dtype": "bf16"}``.
    Curve points carry seconds per call (unit "s"); rates carry FLOP/s or B/s.
    """

    metric: str = attrs.field(validator=structuring.text(80, 1))
    value: float
    unit: str = attrs.field(validator=structuring.text(30, 1))
    repetition: int = attrs.field(default=0, validator=structuring.bounded(0, 10_000))
    ci95: tuple[float, float] | None = None
    params: Mapping[str, Any] = attrs.field(factory=dict, validator=structuring.facts())
    samples: Samples | None = None
    first_call_s: float | None = None
    formula: Formula | None = None
    correctness: Correctness | None = None
    expected: Expected | None = None
    ratio: float | None = None
    verdict: str = attrs.field(default="", validator=structuring.one_of(VERDICTS))
    flags: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ProbeResult:
    """What one probe gave: a status with its reason, and any number of measurements."""

    run_id: str = attrs.field(validator=structuring.text(64, 1))
    device_uuid: str = attrs.field(validator=structuring.text(80, 1))
    probe: str = attrs.field(validator=structuring.one_of(PROBES))
    status: str = attrs.field(validator=structuring.one_of(STATUSES))
    reason: str = attrs.field(default="", validator=structuring.text(2000))
    verdict: str = attrs.field(default="", validator=structuring.one_of(VERDICTS))
    measurements: tuple[Measurement, ...] = ()
    flags: tuple[str, ...] = ()
    telemetry: Mapping[str, Any] = attrs.field(factory=dict, validator=structuring.facts())
    env: Mapping[str, Any] = attrs.field(factory=dict, validator=structuring.facts())
    started_unix_s: float = attrs.field(validator=structuring.bounded(0, 1e11))
    duration_s: float = attrs.field(validator=structuring.bounded(0, 1e6))
    suite_version: str = attrs.field(default=SUITE_VERSION, validator=structuring.text(20, 1))
    schema_version: int = _schema()


@attrs.frozen(kw_only=True)
class Progress:
    """How far a run is: `probes_done` of `probes_total`, and the step within `probe`."""

    run_id: str = attrs.field(validator=structuring.text(64, 1))
    probe: str = attrs.field(validator=structuring.one_of(PROBES))
    probes_done: int = attrs.field(validator=structuring.bounded(0, 1000))
    probes_total: int = attrs.field(validator=structuring.bounded(1, 1000))
    steps_done: int = attrs.field(default=0, validator=structuring.bounded(0, 100_000))
    steps_total: int = attrs.field(default=0, validator=structuring.bounded(0, 100_000))
    message: str = attrs.field(default="", validator=structuring.text(200))
    schema_version: int = _schema()

    @property
    def fraction(self) -> float:
        """The share of the run that is done, 0 to 1."""
        within = self.steps_done / self.steps_total if self.steps_total else 0.0
        return min(1.0, (self.probes_done + min(within, 1.0)) / self.probes_total)


@attrs.frozen(kw_only=True)
class Report:
    """A finished run: how it ended, and every result again (so that none depends on one message).

    `verdict` is the device's: verified, degraded, failed, or measured without expectation.
    """

    run_id: str = attrs.field(validator=structuring.text(64, 1))
    device_uuid: str = attrs.field(validator=structuring.text(80, 1))
    suite: str = attrs.field(validator=structuring.one_of(SUITES))
    status: str = attrs.field(validator=structuring.one_of(RUN_STATUSES))
    reason: str = attrs.field(default="", validator=structuring.text(2000))
    verdict: str = attrs.field(default="", validator=structuring.one_of(VERDICTS))
    results: tuple[ProbeResult, ...] = ()
    seed: int = attrs.field(default=0, validator=structuring.bounded(0, 2**53))
    nonce: str = attrs.field(default="", validator=structuring.text(128))
    agent_version: str = attrs.field(default="", validator=structuring.text(40))
    started_unix_s: float = attrs.field(validator=structuring.bounded(0, 1e11))
    finished_unix_s: float = attrs.field(validator=structuring.bounded(0, 1e11))
    suite_version: str = attrs.field(default=SUITE_VERSION, validator=structuring.text(20, 1))
    schema_version: int = _schema()

    def evolve(self, **changes: Any) -> Self:
        """Give a copy with some fields changed."""
        return attrs.evolve(self, **changes)


def to_data(message: Any) -> dict[str, Any]:
    """Give the plain JSON object of a message."""
    data: dict[str, Any] = structuring.unstructure(message)
    return data


def from_data(kind: type[Message], data: Any) -> Message:
    """Read a message of `kind` from plain data; raises `ProtocolError` naming the field."""
    return structuring.structure(kind, data)


def to_json(message: Any) -> str:
    """Give a message as one line of JSON."""
    return json.dumps(to_data(message), allow_nan=False, separators=(",", ":"))


def from_json(kind: type[Message], text: str | bytes) -> Message:
    """Read a message of `kind` from JSON; raises `ProtocolError` naming what is wrong."""
    if len(text) > MAX_MESSAGE_BYTES:
        raise ProtocolError(kind.__name__, f"is longer than {MAX_MESSAGE_BYTES} bytes")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(kind.__name__, f"is not JSON ({error})") from None
    return from_data(kind, data)
