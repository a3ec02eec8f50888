"""Which accelerators share calibration: chip families, and the vendors behind them."""

from sizing.engine.hardware import Accelerator

_DATA_CENTRE_BANDWIDTH = 1.2e12
"""Bytes/s; within one architecture, parts with stacked memory lie above, GDDR parts below."""

_SPLIT = frozenset({"ampere", "ada-lovelace", "hopper", "blackwell", "volta", "turing"})


def calibration_family(accelerator: Accelerator) -> str:
    """The group of chips whose kernels behave alike.

    One architecture name can cover two chips: GA100 with HBM and GA10x with GDDR share little
    beyond the name, so memory class is part of the family.
    """
    family = accelerator.family.strip().lower() or "unknown"
    if family in _SPLIT and accelerator.memory_bytes_per_s < _DATA_CENTRE_BANDWIDTH:
        return f"{family}-gddr"
    return family


def vendor_group(accelerator: Accelerator) -> str:
    """The vendor's slug: the second circle of relatives."""
    return accelerator.vendor.strip().lower() or "unknown"
