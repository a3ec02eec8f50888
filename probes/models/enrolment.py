"""Which hosts may speak, and which of their letters were read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Enrolment(models.Model):
    """A host's right to take jobs and report: first a token, from then on its key."""

    name = models.SlugField(max_length=63, unique=True)
    host = models.OneToOneField(
        "catalog.Host", on_delete=models.SET_NULL, null=True, blank=True, related_name="enrolment"
    )
    key_id = models.CharField(max_length=64, blank=True)
    public_key = models.CharField(max_length=64, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    session = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["key_id"], condition=~Q(key_id=""), name="one_enrolment_per_key"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SeenLetter(models.Model):
    """The nonce of a letter that was acted on; kept as long as the letter could be sent again."""

    key_id = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_id", "nonce"], name="a_letter_counts_once")
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.nonce}"
