"""The few physical quantities that calibration estimates, and who shares them.

A *quantity* is an efficiency (share of a datasheet figure) or a time. Its value for one system is
the product of factors: one for everybody, one for the chip family, one for the number format, one
for the runtime, one for the variant ... Factors are stored as natural logarithms, so an unmeasured
family, runtime or variant simply has factor 0 and borrows the product of the rest.
"""

from collections.abc import Iterator, Mapping

from attrs import frozen

PRIOR_SPREAD: Mapping[str, float] = {
    "family": 0.23,
    "vendor": 0.23,
    "variant": 0.10,
    "math": 0.17,
    "weights": 0.20,
    "family+math": 0.15,
    "family+weights": 0.15,
    "kv": 0.20,
    "engine": 0.29,
    "engine+vendor": 0.14,
    "link": 0.80,
}
"""Prior standard deviation of one log-factor of a share: relatives within about 20 %, variants
within 10 %. Empirical Bayes: the rms of fitted factors, iterated once."""

PRIOR_SPREAD_OF_TIMES: Mapping[str, float] = {
    **PRIOR_SPREAD,
    "vendor": 0.25,
    "family": 0.25,
    "engine": 0.32,
    "link": 0.56,
}
"""The same for start-up and host times. Runtimes differ more than this (0.5), but a wider prior
lets one table of one model bend them, and the error on left-out models grows."""


@frozen(kw_only=True)
class Quantity:
    """One calibrated quantity.

    Attributes:
        start: prior mean of the factor common to all (share of datasheet, or seconds).
        spread: prior standard deviation of its logarithm.
        factors: kinds of further factors.
    """

    start: float
    spread: float = 0.3
    factors: tuple[str, ...] = ()


_CHIP = ("family", "vendor", "variant")
QUANTITIES: Mapping[str, Quantity] = {
    # Shares of dense peak; priors from sizing.md sections 3 and 4 (fitted GEMM curves).
    "gemm_compute": Quantity(
        start=0.70, factors=(*_CHIP, "math", "weights", "family+math", "engine", "engine+vendor")
    ),
    "expert_compute": Quantity(start=0.45, factors=("family", "vendor", "math", "engine")),
    "attention_compute": Quantity(start=0.45, factors=(*_CHIP, "engine", "engine+vendor")),
    # Shares of datasheet memory bandwidth.
    "gemm_memory": Quantity(
        start=0.80, factors=(*_CHIP, "weights", "family+weights", "engine", "engine+vendor")
    ),
    "expert_memory": Quantity(start=0.65, factors=("family", "vendor", "weights", "engine")),
    "attention_memory": Quantity(start=0.60, factors=(*_CHIP, "kv", "engine", "engine+vendor")),
    "elementwise_memory": Quantity(start=0.70, factors=("family", "vendor", "engine")),
    # Seconds per kernel that nothing hides.
    "launch_s": Quantity(start=2.5e-6, spread=0.5, factors=("vendor", "engine", "engine+vendor")),
    # Host seconds per scheduler step, per sequence of it, and once per request.
    "host_step_s": Quantity(start=5.0e-4, spread=0.7, factors=("engine",)),
    "host_sequence_s": Quantity(start=6.0e-6, spread=0.7, factors=("engine",)),
    "host_request_s": Quantity(start=5.0e-3, spread=0.7, factors=("engine",)),
    # Collectives: start-up seconds, seconds per further rank, share of link bandwidth.
    "link_start_s": Quantity(
        start=8.0e-6, spread=0.5, factors=("link", "vendor", "family", "engine")
    ),
    "link_hop_s": Quantity(
        start=6.0e-7, spread=0.5, factors=("link", "vendor", "family", "engine")
    ),
    "link_bandwidth": Quantity(start=0.65, factors=("link", "vendor")),
    # Parallel blocks per multiprocessor at which decode attention reaches half its bandwidth.
    "attention_half_blocks": Quantity(start=0.12, spread=0.7, factors=("engine",)),
    # Imbalance of expert load: hottest rank over mean.
    "expert_imbalance": Quantity(start=1.15, spread=0.15),
    # Sharpness of the ridge.
    "ridge": Quantity(start=2.0, spread=0.3),
}


def factor_names(quantity: str, traits: Mapping[str, str]) -> Iterator[str]:
    """Names of the log-factors that make up a quantity for a system with these traits."""
    yield quantity
    for kind in QUANTITIES[quantity].factors:
        words = [traits.get(part, "") for part in kind.split("+")]
        if all(words):
            yield f"{quantity}/{kind}={'+'.join(words)}"


def prior(name: str) -> tuple[float, float]:
    """Prior mean and standard deviation of a log-factor; means other than 0 are in calibration."""
    quantity, _, factor = name.partition("/")
    if not factor:
        return 0.0, QUANTITIES[quantity].spread
    is_time = quantity.endswith("_s") or quantity == "attention_half_blocks"
    spreads = PRIOR_SPREAD_OF_TIMES if is_time else PRIOR_SPREAD
    return 0.0, spreads[factor.partition("=")[0]]
