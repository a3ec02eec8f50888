"""Reports of wrong values: what somebody says a figure should be, and what became of it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.fields import label

SUBJECTS = ("accelerator", "server", "instance", "offer")


def _exactly_one_subject() -> Q:
    condition = Q()
    for chosen in SUBJECTS:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in SUBJECTS})
    return condition


class ValueReport(models.Model):
    """One value that somebody says is wrong. Neither it nor its decision is ever deleted."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    accelerator = models.ForeignKey(
        "Accelerator", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    server = models.ForeignKey(
        "Server", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    instance = models.ForeignKey(
        "InstanceType", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    offer = models.ForeignKey(
        "Offer", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    field = models.CharField(max_length=60)
    stated_value = models.CharField(max_length=300, blank=True, help_text="Of the row, then.")
    proposed_value = models.CharField(max_length=300)
    source_url = models.URLField(max_length=400)
    read_on = models.DateField(help_text="Day on which the reporter read the source.")
    remark = models.TextField(max_length=2000, blank=True)
    email = models.EmailField(blank=True, help_text="For questions; shown to reviewers only.")
    reported_at = models.DateTimeField(default=timezone.now)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decision_remark = models.TextField(max_length=2000, blank=True)
    replaced_value = models.CharField(max_length=300, blank=True)
    followed = models.BooleanField(default=False, help_text="Whether the row took the value over.")
    claim = models.ForeignKey(
        "Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    observation = models.ForeignKey(
        "OfferObservation", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )

    class Meta:
        verbose_name = "report of a wrong value"
        verbose_name_plural = "reports of wrong values"
        ordering = ["-reported_at", "-pk"]
        indexes = [models.Index(fields=["status", "-reported_at"], name="catalog_report_queue")]
        constraints = [
            models.CheckConstraint(condition=_exactly_one_subject(), name="report_has_one_subject")
        ]

    def __str__(self) -> str:
        return f"{label(self.field)} of {self.subject}: {self.proposed_value}"

    @property
    def noun(self) -> str:
        """One of `SUBJECTS`."""
        return next(name for name in SUBJECTS if getattr(self, f"{name}_id") is not None)

    @property
    def subject(self) -> Any:
        """The row that the report is about."""
        return getattr(self, self.noun)

    @property
    def is_public(self) -> bool:
        """Whether anybody may see the proposed value: figures, and texts that were accepted."""
        plain = self.proposed_value.replace(",", "").replace(".", "")
        return self.status == self.Status.ACCEPTED or plain.isdigit()
