"""Figures and names as sentences need them."""

from sizing.engine.search.finalist import Finalist

METRICS = {"ttft_ms": "TTFT", "tpot_ms": "TPOT"}


def number(value: float) -> str:
    """Three significant digits, thousands grouped."""
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"


def amount(value: float, currency: str) -> str:
    """Money with two decimals, more for fractions of a cent."""
    return f"{value:,.2f} {currency}" if value >= 0.1 else f"{value:.3g} {currency}"


def plural(count: float, noun: str) -> str:
    """`1 node`, `2 nodes`."""
    return f"{count:,.0f} {noun}" + ("" if count == 1 else "s")


def place(finalist: Finalist) -> str:
    """Accelerators and system, short."""
    system = finalist.supply.system
    accelerators = f"{finalist.count} x {system.accelerator.name}"
    return accelerators if system.kind == "accelerator" else f"{accelerators} in {system.name}"
