"""The review queue: rows that an import could not resolve, kept until a person decides."""

from django.db import models
from django.utils import timezone


class ReviewItem(models.Model):
    """One row of a source that did not become a catalog row, and why."""

    class Kind(models.TextChoices):
        ACCELERATOR = "accelerator", "Accelerator"
        SERVER = "server", "Server"
        INSTANCE = "instance", "Instance type"
        OFFER = "offer", "Offer"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"
        DISMISSED = "dismissed", "Dismissed"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    label = models.CharField(max_length=200)
    reason = models.CharField(max_length=40, help_text="Code of the reason.")
    detail = models.TextField()
    candidates = models.JSONField(default=list, blank=True)
    row = models.JSONField()
    source = models.ForeignKey(
        "Source", on_delete=models.PROTECT, null=True, blank=True, related_name="review_items"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    resolved_to = models.ForeignKey(
        "Accelerator",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="resolved_review_items",
        help_text="The variant that the row means; set it and save to import the row.",
    )
    resolution = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["status", "kind", "label", "pk"]
        indexes = [models.Index(fields=["status", "kind"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.label}"
