"""`gemm.tc_speedup`: 16-bit products over fp32 ones; about 1 means that matrix units idle."""

from probes.agent.device import Device
from probes.agent.kernels.context import Context, Outcome, SkippedProbeError, outcome
from probes.agent.kernels.figures import policy_of
from probes.agent.kernels.gemm import Pool, Shape, gemm_format, set_fp32_precision, time_product
from probes.protocol import Correctness, Measurement

SIDE, CPU_SIDE, TINY_SIDE = 4096, 1024, 64


def run(context: Context) -> Outcome:
    """The ratio of both rates at one square shape."""
    device = context.open_device()
    wide, narrow = (_rate(context, device, name) for name in ("fp32", "bf16"))
    ratio = Measurement(
        metric="ratio",
        value=narrow[0] / wide[0],
        unit="1",
        correctness=narrow[1],
        params={"of": "bf16 over fp32 (ieee)", "bf16_flops_per_s": narrow[0]},
    )
    if not (ratio.correctness and wide[1].ok):
        raise SkippedProbeError("the fp32 product is wrong, so its rate says nothing")
    return outcome(device, [ratio])


def _rate(context: Context, device: Device, name: str) -> tuple[float, Correctness]:
    set_fp32_precision(name)
    fmt = gemm_format(name, context.info.backend)
    side = TINY_SIDE if context.is_tiny else CPU_SIDE if device.on_cpu else SIDE
    shape = Shape(m=side, n=side, k=side)
    pool = Pool(device, fmt, [shape], context.seed(name))
    done = time_product(
        device, pool, shape, policy_of(context), cold=False, seed=context.seed(shape.label)
    )
    return shape.flops / done.timed.samples.median, done.correctness
