"""What each suite holds, for people and programs that choose one."""

from typing import Any

import attrs

from probes.protocol import PROBES, SUITES

QUICK = (
    *("health", "gemm.bf16.peak", "gemm.fp16.peak", "gemm.fp32.peak"),
    *("gemm.curve.bf16", "gemm.curve.fp16", "gemm.curve.fp32"),
    *("mem.copy", "pcie.h2d", "pcie.d2h", "host.launch", "soak"),
)


@attrs.frozen(kw_only=True)
class Suite:
    """A named set of probes. What does not apply to a device is skipped there, with the reason."""

    slug: str
    name: str
    summary: str
    typical_s: int
    probes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The suite as the API shows it."""
        return attrs.asdict(self)


ALL = {
    suite.slug: suite
    for suite in (
        Suite(
            slug="quick",
            name="Quick",
            summary="Health, the peaks and curves of the device's main formats, copies, launch "
            "cost, and on a GPU a soak of 20 seconds. Enough for a calibration.",
            typical_s=75,
            probes=QUICK,
        ),
        Suite(
            slug="standard",
            name="Standard",
            summary="Everything that applies to the device.",
            typical_s=300,
            probes=PROBES,
        ),
        Suite(
            slug="deep",
            name="Deep",
            summary="The standard suite with a long soak.",
            typical_s=600,
            probes=PROBES,
        ),
    )
}
assert tuple(ALL) == SUITES


ORDERS = ("slug", "name", "typical_s")


def listed(search: str = "", ordering: str = "") -> list[Suite]:
    """Suites that hold every word of a search, in an order of `ORDERS` ("-" before it: reversed).

    Raises:
        ValueError: there is no such order.
    """
    words = search.casefold().split()
    found = [suite for suite in ALL.values() if all(word in _text(suite) for word in words)]
    if not ordering:
        return found
    by = ordering.removeprefix("-")
    if by not in ORDERS:
        raise ValueError(f"Order suites by {', '.join(ORDERS)}; not by {by[:40]!r}.")
    return sorted(found, key=lambda suite: getattr(suite, by), reverse=ordering.startswith("-"))


def _text(suite: Suite) -> str:
    return " ".join((suite.slug, suite.name, suite.summary, *suite.probes)).casefold()
