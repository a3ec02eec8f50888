"""One request to probe a device, and what came of it."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from probes.states import ACTIVE, RunStatus


def new_seed() -> int:
    """The seed of a run's inputs, chosen here so that a host cannot choose its own."""
    return secrets.randbelow(2**53)


def new_nonce() -> str:
    """A value that a report must repeat: it shows that it answers this very request."""
    return secrets.token_hex(16)


class ProbeRun(models.Model):
    """A run of a suite on a device; `probes.states` says how its status moves."""

    class Status(models.TextChoices):
        QUEUED = RunStatus.QUEUED, "Queued"
        RUNNING = RunStatus.RUNNING, "Running"
        SUCCEEDED = RunStatus.SUCCEEDED, "Succeeded"
        FAILED = RunStatus.FAILED, "Failed"
        CANCELLED = RunStatus.CANCELLED, "Cancelled"
        EXPIRED = RunStatus.EXPIRED, "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey("catalog.Device", on_delete=models.CASCADE, related_name="runs")
    suite = models.CharField(max_length=12)
    probes = models.JSONField(default=list, blank=True)
    products = models.JSONField(
        default=list, blank=True, help_text="The matrix products to time, where some were named."
    )
    force = models.BooleanField(
        default=False, help_text="Run although somebody uses the device; such a run is no badge."
    )
    imported = models.BooleanField(
        default=False,
        help_text="Came as a file: nobody here asked for it or chose its inputs.",
    )
    seed = models.BigIntegerField(default=new_seed)
    nonce = models.CharField(max_length=128, default=new_nonce)
    sizes = models.CharField(max_length=8, default="device")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    reason = models.CharField(max_length=2000, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    progress = models.JSONField(default=dict, blank=True)
    report = models.JSONField(null=True, blank=True)
    letter = models.JSONField(null=True, blank=True)
    hardware = models.JSONField(default=dict, blank=True)
    session = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="probe_runs",
    )
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        indexes = [
            models.Index(fields=["status", "requested_at"]),
            models.Index(fields=["device", "-requested_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.suite} on {self.device} ({self.status})"

    def get_absolute_url(self) -> str:
        return reverse("probes:run", args=[self.pk])

    def get_report_url(self) -> str:
        """The page on which the other side of a sale reads what was found."""
        return reverse("probes:report", args=[self.pk])

    @property
    def is_active(self) -> bool:
        """Whether the run still waits or works."""
        return self.status in ACTIVE

    @property
    def percent(self) -> int:
        """The share that is done, for people."""
        if not self.is_active:
            return 100
        return round(100 * self.progress.get("fraction", 0.0))

    @property
    def probe_number(self) -> int:
        """Which probe of the run is at work, counted from 1."""
        return int(self.progress.get("probes_done", 0)) + 1

    @property
    def duration_s(self) -> float | None:
        """How long the run took; None before its end, or when it never began."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class ProbeResult(models.Model):
    """What one probe of a run gave; its figures are the catalog's measurements."""

    run = models.ForeignKey(ProbeRun, on_delete=models.CASCADE, related_name="results")
    probe = models.CharField(max_length=60)
    status = models.CharField(max_length=14)
    reason = models.CharField(max_length=2000, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    flags = models.JSONField(default=list, blank=True)
    telemetry = models.JSONField(default=dict, blank=True)
    environment = models.JSONField(default=dict, blank=True)
    duration_s = models.FloatField(default=0.0)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "probe"], name="one_result_per_run_and_probe")
        ]

    def __str__(self) -> str:
        return f"{self.probe} {self.status}"

    def to_dict(self) -> dict[str, Any]:
        """The result's state, for the API."""
        names = ("probe", "status", "reason", "verdict", "flags", "telemetry", "duration_s")
        return {name: getattr(self, name) for name in names}
