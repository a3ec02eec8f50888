"""What sizing keeps: calibrations, answers, who asked for them, and what was measured for them.

Answers and calibrations are never changed; a sizing that measures changes to its second answer.
"""

import datetime as dt
import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from sizing.engine.reading import iso_day


def new_id() -> str:
    """128 random bits: an address that nobody guesses."""
    return secrets.token_urlsafe(16)


class Calibration(models.Model):
    """What one probe run taught about one device. A refit makes a new row."""

    slug = models.SlugField(max_length=120, unique=True)
    device = models.ForeignKey(
        "catalog.Device", on_delete=models.CASCADE, related_name="calibrations"
    )
    run_id = models.UUIDField(db_index=True, help_text="The probe run it was fitted on.")
    parameters = models.JSONField(help_text="The fitted device, in the engine's own form.")
    points = models.JSONField(default=list, help_text="The measured points, with the fit's time.")
    points_fingerprint = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "run_id", "points_fingerprint", "engine_version"],
                name="one_calibration_per_device_run_points_and_engine",
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("sizing:calibration", args=[self.slug])


class SizingAnswer(models.Model):
    """The engine's answer to one request against one state of catalog, calibration and engine."""

    key = models.CharField(max_length=64, unique=True)
    catalog_revision = models.CharField(max_length=40)
    calibration_revision = models.CharField(max_length=80)
    engine_version = models.CharField(max_length=20)
    content = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.key[:12]


class SizingQuerySet(models.QuerySet["Sizing"]):
    """Sizings by age."""

    def expired(self, now: dt.datetime) -> "SizingQuerySet":
        """Those past their keeping time that nobody pinned."""
        return self.filter(pinned=False, created_at__lt=now - settings.SIZING_KEPT_FOR)

    def kept(self, now: dt.datetime) -> "SizingQuerySet":
        """Those that are pinned or within their keeping time."""
        young = models.Q(created_at__gte=now - settings.SIZING_KEPT_FOR)
        return self.filter(young | models.Q(pinned=True))


class Sizing(models.Model):
    """One stored request. Whoever knows its address may read it, only its maker may delete it."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    request = models.JSONField()
    answer = models.ForeignKey(SizingAnswer, on_delete=models.PROTECT, related_name="sizings")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sizings",
    )
    delete_token_hash = models.CharField(max_length=64, blank=True, editable=False)
    pinned = models.BooleanField(default=False, help_text="Kept beyond the usual time.")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SizingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.id

    def get_absolute_url(self) -> str:
        return reverse("sizing:sizing", args=[self.id])

    @property
    def kept_until(self) -> dt.datetime | None:
        """When it will be deleted; None while it is pinned."""
        return None if self.pinned else self.created_at + settings.SIZING_KEPT_FOR

    @property
    def prices_as_of(self) -> dt.date | None:
        """The past day whose prices it uses; None when those of its own day."""
        return iso_day((self.request.get("constraints") or {}).get("as_of"))

    @property
    def status(self) -> str:
        """Contract section 3: measuring, then done."""
        narrowing = getattr(self, "narrowing", None)
        return "measuring" if narrowing is not None and not narrowing.finished_at else "done"


class Narrowing(models.Model):
    """A sizing that waits for products to be timed on attached devices, or has waited."""

    sizing = models.OneToOneField(Sizing, on_delete=models.CASCADE, related_name="narrowing")
    before = models.ForeignKey(SizingAnswer, on_delete=models.PROTECT, related_name="narrowings")
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True, db_index=True)
    reason = models.CharField(
        max_length=400, blank=True, help_text="Why less was measured than was wanted."
    )

    def __str__(self) -> str:
        return f"narrowing of {self.sizing_id}"


class AskedRun(models.Model):
    """The products that one device was asked to time, and whether it has."""

    narrowing = models.ForeignKey(Narrowing, on_delete=models.CASCADE, related_name="runs")
    device = models.ForeignKey("catalog.Device", on_delete=models.CASCADE, related_name="+")
    run_id = models.UUIDField(unique=True)
    products = models.JSONField(help_text="Asked products: sizes, format, share, figures.")
    ended_at = models.DateTimeField(null=True, blank=True)
    calibration = models.ForeignKey(
        Calibration, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{len(self.products)} products on {self.device_id}"
