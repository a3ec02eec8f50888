"""Figures that a cost rests on when nobody knows the true ones; each is told in the answer."""

from typing import Any

from attrs import frozen

HOURS_PER_MONTH = 730.5
"""365.25 x 24 / 12."""


@frozen(kw_only=True)
class Assumptions:
    """How a purchase becomes a cost per hour, and power a draw.

    Attributes:
        months: straight-line write-off.
        use: share of hours in which the system works.
        tdp_share: mean draw of an accelerator over its thermal design power.
        pue: power usage effectiveness of the site.
        tariff_per_kwh: price of electricity, in the currency of the purchase.
    """

    months: float = 36.0
    use: float = 0.6
    tdp_share: float = 0.8
    pue: float = 1.3
    tariff_per_kwh: float = 0.12

    def capital_per_h(self, amount: float) -> float:
        """Write-off of a purchase per hour of use."""
        return amount / (self.months * HOURS_PER_MONTH * self.use)

    def energy_per_h(self, power_w: float) -> float:
        """Cost of the electricity of an hour of use at that draw."""
        return power_w / 1e3 * self.pue * self.tariff_per_kwh

    def to_dict(self) -> dict[str, Any]:
        """Every figure under a name that carries its unit."""
        return {
            "write_off_months": self.months,
            "use": self.use,
            "share_of_tdp": self.tdp_share,
            "pue": self.pue,
            "tariff_per_kwh": self.tariff_per_kwh,
        }


ASSUMED = Assumptions()
