"""Who makes, sells or rents hardware."""

from django.db import models

from catalog.addresses import address


class Vendor(models.Model):
    """A maker of chips or servers, a cloud, a marketplace or a shop."""

    class Kind(models.TextChoices):
        CHIP_MAKER = "chip-maker", "Chip maker"
        SERVER_MAKER = "server-maker", "Server maker"
        CLOUD = "cloud", "Cloud"
        MARKETPLACE = "marketplace", "Marketplace"
        RESELLER = "reseller", "Reseller"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    aliases = models.JSONField(default=list, blank=True)
    website = models.URLField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("catalog:vendor", self.slug)
