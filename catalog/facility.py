"""What a room has to offer a server: stated facts, what follows from them, what nobody states."""

import math
import re
from collections.abc import Iterator

from attrs import frozen

from catalog.facts import plain
from catalog.models import Server

UNKNOWN = "unknown"
BTU_PER_WH = 3.412
AIR_J_PER_M3_K = 1206.0
"""1.2 kg/m3 x 1,005 J/(kg K): dry air at 20 degrees Celsius and sea level."""
AIR_WARMS_BY_K = 15.0
M3_H_PER_CFM = 1.699
RACK_UNITS = 42
RACK_POWERS_KW = (10, 20, 40)
PCIE_GENERATION = re.compile(r"gen\s*(\d)", re.IGNORECASE)


@frozen(kw_only=True)
class FacilityNote:
    """One line.

    Attributes:
        text: "unknown" where the catalog does not know it.
        basis: "stated", or the formula that it follows from; empty where unknown.
    """

    label: str
    text: str
    basis: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is anything to say."""
        return self.text != UNKNOWN


def facility_notes(server: Server) -> list[FacilityNote]:
    """Room, power, heat and what fits in a rack; most makers state little of it."""
    return [*_room(server), *_power(server), *_heat(server), *_racks(server), *_host_link(server)]


def _stated(label: str, text: str) -> FacilityNote:
    return FacilityNote(label=label, text=text or UNKNOWN, basis="stated" if text else "")


def _figure(value: float | None, unit: str) -> str:
    return "" if value is None else f"{plain(value)} {unit}"


def _room(server: Server) -> Iterator[FacilityNote]:
    yield _stated("Height", _figure(server.rack_units, "U"))
    yield _stated("Weight", _figure(server.weight_kg, "kg"))
    yield _stated("Cooling", server.cooling)


def _power(server: Server) -> Iterator[FacilityNote]:
    yield _stated("Maximum power", _figure(server.max_power_w, "W"))
    if server.max_power_w is None and (least := _accelerator_power_w(server)):
        yield FacilityNote(
            label="Power of its accelerators alone",
            text=f"{plain(least)} W; processors, fans and losses come on top",
            basis=f"{server.accelerator_count} x board power of the accelerator",
        )
    yield _stated("Typical and idle power", "")
    yield _stated("Power supplies", server.power_supplies)
    yield _stated("Power feeds, phases and plug", "")


def _accelerator_power_w(server: Server) -> float | None:
    accelerator, count = server.accelerator, server.accelerator_count
    if accelerator is None or count is None or accelerator.tdp_w is None:
        return None
    return accelerator.tdp_w * count


def _heat(server: Server) -> Iterator[FacilityNote]:
    watts = server.max_power_w
    if watts is None:
        yield _stated("Heat at maximum power", "")
        return
    yield FacilityNote(
        label="Heat at maximum power",
        text=f"{round(watts * BTU_PER_WH, -1):,.0f} BTU/h",
        basis=f"{plain(watts)} W x {BTU_PER_WH} BTU/Wh: all power becomes heat",
    )
    if server.cooling.lower() == "air":
        flow_m3_h = watts / (AIR_J_PER_M3_K * AIR_WARMS_BY_K) * 3600
        flow_cfm = flow_m3_h / M3_H_PER_CFM
        yield FacilityNote(
            label="Air that carries it away",
            text=f"{round(flow_m3_h, -1):,.0f} m³/h ({round(flow_cfm, -1):,.0f} CFM)",
            basis=(
                f"{plain(watts)} W / ({AIR_J_PER_M3_K:,.0f} J/m³K x {AIR_WARMS_BY_K:g} K); "
                f"that the air warms by {AIR_WARMS_BY_K:g} K is an assumption"
            ),
        )


def _racks(server: Server) -> Iterator[FacilityNote]:
    if server.kind != Server.Kind.RACK:
        return
    by_room = math.floor(RACK_UNITS / server.rack_units) if server.rack_units else None
    for power_kw in RACK_POWERS_KW:
        label = f"In a rack of {power_kw} kW and {RACK_UNITS} U"
        if server.max_power_w is None:
            yield _stated(label, "")
            continue
        by_power = math.floor(power_kw * 1000 / server.max_power_w)
        if by_room is None:
            yield FacilityNote(
                label=label, text=f"at most {by_power}", basis="by power; its height is unknown"
            )
            continue
        bound = "power" if by_power <= by_room else "height"
        yield FacilityNote(
            label=label,
            text=str(min(by_power, by_room)),
            basis=f"by {bound}: {by_power} by power, {by_room} by height",
        )


def _host_link(server: Server) -> Iterator[FacilityNote]:
    """The slot beside what the accelerator can do, where both are stated and differ."""
    stated = PCIE_GENERATION.search(server.host_link)
    known = server.accelerator.pcie_generation if server.accelerator else None
    if stated and known and int(stated.group(1)) != known:
        yield FacilityNote(
            label="PCIe",
            text=(
                f"{server.host_link} is stated for the server, generation {known} for the "
                "accelerator; the slower of both counts"
            ),
            basis="stated",
        )
