"""`fin.mc_bs`: paths of a stock price, whose option value has a closed form to compare with."""

import math

import torch

from probes.agent.device import Device
from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, outcome
from probes.protocol import Correctness

STEPS = 16
PATHS, CPU_PATHS, TINY_PATHS = 2**24, 2**18, 2**14
SPOT, STRIKE, RATE, VOLATILITY, YEARS = 100.0, 105.0, 0.03, 0.2, 1.0
#: Standard errors from the closed form; five happen by chance once in 1.7 million times.
MOST_ERRORS = 5.0


def run(context: Context) -> Outcome:
    """Path steps per second of geometric Brownian motion, and the price of a call option."""
    device = context.open_device()
    paths = TINY_PATHS if context.is_tiny else CPU_PATHS if device.on_cpu else PATHS
    generator = device.generator(context.seed("paths"))
    found = figures.rate(
        context,
        device,
        "path_steps_per_s",
        lambda: _ends(device, paths, generator),
        work=float(paths * STEPS),
        unit="1/s",
        correctness=_check(_ends(device, paths, generator)),
        params={"paths": paths, "steps": STEPS, "dtype": "fp32"},
    )
    return outcome(device, [found])


def _ends(device: Device, paths: int, generator: torch.Generator) -> torch.Tensor:
    """Prices at the end, shape (paths,)."""
    interval = YEARS / STEPS
    drift = (RATE - VOLATILITY**2 / 2) * interval
    scale = VOLATILITY * math.sqrt(interval)
    price = torch.full((paths,), SPOT, dtype=torch.float32, device=device.torch_device)
    shock = torch.empty_like(price)
    for _ in range(STEPS):
        shock.normal_(generator=generator).mul_(scale).add_(drift).exp_()
        price.mul_(shock)
    return price


def _check(ends: torch.Tensor) -> Correctness:
    """Distance of the simulated price from the closed form, in standard errors."""
    payoff = (ends.cpu().double() - STRIKE).clamp_min(0.0) * math.exp(-RATE * YEARS)
    error = float(payoff.std() / math.sqrt(payoff.numel()))
    distance = abs(float(payoff.mean()) - black_scholes()) / error
    return Correctness(
        metric="standard_errors", value=distance, limit=MOST_ERRORS, ok=distance < MOST_ERRORS
    )


def black_scholes() -> float:
    """Value of the call (Black and Scholes 1973)."""
    spread = VOLATILITY * math.sqrt(YEARS)
    up = (math.log(SPOT / STRIKE) + (RATE + VOLATILITY**2 / 2) * YEARS) / spread
    return SPOT * _normal(up) - STRIKE * math.exp(-RATE * YEARS) * _normal(up - spread)


def _normal(x: float) -> float:
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0
