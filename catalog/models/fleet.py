"""Attached hardware: hosts, their devices, and what probes measured on them.

The rows live in the catalog because both probes (which write them) and sizing (which reads
them) need them, and those two do not know each other.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.freshness import VERDICT_LASTS


class Host(models.Model):
    """A machine that runs a probe worker. Its identity is its enrolment plus its machine id."""

    name = models.SlugField(max_length=63, unique=True)
    machine_id = models.CharField(max_length=64, unique=True)
    operating_system = models.CharField(max_length=120, blank=True)
    agent_version = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    registered_at = models.DateTimeField(default=timezone.now)
    last_heartbeat_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, blank=True, editable=False)
    verdict_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("probes:host", args=[self.name])

    @property
    def current_verdict(self) -> str:
        """What probes found of its worst device, as of now; empty when none was measured.

        `verdict_at` is when the device that was measured longest ago was measured.
        """
        if self.verdict_at is None:
            return ""
        is_old = timezone.now() - self.verdict_at > VERDICT_LASTS
        return "stale" if is_old and self.verdict in ("verified", "measured") else self.verdict

    @property
    def queue(self) -> str:
        """The broker queue only this host consumes."""
        return f"probe.{self.name}"

    @property
    def is_online(self) -> bool:
        """Whether a heartbeat arrived within `settings.HOST_OFFLINE_AFTER_S`."""
        if self.last_heartbeat_at is None:
            return False
        silence = timezone.now() - self.last_heartbeat_at
        return silence <= dt.timedelta(seconds=settings.HOST_OFFLINE_AFTER_S)

    @property
    def status(self) -> str:
        """Either online or offline, in a word for pages and the API."""
        return "online" if self.is_online else "offline"


class Device(models.Model):
    """An attached accelerator. Its identity is its UUID (a GPU's own, or one made per CPU)."""

    class Backend(models.TextChoices):
        CUDA = "cuda", "CUDA"
        ROCM = "rocm", "ROCm"
        XPU = "xpu", "XPU"
        MPS = "mps", "MPS"
        CPU = "cpu", "CPU"

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="devices")
    accelerator = models.ForeignKey(
        "catalog.Accelerator",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
    )
    uuid = models.CharField(max_length=80, unique=True)
    index = models.PositiveSmallIntegerField(default=0)
    backend = models.CharField(max_length=8, choices=Backend.choices)
    name = models.CharField(max_length=120)
    memory_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    driver_version = models.CharField(max_length=60, blank=True)
    pci_device_id = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    registered_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["host__name", "backend", "index"]

    def __str__(self) -> str:
        return f"{self.name} ({self.host.name})"


class Measurement(models.Model):
    """One figure that one probe measured in one run; never changed after it is written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="measurements")
    run_id = models.UUIDField(db_index=True)
    probe = models.CharField(max_length=60)
    metric = models.CharField(max_length=80)
    repetition = models.PositiveSmallIntegerField(default=0)
    params = models.JSONField(default=dict, blank=True)
    value = models.FloatField()
    unit = models.CharField(max_length=30)
    ci_low = models.FloatField(null=True, blank=True)
    ci_high = models.FloatField(null=True, blank=True)
    p05 = models.FloatField(null=True, blank=True)
    p95 = models.FloatField(null=True, blank=True)
    samples = models.PositiveIntegerField(null=True, blank=True)
    expected_value = models.FloatField(null=True, blank=True)
    expected_source = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=20, blank=True)
    flags = models.JSONField(default=list, blank=True)
    suite_version = models.CharField(max_length=20, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        ordering = ["-measured_at", "probe", "metric", "repetition"]
        constraints = [
            models.UniqueConstraint(
                fields=["run_id", "probe", "metric", "repetition"],
                name="one_measurement_per_run_probe_metric_repetition",
            ),
        ]
        indexes = [models.Index(fields=["device", "probe", "-measured_at"])]

    def __str__(self) -> str:
        return f"{self.probe} {self.metric} = {self.value:g} {self.unit}"
