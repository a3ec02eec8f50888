"""`gemm.curve.<format>`: seconds per product over many shapes, for fitting a roofline."""

import attrs

from probes.agent.kernels.context import Context, Outcome, outcome, seconds_of
from probes.agent.kernels.gemm import Pool, Shape, gemm_format, set_fp32_precision, time_product
from probes.agent.kernels.gemm_sizes import asked_shapes, curve_shapes
from probes.agent.timing import Policy
from probes.protocol import Measurement

FIRST = Policy()
#: The device is warm after the first point: later ones only wait for agreement.
NEXT = Policy(warmup_s=0.0, warmup_cap_s=1.0)
FIRST_CPU = Policy(max_s=0.4, warmup_cap_s=0.6)
NEXT_CPU = Policy(warmup_s=0.0, warmup_cap_s=0.1, max_s=0.25)
#: Few products, each of which an answer rests on, get the time that a whole curve cannot give.
ASKED_CPU = Policy(warmup_cap_s=0.6, max_s=1.0)
MOST_REPEATED = 6


def run(context: Context) -> Outcome:
    """Seconds per product with cold inputs: sets rotate beyond the last cache.

    The job's own products, where it names some, are timed in place of the curve's shapes.
    Up to six points that something disturbed are measured once more, as repetition 1; both
    figures are kept, and the flag tells them apart.
    """
    name = context.probe.rsplit(".", 1)[1]
    device = context.open_device()
    set_fp32_precision(name)
    fmt = gemm_format(name, context.info.backend)
    shapes = asked_shapes(context, device, fmt) or curve_shapes(context, device, fmt)
    pool = Pool(device, fmt, shapes, context.seed("inputs"), cold=True)
    first, later = (FIRST_CPU, NEXT_CPU) if device.on_cpu else (FIRST, NEXT)
    if context.job.products and device.on_cpu:
        first = later = ASKED_CPU
    found: list[Measurement] = []
    for i, shape in enumerate(shapes):
        context.progress(i, len(shapes))
        found.append(_point(context, pool, shape, context.policy(later if i else first)))
    again = [shapes[i] for i, point in enumerate(found) if "contended" in point.flags]
    for shape in again[:MOST_REPEATED]:
        point = _point(context, pool, shape, context.policy(later))
        found.append(attrs.evolve(point, repetition=1))
    return outcome(device, found)


def _point(context: Context, pool: Pool, shape: Shape, policy: Policy) -> Measurement:
    done = time_product(pool.device, pool, shape, policy, cold=True, seed=context.seed(shape.label))
    dtype = pool.fmt.name
    return seconds_of(
        f"time_s.{shape.label}",
        done.timed,
        params={"m": shape.m, "n": shape.n, "k": shape.k, "dtype": dtype, "cold": True},
        formula=done.formula,
        correctness=done.correctness,
        flags=done.flags,
    )
