"""Cloud instance types."""

from django.db import models

from catalog.addresses import address
from catalog.models.accelerator import LinkKind
from catalog.models.constraints import positive_or_unknown

MEASURES = (
    "accelerator_count",
    "accelerator_memory_stated_gb",
    "vcpus",
    "ram_gb",
    "network_gbit_s",
    "fabric_gbit_s",
)


class InstanceType(models.Model):
    """What a provider rents under one name. The count may be a fraction of one accelerator."""

    slug = models.SlugField(max_length=140, unique=True)
    provider = models.ForeignKey("Vendor", on_delete=models.PROTECT, related_name="instances")
    name = models.CharField(max_length=100)
    accelerator = models.ForeignKey(
        "Accelerator", on_delete=models.PROTECT, related_name="instances"
    )
    accelerator_count = models.DecimalField(max_digits=7, decimal_places=3)
    accelerator_memory_stated_gb = models.FloatField(null=True, blank=True)
    link_kind = models.CharField(max_length=16, choices=LinkKind.choices, blank=True)
    cpu = models.CharField(max_length=120, blank=True)
    vcpus = models.FloatField(null=True, blank=True)
    ram_gb = models.FloatField(null=True, blank=True)
    storage = models.CharField(max_length=200, blank=True)
    network_gbit_s = models.FloatField(
        null=True, blank=True, help_text="Primary network of the machine."
    )
    fabric_gbit_s = models.FloatField(
        null=True, blank=True, help_text="Fabric between nodes, every port together."
    )
    source = models.ForeignKey("Source", on_delete=models.PROTECT, related_name="instances")
    observed_on = models.DateField(null=True, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["provider__name", "name", "slug"]
        constraints = [
            *positive_or_unknown("instance", MEASURES),
            models.UniqueConstraint(
                fields=["provider", "name"], name="instance_name_once_per_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider.name} {self.name}"

    def get_absolute_url(self) -> str:
        return address("catalog:instance", self.slug)
