"""Reads of hosts, devices, runs and measurements; each in a constant number of queries."""

import datetime as dt
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from catalog.models import Device, Host, Measurement
from probes.models import ProbeRun
from probes.states import RunStatus

#: A verdict speaks of a device as it was; after this it is stale (contract section 4).
VERDICT_LASTS = dt.timedelta(days=90)


def hosts() -> QuerySet[Host]:
    """Hosts with their devices."""
    return Host.objects.prefetch_related(Prefetch("devices", devices()))


def devices() -> QuerySet[Device]:
    """Devices with host, accelerator and what their last finished run found."""
    finished = ProbeRun.objects.filter(
        device=OuterRef("pk"), status=RunStatus.SUCCEEDED, sizes="device"
    ).order_by("-finished_at")
    return (
        Device.objects.select_related("host", "accelerator__vendor")
        .annotate(
            last_run_id=Subquery(finished.values("pk")[:1]),
            last_run_at=Subquery(finished.values("finished_at")[:1]),
            last_verdict=Subquery(finished.values("verdict")[:1]),
        )
        .order_by("host__name", "backend", "index")
    )


def device_verdict(device: Any) -> str:
    """The verdict on a device as of now; empty when it was never measured."""
    if device.last_run_at is None:
        return ""
    if timezone.now() - device.last_run_at > VERDICT_LASTS:
        return "stale"
    return device.last_verdict or "measured"


def runs() -> QuerySet[ProbeRun]:
    """Runs, newest first, with what names them."""
    return ProbeRun.objects.select_related(
        "device__host", "device__accelerator", "requested_by"
    ).order_by("-requested_at")


def measurements() -> QuerySet[Measurement]:
    """Measurements, newest first, with their device."""
    return Measurement.objects.select_related("device__host", "device__accelerator")


def measurements_of(run: ProbeRun) -> QuerySet[Measurement]:
    """The figures of one run, in the order of its probes."""
    return measurements().filter(run_id=run.pk).order_by("measured_at", "probe", "metric")
