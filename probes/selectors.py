"""Reads of hosts, devices, runs and measurements; each in a constant number of queries."""

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from catalog.models import Device, Host, Measurement
from probes import verification
from probes.models import ProbeRun
from probes.states import RunStatus


def hosts() -> QuerySet[Host]:
    """Hosts with their devices."""
    return Host.objects.prefetch_related(Prefetch("devices", devices()))


def devices() -> QuerySet[Device]:
    """Devices with host, accelerator and what their last finished run found."""
    finished = ProbeRun.objects.filter(
        device=OuterRef("pk"), status=RunStatus.SUCCEEDED, sizes="device", products=[]
    ).order_by("-finished_at")
    return (
        Device.objects.select_related("host", "accelerator__vendor")
        .annotate(
            last_run_id=Subquery(finished.values("pk")[:1]),
            last_run_at=Subquery(finished.values("finished_at")[:1]),
            last_verdict=Subquery(finished.values("verdict")[:1]),
            last_hardware=Subquery(finished.values("hardware")[:1]),
        )
        .order_by("host__name", "backend", "index")
    )


def device_verdict(device: Any) -> str:
    """The verdict on a device as of now; empty when it was never measured."""
    return verification.current(
        device.last_verdict or "",
        measured_at=device.last_run_at,
        now=timezone.now(),
        then=device.last_hardware or {},
        today=verification.hardware_of(device),
    )


def host_verdict(host: Any) -> str:
    """The verdict on a server: that of its worst measured device."""
    return verification.of_server(device_verdict(device) for device in host.devices.all())


def figures_of_others(run: ProbeRun) -> dict[tuple[str, str], dict[str, list[float]]]:
    """What other devices of the same accelerator reached lately, newest run of each.

    By (probe, metric), then by "host" (siblings of the same host) and "fleet" (all of them).
    """
    rows = (
        Measurement.objects.filter(
            device__accelerator=run.device.accelerator_id,
            metric__in=verification.COMPARED,
            measured_at__gte=timezone.now() - verification.LASTS,
        )
        .exclude(device=run.device_id)
        .order_by("measured_at")
        .values_list("probe", "metric", "device_id", "device__host_id", "value")
    )
    if run.device.accelerator_id is None:
        return {}
    newest = {(probe, metric, device): (host, value) for probe, metric, device, host, value in rows}
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for (probe, metric, _), (host, value) in newest.items():
        places = found.setdefault((probe, metric), {"host": [], "fleet": []})
        places["fleet"].append(value)
        if host == run.device.host_id:
            places["host"].append(value)
    return found


def runs() -> QuerySet[ProbeRun]:
    """Runs, newest first, with what names them."""
    return ProbeRun.objects.select_related(
        "device__host", "device__accelerator", "requested_by"
    ).order_by("-requested_at")


def listed_runs() -> QuerySet[ProbeRun]:
    """Runs for a list: without reports and letters, which can have megabytes."""
    return runs().defer("report", "letter")


def measurements() -> QuerySet[Measurement]:
    """Measurements, newest first, with their device."""
    return Measurement.objects.select_related("device__host", "device__accelerator")


def measurements_of(run: ProbeRun) -> QuerySet[Measurement]:
    """The figures of one run, in the order of its probes."""
    return measurements().filter(run_id=run.pk).order_by("measured_at", "probe", "metric")
