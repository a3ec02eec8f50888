"""Claims: append-only facts with their source. The row beside them holds the chosen value."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

SUBJECTS = ("accelerator", "server", "instance")


def _exactly_one_subject() -> Q:
    condition = Q()
    for chosen in SUBJECTS:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in SUBJECTS})
    return condition


class Claim(models.Model):
    """What one source says about one field of one row."""

    class Method(models.TextChoices):
        STATED = "stated", "Stated"
        MEASURED = "measured", "Measured"
        DERIVED = "derived", "Derived"

    accelerator = models.ForeignKey(
        "Accelerator", on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )
    server = models.ForeignKey(
        "Server", on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )
    instance = models.ForeignKey(
        "InstanceType", on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )
    field = models.CharField(max_length=60)
    value = models.CharField(max_length=300)
    unit = models.CharField(max_length=20, blank=True)
    source = models.ForeignKey("Source", on_delete=models.PROTECT, related_name="claims")
    locator = models.CharField(max_length=250, blank=True, help_text="Path or page in the source.")
    observed_on = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.STATED)
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["field", "-pk"]
        constraints = [
            models.CheckConstraint(condition=_exactly_one_subject(), name="claim_has_one_subject")
        ]

    def __str__(self) -> str:
        return f"{self.field} = {self.value} {self.unit}".rstrip()
