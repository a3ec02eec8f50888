"""Alerts: who wants to hear of which offers, how often, and up to where they have been told."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.addresses import with_query
from catalog.models.saved_view import new_token

LONGEST_QUERY = 2000
LASTS = dt.timedelta(days=90)
"""An alert that nobody renews ends after this long."""


def first_end() -> dt.datetime:
    """When an alert made now lapses."""
    return timezone.now() + LASTS


class Alert(models.Model):
    """One question about offers and one place to send the news to.

    Whoever knows the token may see, pause, renew and delete it. `cursor` and `change_cursor` are
    the last observation and the last change of a row that were told or found not to matter.
    `digest` is what is being sent, kept as it is until the sending succeeds, so that a second try
    says the same under the same id.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        WEBHOOK = "webhook", "Webhook"

    class Pace(models.TextChoices):
        AT_ONCE = "at-once", "At once"
        DAILY = "daily", "At most once a day"
        WEEKLY = "weekly", "At most once a week"

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Not confirmed yet"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        OFF = "off", "Switched off"

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    destination = models.CharField(max_length=400, help_text="Mail address or https address.")
    secret = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Signs what a webhook is sent."
    )

    name = models.CharField(max_length=80)
    query = models.CharField(
        max_length=LONGEST_QUERY, blank=True, help_text="Filters of the offers list."
    )
    offer = models.ForeignKey(
        "Offer", on_delete=models.CASCADE, null=True, blank=True, related_name="alerts"
    )
    limit = models.DecimalField(
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Highest price per accelerator, per hour or each, that is worth telling.",
    )
    currency = models.CharField(max_length=3, blank=True, help_text="Of the limit.")
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.AT_ONCE)

    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    off_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(default=first_end)
    greeted_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    cursor = models.BigIntegerField(default=0)
    change_cursor = models.BigIntegerField(default=0)
    looked_on = models.DateField(help_text="Last day of which it is known what became stale.")
    digest = models.JSONField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    sent_count = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    last_error = models.CharField(max_length=300, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__isnull=True, currency="") | Q(limit__gt=0) & ~Q(currency=""),
                name="alert_limit_has_currency",
            )
        ]
        indexes = [
            models.Index(fields=["state", "expires_at"]),
            models.Index(fields=["destination"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def page(self) -> str:
        """Its page; no `get_absolute_url`, since the admin leads staff to that."""
        return reverse("catalog:alert", args=[self.token])

    @property
    def list_url(self) -> str:
        """The offers that are watched, as anybody sees them."""
        if self.offer is not None:
            return self.offer.get_absolute_url()
        return with_query("catalog:offers", self.query)

    @property
    def has_lapsed(self) -> bool:
        """Whether nobody has renewed it in time."""
        return self.expires_at <= timezone.now()

    @property
    def shown_destination(self) -> str:
        """Where it is sent, without what a forwarded mail should not give away."""
        if self.channel == self.Channel.WEBHOOK:
            return self.destination
        name, _, domain = self.destination.rpartition("@")
        return f"{name[:1]}…@{domain}"
