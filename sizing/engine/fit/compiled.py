"""All measured cases lowered once into flat arrays that can be priced again and again."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
from attrs import define, field, frozen

from sizing.engine.collectives import STEPS_PER_HOP
from sizing.engine.fit.dataset import Measured
from sizing.engine.lowering import lower_step
from sizing.engine.operations import Array, Layout, Step
from sizing.engine.rates import Slot, SlotBasis, slots_for
from sizing.engine.serving.loads import schedule_of
from sizing.engine.serving.metrics import stages_at_once
from sizing.engine.serving.schedule import Schedule
from sizing.engine.serving.scores import with_score_traffic
from sizing.engine.serving.situation import Situation

Index = npt.NDArray[np.intp]

ROLES: tuple[Slot, ...] = (
    ("gemm_compute", "weights"),
    ("gemm_memory", "weights"),
    ("gemm_compute", "wide"),
    ("gemm_memory", "wide"),
    ("expert_compute", "weights"),
    ("expert_memory", "weights"),
    ("attention_compute", ""),
    ("attention_memory", ""),
    ("elementwise_memory", ""),
    ("attention_half_blocks", ""),
    ("launch_s", ""),
    ("host_step_s", ""),
    ("host_sequence_s", ""),
    ("host_request_s", ""),
    ("link_start_s", ""),
    ("link_hop_s", ""),
    ("link_bandwidth", ""),
    ("link_start_s", "network"),
    ("link_hop_s", "network"),
    ("link_bandwidth", "network"),
    ("ridge", ""),
)
ROLE = {slot: index for index, slot in enumerate(ROLES)}
OP_ROLES = {
    "elementwise": (("attention_compute", ""), ("elementwise_memory", "")),
    "attention_prefill": (("attention_compute", ""), ("attention_memory", "")),
    "attention_decode": (("attention_compute", ""), ("attention_memory", "")),
}


@frozen(kw_only=True, eq=False, repr=False)
class Compiled:
    """Flat arrays over cases, steps, operations and messages.

    Attributes:
        names: every log-factor that occurs.
        base: datasheet basis of each slot, shape (roles, cases).
        factors: indices into names (its length means none), shape (roles, cases, most factors).
        step_*: per step; op_*: per operation of a step; msg_*: per message level of a step.
    """

    cases: list[Measured]
    names: tuple[str, ...]
    base: Array
    factors: Index
    requests: Array
    gaps: Array
    streams: Array
    live: Array
    overlaps: npt.NDArray[np.bool_]
    busy_stages: Array
    step_case: Index
    repeats: Array
    waiting: Array
    decoding: Array
    logits: Array
    op_step: Index
    op_rate: Index
    op_band: Index
    flops: Array
    bytes: Array
    count: Array
    blocks: Array
    msg_step: Index
    msg_level: Index
    msg_bytes: Array
    msg_count: Array
    msg_others: Array
    msg_ranks: Array
    msg_rounds: Array
    msg_reduce: npt.NDArray[np.bool_]
    msg_direct: npt.NDArray[np.bool_]


_FLOATS = (
    *("repeats", "waiting", "decoding", "logits", "flops", "bytes", "count", "blocks"),
    *("msg_bytes", "msg_count", "msg_others", "msg_ranks", "msg_rounds"),
)
_INDICES = ("step_case", "op_step", "op_rate", "op_band", "msg_step", "msg_level")
_FLAGS = ("msg_reduce", "msg_direct")


@define
class _Columns:
    """Growing flat columns."""

    parts: dict[str, list[Array]] = field(factory=lambda: defaultdict(list))

    def add(self, **columns: Array) -> None:
        for name, values in columns.items():
            self.parts[name].append(np.asarray(values).ravel())

    def column(self, name: str) -> Array:
        return np.concatenate(self.parts[name]) if self.parts[name] else np.zeros(0)


def compile_cases(cases: Sequence[Measured]) -> Compiled:
    """Schedule and lower every closed-load inference case."""
    kept = [case for case in cases if case.situation is not None]
    situations = [case.situation for case in kept if case.situation is not None]
    schedules = [schedule_of(situation) for situation in situations]
    columns = _Columns()
    starts = np.cumsum([0, *(len(schedule.repeats) for schedule in schedules)])
    for case, schedule in enumerate(schedules):
        columns.add(
            step_case=np.full(len(schedule.repeats), case),
            repeats=schedule.repeats,
            waiting=schedule.waiting,
            decoding=schedule.decoding,
            logits=schedule.step.logits,
        )
    groups: dict[object, list[int]] = defaultdict(list)
    for case, situation in enumerate(situations):
        groups[situation.workload.model, situation.formats, situation.runtime.score_bytes].append(
            case
        )
    for members in groups.values():
        _lower_group(columns, situations, schedules, starts, members)
    return _assemble(kept, situations, schedules, columns)


def _assemble(
    kept: list[Measured],
    situations: Sequence[Situation],
    schedules: Sequence[Schedule],
    columns: _Columns,
) -> Compiled:
    flat: dict[str, Any] = {name: columns.column(name) for name in _FLOATS}
    flat |= {name: columns.column(name).astype(np.intp) for name in _INDICES}
    flat |= {name: columns.column(name).astype(bool) for name in _FLAGS}
    base, factors, names = _slots(situations)
    return Compiled(
        cases=kept,
        names=names,
        base=base,
        factors=factors,
        requests=np.array([schedule.requests for schedule in schedules]),
        gaps=np.array([max(s.workload.output_tokens - 1.0, 1e-9) for s in situations]),
        streams=np.array(
            [s.plan.data_parallel * stages_at_once(s) for s in situations], dtype=float
        ),
        live=np.array([schedule.live for schedule in schedules]),
        overlaps=np.array([s.runtime.overlaps_host for s in situations]),
        busy_stages=np.array([float(stages_at_once(s)) for s in situations]),
        **flat,
    )


def _lower_group(
    columns: _Columns,
    situations: Sequence[Situation],
    schedules: Sequence[Schedule],
    starts: Index,
    members: Sequence[int],
) -> None:
    """Lower all steps of cases that share model and formats at once."""
    first = situations[members[0]]
    model, formats = first.workload.model, first.formats
    sizes = [len(schedules[case].repeats) for case in members]
    which = np.repeat(np.arange(len(members)), sizes)
    step = _join([schedules[case].step for case in members])
    layout = _repeat([situations[case].layout for case in members], which)
    steps = np.concatenate([np.arange(starts[case], starts[case + 1]) for case in members])
    operations, messages = lower_step(model, formats, layout, step)
    operations = with_score_traffic(operations, model, first.runtime.score_bytes)
    for op, (kind, dtype) in enumerate(zip(operations.kind, operations.dtype, strict=True)):
        used = operations.count[:, op] > 0
        rate, band = _op_roles(kind, "weights" if dtype == formats.weights else "wide")
        half = operations.n[used, op] if kind == "attention_decode" else np.zeros(used.sum())
        columns.add(
            op_step=steps[used],
            op_rate=np.full(used.sum(), ROLE[rate]),
            op_band=np.full(used.sum(), ROLE[band]),
            flops=operations.flops[used, op],
            bytes=operations.bytes[used, op],
            count=operations.count[used, op],
            blocks=half,
        )
    per_node = np.array([situations[case].deployment.per_node for case in members])[which]
    for message in messages:
        inside = np.minimum(message.ranks, per_node)
        nodes = np.ceil(message.ranks / per_node)
        for level, ranks in enumerate((inside, nodes)):
            used = (message.count > 0) & (ranks > 1)
            size = int(used.sum())
            columns.add(
                msg_step=steps[used],
                msg_level=np.full(size, level),
                msg_bytes=message.bytes[used],
                msg_count=message.count[used],
                msg_others=ranks[used] - 1.0,
                msg_ranks=ranks[used],
                msg_rounds=np.full(size, STEPS_PER_HOP[message.kind]),
                msg_reduce=np.full(size, message.kind == "all_reduce"),
                msg_direct=np.full(size, message.kind in ("p2p", "all_to_all")),
            )


def _op_roles(kind: str, role: str) -> tuple[Slot, Slot]:
    if kind == "gemm":
        return ("gemm_compute", role), ("gemm_memory", role)
    if kind == "grouped_gemm":
        return ("expert_compute", "weights"), ("expert_memory", "weights")
    return OP_ROLES[kind]


def _join(steps: Sequence[Step]) -> Step:
    def column(name: str) -> Array:
        return np.concatenate([getattr(step, name) for step in steps])

    return Step(
        decode_tokens=column("decode_tokens"),
        decode_context=column("decode_context"),
        prefill_tokens=column("prefill_tokens"),
        prefill_sequences=column("prefill_sequences"),
        prefill_context=column("prefill_context"),
    )


def _repeat(layouts: Sequence[Layout], which: Index) -> Layout:
    names = [item.name for item in attrs.fields(Layout)]
    return Layout(
        **{
            name: np.array([getattr(layout, name)[0] for layout in layouts])[which]
            for name in names
        }
    )


def _slots(situations: Sequence[Situation]) -> tuple[Array, Index, tuple[str, ...]]:
    names: dict[str, int] = {}
    base = np.zeros((len(ROLES), len(situations)))
    rows: list[list[tuple[int, ...]]] = [[] for _ in ROLES]
    for case, situation in enumerate(situations):
        slots = slots_for(situation.deployment.accelerator, situation.setting)
        for role, (quantity, fmt) in enumerate(ROLES):
            basis = _basis(slots, quantity, fmt, situation)
            base[role, case] = basis.base
            rows[role].append(tuple(names.setdefault(name, len(names)) for name in basis.names))
    widest = max(len(row) for table in rows for row in table)
    factors = np.full((len(ROLES), len(situations), widest), len(names), dtype=np.intp)
    for role, table in enumerate(rows):
        for case, row in enumerate(table):
            factors[role, case, : len(row)] = row
    return base, factors, tuple(names)


def _basis(
    slots: dict[Slot, SlotBasis], quantity: str, fmt: str, situation: Situation
) -> SlotBasis:
    formats = situation.formats
    stored = {"weights": formats.weights, "wide": formats.wide}.get(fmt, fmt)
    return slots[quantity, stored]
