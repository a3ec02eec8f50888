"""`gemm.<format>.peak`: the highest sustained FLOP/s of large matrix products."""

import attrs

from probes import proof
from probes.agent.kernels.context import Context, Outcome, outcome, rate_of
from probes.agent.kernels.gemm import Pool, gemm_format, set_fp32_precision, time_product
from probes.agent.kernels.gemm_sizes import peak_shapes
from probes.agent.kernels.proof import prove
from probes.agent.timing import Policy
from probes.protocol import Measurement

STEADY = Policy(min_s=2.0, max_s=3.0)
STEADY_CPU = Policy(min_s=0.5, max_s=1.0, warmup_cap_s=0.5)


def run(context: Context) -> Outcome:
    """FLOP/s per shape (inputs resident, "hot"), then the best of them as the peak."""
    name = context.probe.split(".")[1]
    device = context.open_device()
    set_fp32_precision(name)
    fmt = gemm_format(name, context.info.backend)
    shapes = peak_shapes(context, device, fmt)
    pool = Pool(device, fmt, shapes, context.seed("inputs"))
    policy = context.policy(STEADY_CPU if device.on_cpu else STEADY)
    found = []
    for i, shape in enumerate(shapes):
        context.progress(i, len(shapes))
        done = time_product(device, pool, shape, policy, cold=False, seed=context.seed(shape.label))
        found.append(
            rate_of(
                f"flops_per_s.{shape.label}",
                shape.flops,
                "FLOP/s",
                done.timed,
                params={"m": shape.m, "n": shape.n, "k": shape.k, "dtype": name, "cold": False},
                formula=done.formula,
                correctness=done.correctness,
                flags=done.flags,
            )
        )
    proofs = [prove(context, device)] if context.probe == proof.PROBE else []
    return outcome(device, [*proofs, *found, _peak(found)])


def _peak(found: list[Measurement]) -> Measurement:
    """The best shape under a name of its own: what expectations are stated for."""
    best = max(found, key=lambda measurement: measurement.value)
    return attrs.evolve(best, metric="peak_flops_per_s")
