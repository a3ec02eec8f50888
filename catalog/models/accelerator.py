"""Accelerators. The variant is the identity: form factor and memory are part of it."""

from typing import Any

from django.db import models
from django.db.models import Q

from catalog.addresses import address
from catalog.models.constraints import positive_or_unknown
from catalog.names import name_key


class LinkKind(models.TextChoices):
    """How the accelerators of one node reach each other."""

    NVSWITCH = "nvswitch", "NVSwitch"
    NVLINK_BRIDGE = "nvlink-bridge", "NVLink bridge"
    NVLINK_MESH = "nvlink-mesh", "NVLink mesh"
    XGMI = "xgmi", "xGMI"
    PCIE = "pcie", "PCIe"
    NONE = "none", "None"


PEAK_FORMATS = {
    "fp64": "fp64_tflops",
    "fp64_matrix": "fp64_matrix_tflops",
    "fp32": "fp32_tflops",
    "tf32": "tf32_tflops",
    "bf16": "bf16_tflops",
    "fp16": "fp16_tflops",
    "fp8": "fp8_tflops",
    "int8": "int8_tops",
    "fp4": "fp4_tflops",
}

MEASURES = (
    "memory_label_gb",
    "capacity_gb",
    "memory_bandwidth_gb_s",
    *PEAK_FORMATS.values(),
    "fp16_fp16_accumulate_tflops",
    "multiprocessors",
    "cores",
    "tensor_cores",
    "boost_mhz",
    "l2_mb",
    "tdp_w",
    "link_bidirectional_gb_s",
    "pcie_generation",
    "pcie_lanes",
    "per_node",
)


class Accelerator(models.Model):
    """One accelerator variant. A figure nobody states is NULL, never 0.

    Peaks are dense; matrix units where the part has them. `capacity_gb` is what a program can
    allocate, `memory_label_gb` what the box says (binary gigabytes).
    """

    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=120)
    vendor = models.ForeignKey("Vendor", on_delete=models.PROTECT, related_name="accelerators")
    family = models.SlugField(max_length=40, db_index=True)
    architecture = models.CharField(max_length=60, blank=True)
    form_factor = models.CharField(max_length=60, blank=True)
    released_on = models.DateField(null=True, blank=True)
    pci_device_ids = models.JSONField(default=list, blank=True)

    memory_label_gb = models.FloatField(null=True, blank=True)
    capacity_gb = models.FloatField(null=True, blank=True)
    capacity_basis = models.CharField(max_length=200, blank=True)
    memory_type = models.CharField(max_length=30, blank=True)
    memory_bandwidth_gb_s = models.FloatField(null=True, blank=True)

    fp64_tflops = models.FloatField(null=True, blank=True)
    fp64_matrix_tflops = models.FloatField(null=True, blank=True)
    fp32_tflops = models.FloatField(null=True, blank=True)
    tf32_tflops = models.FloatField(null=True, blank=True)
    bf16_tflops = models.FloatField(null=True, blank=True)
    fp16_tflops = models.FloatField(null=True, blank=True)
    fp16_fp16_accumulate_tflops = models.FloatField(null=True, blank=True)
    fp8_tflops = models.FloatField(null=True, blank=True)
    int8_tops = models.FloatField(null=True, blank=True)
    fp4_tflops = models.FloatField(null=True, blank=True)

    compute_capability = models.CharField(max_length=10, blank=True)
    multiprocessors = models.PositiveIntegerField(null=True, blank=True)
    cores = models.PositiveIntegerField(null=True, blank=True)
    tensor_cores = models.PositiveIntegerField(null=True, blank=True)
    boost_mhz = models.FloatField(null=True, blank=True)
    l2_mb = models.FloatField(null=True, blank=True)
    tdp_w = models.FloatField(null=True, blank=True)

    link_kind = models.CharField(
        max_length=16, choices=LinkKind.choices, default=LinkKind.NONE, help_text="Usual link."
    )
    link_name = models.CharField(max_length=80, blank=True)
    link_bidirectional_gb_s = models.FloatField(
        null=True, blank=True, help_text="Per accelerator, both directions together."
    )
    pcie_generation = models.PositiveSmallIntegerField(null=True, blank=True)
    pcie_lanes = models.PositiveSmallIntegerField(null=True, blank=True)
    per_node = models.PositiveSmallIntegerField(
        default=8, help_text="Accelerators that usually share one node."
    )

    consumer = models.BooleanField(default=False, help_text="GeForce-class card.")
    derived = models.BooleanField(
        default=False, help_text="Peaks are derived (CPUs); never offered for purchase."
    )
    licence = models.CharField(max_length=80, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            *positive_or_unknown("accelerator", MEASURES),
            models.CheckConstraint(
                condition=Q(link_kind__in=LinkKind.values), name="accelerator_link_kind_known"
            ),
            models.CheckConstraint(condition=~Q(family=""), name="accelerator_family_given"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("catalog:accelerator", self.slug)

    @property
    def peak_tflops(self) -> dict[str, float]:
        """Dense peaks that are known, by number format."""
        peaks = {name: getattr(self, column) for name, column in PEAK_FORMATS.items()}
        return {name: value for name, value in peaks.items() if value is not None}


class AcceleratorAlias(models.Model):
    """Another name for a variant. One name on several variants is ambiguous on purpose."""

    accelerator = models.ForeignKey(Accelerator, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, db_index=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["accelerator", "key"], name="alias_once_per_variant")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = name_key(self.name)
        super().save(*args, **kwargs)
