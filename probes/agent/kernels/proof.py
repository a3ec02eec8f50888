"""The product of the server's choosing, whose digest the server computes too (`probes.proof`)."""

import numpy as np
import torch

from probes import proof
from probes.agent.device import Device
from probes.agent.kernels.context import Context, seconds_of
from probes.agent.kernels.figures import exactly
from probes.agent.timing import Policy, measure
from probes.protocol import Formula, Measurement

POLICY = Policy(warmup_s=0.05, warmup_cap_s=0.1, min_samples=10, max_s=0.2)


def prove(context: Context, device: Device) -> Measurement:
    """Seconds of the product in fp32 on the device, with the digest of its result."""
    first, second = proof.inputs(context.job.seed, context.job.nonce)
    a, b = (
        torch.from_numpy(each.astype(np.float32)).to(device.torch_device)
        for each in (first, second)
    )
    product = (a @ b).cpu()
    reference = torch.from_numpy(first.astype(np.float32) @ second.astype(np.float32))
    timed = measure(device, lambda: a @ b, context.policy(POLICY))
    return seconds_of(
        proof.METRIC,
        timed,
        params={proof.PARAMETER: proof.digest(product.numpy().astype(np.int32))},
        formula=Formula(flops=2.0 * proof.SIDE**3),
        correctness=exactly(product, reference),
    )
