"""Physical servers, as a configuration somebody sells or has shown to run."""

from django.db import models
from django.db.models import Q

from catalog.addresses import address
from catalog.models.accelerator import LinkKind
from catalog.models.constraints import positive_or_unknown

MEASURES = (
    "accelerator_count",
    "rack_units",
    "link_bidirectional_gb_s",
    "cpu_sockets",
    "cores_per_socket",
    "ram_gb",
    "network_gbit_s",
    "max_power_w",
    "weight_kg",
)


class Server(models.Model):
    """A server model with one accelerator fitting; a barebone has neither variant nor count."""

    class Kind(models.TextChoices):
        RACK = "rack", "Rack server"
        RACK_SCALE = "rack-scale", "Rack-scale system"
        WORKSTATION = "workstation", "Workstation"
        EDGE = "edge", "Edge or development kit"

    slug = models.SlugField(max_length=140, unique=True)
    vendor = models.ForeignKey("Vendor", on_delete=models.PROTECT, related_name="servers")
    model = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    accelerator = models.ForeignKey(
        "Accelerator", on_delete=models.PROTECT, null=True, blank=True, related_name="servers"
    )
    accelerator_count = models.PositiveSmallIntegerField(null=True, blank=True)
    accelerator_form = models.CharField(max_length=60, blank=True)
    link_kind = models.CharField(max_length=16, choices=LinkKind.choices, blank=True)
    link_name = models.CharField(max_length=80, blank=True)
    link_bidirectional_gb_s = models.FloatField(null=True, blank=True)
    host_link = models.CharField(max_length=80, blank=True)
    cpu = models.CharField(max_length=120, blank=True)
    cpu_sockets = models.PositiveSmallIntegerField(null=True, blank=True)
    cores_per_socket = models.PositiveSmallIntegerField(null=True, blank=True)
    ram_gb = models.FloatField(null=True, blank=True)
    storage = models.CharField(max_length=200, blank=True)
    network = models.CharField(max_length=300, blank=True)
    network_gbit_s = models.FloatField(
        null=True, blank=True, help_text="Of the whole node, every port of the fabric together."
    )
    rack_units = models.FloatField(null=True, blank=True)
    power_supplies = models.CharField(max_length=120, blank=True)
    max_power_w = models.FloatField(null=True, blank=True)
    cooling = models.CharField(max_length=200, blank=True)
    weight_kg = models.FloatField(null=True, blank=True)
    source = models.ForeignKey("Source", on_delete=models.PROTECT, related_name="servers")
    observed_on = models.DateField(null=True, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["vendor__name", "model", "slug"]
        constraints = [
            *positive_or_unknown("server", MEASURES),
            models.CheckConstraint(
                condition=Q(accelerator__isnull=True) | Q(accelerator_count__isnull=False),
                name="server_accelerator_has_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor.name} {self.model}"

    def get_absolute_url(self) -> str:
        return address("catalog:server", self.slug)
