"""`gemm.curve.<format>`: seconds per product over many shapes, for fitting a roofline."""

from probes.agent.kernels.context import Context, Outcome, outcome, seconds_of
from probes.agent.kernels.gemm import Pool, gemm_format, set_fp32_precision, time_product
from probes.agent.kernels.gemm_sizes import curve_shapes
from probes.agent.timing import Policy

FIRST = Policy()
#: The device is warm after the first point: later ones only wait for agreement.
NEXT = Policy(warmup_s=0.0, warmup_cap_s=1.0)
FIRST_CPU = Policy(max_s=0.5, warmup_cap_s=0.6)
NEXT_CPU = Policy(warmup_s=0.0, warmup_cap_s=0.15, max_s=0.35)


def run(context: Context) -> Outcome:
    """Seconds per product with cold inputs: sets rotate beyond the last cache."""
    name = context.probe.rsplit(".", 1)[1]
    device = context.open_device()
    set_fp32_precision(name)
    fmt = gemm_format(name, context.info.backend)
    shapes = curve_shapes(context, device, fmt)
    pool = Pool(device, fmt, shapes, context.seed("inputs"))
    first, later = (FIRST_CPU, NEXT_CPU) if device.on_cpu else (FIRST, NEXT)
    found = []
    for i, shape in enumerate(shapes):
        context.progress(i, len(shapes))
        policy = context.policy(later if i else first)
        done = time_product(device, pool, shape, policy, cold=True, seed=context.seed(shape.label))
        found.append(
            seconds_of(
                f"time_s.{shape.label}",
                done.timed,
                params={"m": shape.m, "n": shape.n, "k": shape.k, "dtype": name, "cold": True},
                formula=done.formula,
                correctness=done.correctness,
                flags=done.flags,
            )
        )
    return outcome(device, found)
