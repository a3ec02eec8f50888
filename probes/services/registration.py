"""Hosts and devices as their workers report them."""

from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from catalog.errors import AmbiguousName, UnknownName
from catalog.models import Accelerator, Device, Host
from catalog.selectors import resolve_accelerator
from catalog.services import register_cpu_accelerator
from probes.models import Enrolment
from probes.protocol import DeviceInfo, HostInfo
from probes.services.verdicts import note_verdict
from probes.signing import Refused

log = structlog.get_logger(__name__)


@transaction.atomic
def register_host(enrolment: Enrolment, info: HostInfo) -> Host:
    """The host of an enrolment with all its devices, made or brought up to date."""
    owner = Host.objects.filter(machine_id=info.machine_id).exclude(enrolment=enrolment).first()
    if owner is not None and owner.name != enrolment.name:
        raise Refused(f"this machine is enrolled already, as {owner.name}")
    host, _ = Host.objects.update_or_create(
        name=enrolment.name,
        defaults={
            "machine_id": info.machine_id,
            "operating_system": info.operating_system,
            "agent_version": info.agent_version,
            "facts": dict(info.facts),
            "last_heartbeat_at": timezone.now(),
        },
    )
    if enrolment.host_id != host.pk:
        enrolment.host = host
        enrolment.save(update_fields=["host"])
    for device in info.devices:
        register_device(host, device)
    note_verdict(host)
    return host


def register_device(host: Host, info: DeviceInfo) -> None:
    """A device of a host, made or brought up to date; one that answers elsewhere stays there."""
    known = Device.objects.select_related("host").filter(uuid=info.uuid).first()
    if known and known.host_id != host.pk and known.host.is_online:
        # A card that answers elsewhere has not moved: somebody claims what is not theirs.
        log.warning("probes.device_claimed_twice", uuid=info.uuid, host=host.name)
        return
    Device.objects.update_or_create(
        uuid=info.uuid,
        defaults={
            "host": host,
            "accelerator": find_accelerator(info),
            "index": info.index,
            "backend": info.backend,
            "name": info.name,
            "memory_bytes": info.memory_bytes,
            "driver_version": info.driver_version,
            "pci_device_id": info.pci_device_id,
            "facts": dict(info.facts),
            "last_seen_at": timezone.now(),
        },
    )


def find_accelerator(info: DeviceInfo) -> Accelerator | None:
    """The catalog's variant of a device: by PCI id, else by name; None rather than a guess."""
    if info.backend == "cpu":
        return register_cpu_accelerator(name=info.name, **cpu_arguments(info))
    for text in (info.pci_device_id, info.name):
        try:
            if text:
                return resolve_accelerator(text)
        except (AmbiguousName, UnknownName) as error:
            log.info("probes.accelerator_unresolved", device=info.name, why=str(error))
    return None


def cpu_arguments(info: DeviceInfo) -> dict[str, Any]:
    """What the catalog derives a processor's peaks from; an unknown fact is left out."""
    facts = info.facts
    isa = set(facts.get("isa") or ())
    arguments = {
        "cores": int(facts.get("cores") or facts.get("logical_cpus") or 1),
        "clock_hz": facts.get("max_clock_hz"),
        "vector_bits": facts.get("vector_bits"),
        "memory_bandwidth_bytes_per_s": facts.get("memory_bandwidth_bytes_per_s"),
        "memory_bytes": info.memory_bytes,
        "formats": _vector_formats(isa),
    }
    return {name: value for name, value in arguments.items() if value is not None}


def _vector_formats(isa: set[str]) -> tuple[str, ...]:
    formats = ["fp32"]
    if isa & {"avx512_bf16", "amx_bf16", "bf16"}:
        formats.append("bf16")
    if "avx512_fp16" in isa:
        formats.append("fp16")
    if isa & {"avx512_vnni", "amx_int8"}:
        formats.append("int8")
    return tuple(formats)
