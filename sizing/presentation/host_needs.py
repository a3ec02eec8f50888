"""The rest of the server as rows of a table."""

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from sizing.formats import plain

LABELS = {
    "host_ram_gb": ("Host memory", "GB"),
    "disk_gb": ("Disk", "GB"),
    "load_time_s": ("Time to load the weights", "s"),
    "nic_gbit_s": ("Network port", "Gbit/s"),
    "fabric_gbit_s": ("Network between nodes", "Gbit/s"),
}


@frozen(kw_only=True)
class NeedRow:
    """One derived figure in words."""

    label: str
    amount: str
    formula: str
    assumption: str


def need_rows(needs: Iterable[Mapping[str, Any]] | None) -> list[NeedRow]:
    """One row per figure; none for answers that are older than these figures."""
    return [_row(need) for need in needs or ()]


def _row(need: Mapping[str, Any]) -> NeedRow:
    label, unit = LABELS.get(need["name"], (need["name"].replace("_", " "), ""))
    ends = (need["low"], need["high"]) if need["value"] is None else (need["value"],)
    return NeedRow(
        label=label,
        amount=" ".join([" to ".join(plain(end) for end in ends), unit]).strip(),
        formula=need["formula"],
        assumption=need["assumption"],
    )
