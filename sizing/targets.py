"""Reads `hardware` of an estimate request: which accelerators, how many, joined how."""

from typing import Any

from attrs import frozen

from catalog.models import Device
from sizing import adapters, fleet, selectors
from sizing.engine.devices import DeviceCalibration
from sizing.engine.errors import FieldError, InputError
from sizing.engine.hardware import LINK_KINDS, Deployment
from sizing.engine.reading import FieldReader, raise_if_any
from sizing.fleet import KnownAccelerator, Revision

NAMED = ("accelerator", "count", "per_node", "interconnect", "node_interconnect_gbps")
ATTACHED = ("device",)
MOST_ACCELERATORS = 1_000_000


@frozen(kw_only=True)
class Target:
    """The system that one estimate is about, with the calibration of an attached device."""

    deployment: Deployment
    calibration: DeviceCalibration | None = None


def read_target(hardware: Any, revision: Revision) -> Target:
    """The deployment that a request describes.

    Raises:
        InputError: naming every wrong field under `hardware`.
    """
    errors: list[FieldError] = []
    reader = FieldReader(hardware, "hardware", errors)
    raise_if_any(errors)
    if reader.given("device"):
        return _attached(reader, errors)
    return _named(reader, errors, revision)


def _named(reader: FieldReader, errors: list[FieldError], revision: Revision) -> Target:
    reader.only(*NAMED, *ATTACHED)
    known = _accelerator(reader, errors, revision)
    count = reader.count("count", 1, most=MOST_ACCELERATORS)
    per_node = reader.count("per_node", most=MOST_ACCELERATORS)
    interconnect = reader.choice("interconnect", LINK_KINDS)
    network = reader.number("node_interconnect_gbps", least=0.001, most=1e6)
    raise_if_any(errors)
    if known is None or count is None:
        raise InputError(errors)
    return Target(deployment=_deployment(known, count, per_node, interconnect, network))


def _deployment(
    known: KnownAccelerator,
    count: int,
    per_node: int | None,
    interconnect: str | None,
    network_gbit_s: float | None,
) -> Deployment:
    return Deployment(
        accelerator=known.value,
        count=count,
        per_node=per_node or known.value.per_node,
        interconnect=interconnect or known.value.link,
        node_bytes_per_s=(
            known.fabric_bytes_per_s
            if network_gbit_s is None
            else adapters.gbit_s_to_bytes_per_s(network_gbit_s)
        ),
    )


def _accelerator(
    reader: FieldReader, errors: list[FieldError], revision: Revision
) -> KnownAccelerator | None:
    name = reader.text("accelerator")
    if name is None:
        if not reader.given("accelerator"):
            detail = 'Name an accelerator of the catalog, or give {"device": id}.'
            reader.fail("accelerator", "required", detail)
        return None
    try:
        return fleet.find_accelerator(revision, name)
    except InputError as error:
        errors.extend(error.errors)
        return None


def _attached(reader: FieldReader, errors: list[FieldError]) -> Target:
    reader.only(*ATTACHED)
    device = _device(reader)
    raise_if_any(errors)
    if device is None or device.accelerator is None:
        raise InputError.of(
            "hardware.device",
            "unidentified",
            "The catalog does not know which accelerator this device is; name one instead.",
        )
    known = fleet.known(device.accelerator)
    return Target(
        deployment=_deployment(known, 1, 1, "none", None),
        calibration=selectors.device_calibration(device),
    )


def _device(reader: FieldReader) -> Device | None:
    number = reader.count("device", most=2**62)
    if number is None:
        return None
    device = Device.objects.select_related("accelerator__vendor").filter(pk=number).first()
    if device is None:
        reader.fail("device", "unknown", f"There is no attached device {number}.")
    return device
