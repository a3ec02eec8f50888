"""Offers: what somebody asks for a system, and every observation of it."""

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils import timezone

from catalog.addresses import address
from catalog.freshness import freshness
from catalog.models.constraints import positive_or_unknown

HOURS_PER_MONTH = Decimal("730.5")
"""365.25 x 24 / 12, as in `sizing.engine.search.assumptions`, which nothing here may import."""


class Offer(models.Model):
    """A price for `accelerator_count` of one variant, in an instance, a server or alone.

    The amount is for the whole target (per hour when rented, each when bought). The row carries
    the newest observation; the series is in `OfferObservation`.
    """

    class Pricing(models.TextChoices):
        ON_DEMAND = "on-demand", "On demand"
        SPOT = "spot", "Spot"
        RESERVED = "reserved", "Reserved"
        BUY = "buy", "Purchase"

    class Unit(models.TextChoices):
        HOUR = "h", "per hour"
        EACH = "each", "each"

    class Status(models.TextChoices):
        LIVE = "live", "Live"
        SUSPECT = "suspect", "Suspect"
        WITHDRAWN = "withdrawn", "Withdrawn"

    slug = models.SlugField(max_length=200, unique=True)
    provider = models.ForeignKey("Vendor", on_delete=models.PROTECT, related_name="offers")
    accelerator = models.ForeignKey("Accelerator", on_delete=models.PROTECT, related_name="offers")
    accelerator_count = models.DecimalField(max_digits=7, decimal_places=3)
    accelerator_stated = models.CharField(max_length=120, help_text="Name as the source has it.")
    instance = models.ForeignKey(
        "InstanceType", on_delete=models.PROTECT, null=True, blank=True, related_name="offers"
    )
    server = models.ForeignKey(
        "Server", on_delete=models.PROTECT, null=True, blank=True, related_name="offers"
    )
    pricing = models.CharField(max_length=10, choices=Pricing.choices)
    tier = models.CharField(max_length=30, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3)
    unit = models.CharField(max_length=4, choices=Unit.choices)
    amount_per_accelerator = models.GeneratedField(
        # SQLite would divide whole amounts as integers.
        expression=Cast("amount", models.FloatField())
        / Cast("accelerator_count", models.FloatField()),
        output_field=models.FloatField(),
        db_persist=True,
    )
    includes_host = models.BooleanField(
        null=True, blank=True, help_text="False when CPU and memory are billed apart."
    )
    region = models.CharField(max_length=80, blank=True)
    vcpus = models.FloatField(null=True, blank=True)
    ram_gb = models.FloatField(null=True, blank=True)
    condition = models.CharField(max_length=80, blank=True)
    host = models.ForeignKey(
        "Host",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="offers",
        help_text="The attached host that is offered, so that buyers see what probes found on it.",
    )
    source = models.ForeignKey("Source", on_delete=models.PROTECT, related_name="offers")
    url = models.URLField(max_length=400, blank=True)
    observed_on = models.DateField(
        null=True, blank=True, db_index=True, help_text="Empty when the source gives no date."
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.LIVE)
    status_reason = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    notes = models.TextField(blank=True)

    judged_on: dt.date | None = None
    """Day as of which the row was read with its price; None for today."""

    class Meta:
        ordering = [F("observed_on").desc(nulls_last=True), "amount_per_accelerator", "slug"]
        constraints = [
            *positive_or_unknown("offer", ("amount", "accelerator_count", "vcpus", "ram_gb")),
            models.CheckConstraint(
                condition=Q(pricing="buy", unit="each") | (~Q(pricing="buy") & Q(unit="h")),
                name="offer_unit_fits_pricing",
            ),
            models.CheckConstraint(
                condition=Q(instance__isnull=True) | Q(server__isnull=True),
                name="offer_has_one_target",
            ),
        ]
        indexes = [
            models.Index(fields=["accelerator", "status", "amount_per_accelerator"]),
            models.Index(fields=["status", "observed_on"]),
            models.Index(fields=["status", "amount_per_accelerator"]),
            # Holds all that facets group by, so that counting them reads no rows.
            models.Index(
                fields=[
                    *("status", "accelerator", "provider", "pricing", "region", "condition"),
                    *("observed_on", "accelerator_count"),
                ],
                name="catalog_offer_facets",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        url = address("catalog:offer", self.pk)
        return f"{url}?as_of={self.judged_on}" if self.judged_on else url

    @property
    def target_name(self) -> str:
        """The system that the offer resolves to, for people."""
        if self.instance is not None:
            return self.instance.name
        if self.server is not None:
            return self.server.model
        return f"{self.accelerator_count.normalize():f} x {self.accelerator.name}"

    @property
    def amount_per_gib(self) -> float | None:
        """Price per GiB of accelerator memory; None where the memory is not known."""
        memory = self.accelerator.memory_label_gb
        return float(self.amount_per_accelerator) / float(memory) if memory else None

    @property
    def amount_per_month(self) -> Decimal | None:
        """Rent of the whole system for a month at work all the time; None for a purchase."""
        rented = self.unit == self.Unit.HOUR
        return Decimal(self.amount) * HOURS_PER_MONTH if rented else None

    @property
    def freshness(self) -> str:
        """One of fresh, stale, historical and unknown (the source gives no date)."""
        return freshness(self.observed_on, self.judged_on or timezone.localdate())


class OfferObservation(models.Model):
    """One reading of an offer's price; never changed or deleted."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="observations")
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3)
    observed_on = models.DateField(null=True, blank=True)
    source = models.ForeignKey("Source", on_delete=models.PROTECT, related_name="observations")
    locator = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = [F("observed_on").desc(nulls_last=True), "-recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=Decimal(0)), name="observation_amount_positive"
            )
        ]
        indexes = [
            # Holds what charts read, so that they read no rows.
            models.Index(
                fields=["offer", "-observed_on", "currency", "amount"],
                name="catalog_observation_series",
            ),
            # Feeds walk it for the offers that they are of.
            models.Index(
                fields=["-recorded_at", "-id", "offer"], name="catalog_observation_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.observed_on or 'date unknown'}"
