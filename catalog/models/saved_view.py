"""Lists that somebody keeps under a name."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse

from catalog.addresses import with_query


def new_token() -> str:
    """An address that nobody guesses."""
    return secrets.token_urlsafe(16)


class SavedView(models.Model):
    """A list with its filters, order and columns; whoever knows the token may open or delete it."""

    class Noun(models.TextChoices):
        ACCELERATORS = "accelerators", "Accelerators"
        SERVERS = "servers", "Servers"
        INSTANCES = "instances", "Instance types"
        OFFERS = "offers", "Offers"
        VENDORS = "vendors", "Vendors"
        SOURCES = "sources", "Sources"
        CHANGES = "changes", "Changes"

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    name = models.CharField(max_length=80)
    noun = models.CharField(max_length=12, choices=Noun.choices, verbose_name="list")
    query = models.CharField(max_length=2000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_views",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def page(self) -> str:
        """Its page; no `get_absolute_url`, since the admin leads staff to that."""
        return reverse("catalog:saved-view", args=[self.token])

    @property
    def list_url(self) -> str:
        """The list as it was saved; its rows are those of today."""
        return with_query(f"catalog:{self.noun}", self.query)
