"""Self-hosting against a price per million tokens: the volume from which it pays. Pure."""

from attrs import frozen

from sizing.engine.search.assumptions import HOURS_PER_MONTH

MILLION = 1e6
SECONDS_PER_HOUR = 3600.0


@frozen(kw_only=True)
class BreakEven:
    """One deployment, paid by the hour whatever it does, against a service paid by the token.

    Attributes:
        cost_per_month: of the deployment.
        tokens_per_month: volume at which both cost the same.
        most_tokens_per_month: what the deployment generates at the rate it was sized for.
        busy_share: share of that at which both cost the same; above 1 the service is cheaper.
    """

    cost_per_month: float
    tokens_per_month: float
    most_tokens_per_month: float

    @property
    def busy_share(self) -> float:
        return self.tokens_per_month / self.most_tokens_per_month

    @property
    def pays(self) -> bool:
        """Whether self-hosting can be cheaper at all."""
        return self.busy_share <= 1.0


def break_even(
    *, cost_per_h: float, output_tokens_per_s: float, price_per_million_tokens: float
) -> BreakEven:
    """The volume of generated tokens at which the deployment costs as much as the service.

    Args:
        price_per_million_tokens: of generated tokens, prompts included in it.

    Raises:
        ValueError: a figure is not above zero.
    """
    if min(cost_per_h, output_tokens_per_s, price_per_million_tokens) <= 0:
        raise ValueError("cost, rate and price must be above zero")
    per_month = cost_per_h * HOURS_PER_MONTH
    return BreakEven(
        cost_per_month=per_month,
        tokens_per_month=per_month / price_per_million_tokens * MILLION,
        most_tokens_per_month=output_tokens_per_s * SECONDS_PER_HOUR * HOURS_PER_MONTH,
    )
