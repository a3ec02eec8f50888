"""Catalog revisions: what a stored answer pins."""

from django.db import models
from django.utils import timezone


class CatalogRevision(models.Model):
    """One state of the catalog. The number only grows; the newest row is the current state."""

    number = models.BigAutoField(primary_key=True)
    fingerprint = models.CharField(max_length=64, db_index=True, help_text="Of the data loaded.")
    reason = models.CharField(max_length=120)
    changes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        get_latest_by = "number"

    def __str__(self) -> str:
        return f"r{self.number}"
