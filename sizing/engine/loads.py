"""How requests arrive at an inference deployment."""

from attrs import frozen

from sizing.engine.reading import FieldReader


@frozen(kw_only=True)
class Static:
    """`batch` equal requests start together; nothing joins later."""

    batch: int


@frozen(kw_only=True)
class Concurrency:
    """Closed loop: `requests` users start at once and send again when answered."""

    requests: int


@frozen(kw_only=True)
class Rate:
    """Open loop: Poisson arrivals."""

    requests_per_s: float


@frozen(kw_only=True)
class Saturated:
    """Every request is queued from the start: best offline throughput."""


Load = Static | Concurrency | Rate | Saturated

MODES = ("static", "concurrency", "rate", "saturated")


def parse_load(reader: FieldReader) -> Load:
    """The load described by `reader`; wrong fields are recorded there and read as 1."""
    mode = reader.choice("mode", MODES, required=True)
    if mode == "static":
        reader.only("mode", "batch")
        return Static(batch=reader.count("batch", most=1e6, required=True) or 1)
    if mode == "concurrency":
        reader.only("mode", "requests")
        return Concurrency(requests=reader.count("requests", most=1e6, required=True) or 1)
    if mode == "rate":
        reader.only("mode", "requests_per_s")
        rate = reader.number("requests_per_s", least=1e-9, most=1e9, required=True)
        return Rate(requests_per_s=rate or 1.0)
    if mode == "saturated":
        reader.only("mode")
    return Saturated()
