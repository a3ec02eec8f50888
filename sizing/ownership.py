"""Renting against buying a server: cost per hour, cost over months, and where they meet. Pure."""

import math

from attrs import frozen

from sizing.engine.search.assumptions import HOURS_PER_MONTH

MONTHS_PER_YEAR = 12
WATTS_PER_KW = 1e3


@frozen(kw_only=True)
class Purchase:
    """One bought server and the place where it stands. Money is in one currency.

    Attributes:
        price: of the whole server.
        residual_share: of the price that it still sells for at the end.
        interest_per_year: on what is still tied up in it; of a loan, or missed elsewhere.
        busy_power_w: draw of the whole server at work.
        idle_share: draw without work over the draw at work.
        pue: power usage effectiveness of the site.
        colocation_per_kw_month: for the draw at work, whatever is drawn.
        colocation_per_unit_month: for each rack unit.
    """

    price: float
    lifetime_months: int
    residual_share: float = 0.0
    interest_per_year: float = 0.0
    busy_power_w: float = 0.0
    idle_share: float = 0.0
    pue: float = 1.0
    tariff_per_kwh: float = 0.0
    colocation_per_kw_month: float = 0.0
    colocation_per_unit_month: float = 0.0
    rack_units: float = 0.0

    @property
    def residual(self) -> float:
        """What it sells for at the end."""
        return self.price * self.residual_share

    @property
    def colocation_per_month(self) -> float:
        """Power reserved and room taken."""
        power = self.busy_power_w / WATTS_PER_KW * self.colocation_per_kw_month
        return power + self.rack_units * self.colocation_per_unit_month

    def electricity_per_month(self, use: float) -> float:
        """At work for a share of the hours, idle for the rest."""
        draw_w = self.busy_power_w * (use + self.idle_share * (1 - use))
        return draw_w / WATTS_PER_KW * self.pue * self.tariff_per_kwh * HOURS_PER_MONTH

    def interest_until(self, month: int) -> float:
        """Interest of the first months; the book value falls in a straight line."""
        rate = self.interest_per_year / MONTHS_PER_YEAR
        step = (self.price - self.residual) / self.lifetime_months
        return rate * (month * self.price - step * month * (month - 1) / 2)

    def spent_until(self, month: int, use: float) -> float:
        """Everything paid by the end of a month; at the end of its life it is sold."""
        running = self.electricity_per_month(use) + self.colocation_per_month
        sold = self.residual if month >= self.lifetime_months else 0.0
        return self.price + running * month + self.interest_until(month) - sold


@frozen(kw_only=True)
class Rent:
    """The same number of accelerators, rented.

    Attributes:
        per_accelerator_h: price.
        only_when_used: unused hours cost nothing; else the whole month is paid.
    """

    per_accelerator_h: float
    only_when_used: bool = True

    def per_month(self, accelerators: int, use: float) -> float:
        """What a month costs."""
        hours = HOURS_PER_MONTH * (use if self.only_when_used else 1.0)
        return accelerators * self.per_accelerator_h * hours


@frozen(kw_only=True)
class RentOrBuy:
    """Both ways to have `accelerators` at work for a share `use` of all hours."""

    accelerators: int
    use: float
    purchase: Purchase
    rent: Rent

    @property
    def used_hours_per_month(self) -> float:
        """Hours at work, of all accelerators together."""
        return self.accelerators * HOURS_PER_MONTH * self.use

    @property
    def rent_per_month(self) -> float:
        return self.rent.per_month(self.accelerators, self.use)

    @property
    def rent_per_used_h(self) -> float:
        """Of one accelerator."""
        return self.rent_per_month / self.used_hours_per_month

    @property
    def own_per_month(self) -> float:
        """Mean over the life of the server, its sale included."""
        months = self.purchase.lifetime_months
        return self.purchase.spent_until(months, self.use) / months

    @property
    def own_per_used_h(self) -> float:
        """Of one accelerator."""
        return self.own_per_month / self.used_hours_per_month

    @property
    def own_parts_per_used_h(self) -> tuple[tuple[str, float], ...]:
        """What `own_per_used_h` is made of."""
        bought = self.purchase
        months = bought.lifetime_months
        parts = (
            ("Loss of value", (bought.price - bought.residual) / months),
            ("Interest", bought.interest_until(months) / months),
            ("Electricity", bought.electricity_per_month(self.use)),
            ("Colocation", bought.colocation_per_month),
        )
        return tuple((name, amount / self.used_hours_per_month) for name, amount in parts)

    def rent_until(self, month: int) -> float:
        """Rent paid by the end of a month."""
        return self.rent_per_month * month

    def own_until(self, month: int) -> float:
        """Everything paid for the server by the end of a month."""
        return self.purchase.spent_until(month, self.use)

    @property
    def break_even_month(self) -> int | None:
        """The first month at whose end no more is paid for the server than for rent."""
        months = range(1, self.purchase.lifetime_months + 1)
        return next((m for m in months if self.own_until(m) <= self.rent_until(m)), None)

    @property
    def pays_only_by_its_sale(self) -> bool:
        """Whether the server is cheaper only because it is sold at the end."""
        last = self.purchase.lifetime_months
        kept = self.own_until(last) + self.purchase.residual
        return self.break_even_month == last and kept > self.rent_until(last)

    @property
    def break_even_use(self) -> float | None:
        """Share of hours from which buying costs less over its life; None where none does.

        Both costs are straight lines in the share of hours at work.
        """
        idle, busy = self._gap(0.0), self._gap(1.0)
        if busy > 0:
            return None
        return 0.0 if idle <= 0 else idle / (idle - busy)

    def _gap(self, use: float) -> float:
        """What owning costs a month beyond rent, at a share of hours at work."""
        months = self.purchase.lifetime_months
        own = self.purchase.spent_until(months, use) / months
        return own - self.rent.per_month(self.accelerators, use)


def per_million_tokens(per_accelerator_h: float, tokens_per_accelerator_s: float) -> float:
    """Cost of a million tokens while an accelerator generates them."""
    if not (per_accelerator_h >= 0 and tokens_per_accelerator_s > 0):
        raise ValueError("the rate must be above zero and the cost not below it")
    return per_accelerator_h / (tokens_per_accelerator_s * 3600) * 1e6


def shown_months(lifetime_months: int, rows: int = 13) -> list[int]:
    """Months of a table: evenly spread, the last one included."""
    step = max(1, math.ceil(lifetime_months / (rows - 1)))
    return [*range(0, lifetime_months, step), lifetime_months]
