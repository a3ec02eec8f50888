"""Filters of accelerators, servers and instance types."""

import django_filters as filters
from django.db.models import Q, QuerySet

from catalog.filtersets.base import (
    CatalogFilterSet,
    Choice,
    ComputedRange,
    NumberRange,
    YesOrNo,
    order_by,
)
from catalog.filtersets.expressions import domain_of_system, domain_of_variant, usual_link
from catalog.filtersets.of_accelerator import families, memory_each, memory_together
from catalog.models import Accelerator, InstanceType, LinkKind, Server, Vendor
from catalog.search.matching import accelerators_named, matches

COUNTED = ("accelerator_count", "ram_gb")


class AcceleratorFilterSet(CatalogFilterSet):
    """Variants by maker, family and figures."""

    vendor = filters.ModelChoiceFilter(
        queryset=Vendor.objects.filter(accelerators__isnull=False).distinct(),
        to_field_name="slug",
        empty_label="Any",
        label="Maker",
    )
    family = Choice(choices=families, label="Family")
    link_kind = Choice(choices=LinkKind.choices, label="Link")
    memory_label_gb = NumberRange(label="Memory", unit="GiB")
    memory_bandwidth_gb_s = NumberRange(label="Bandwidth", unit="GB/s")
    fp64_tflops = NumberRange(label="FP64", unit="TFLOPS")
    fp32_tflops = NumberRange(label="FP32", unit="TFLOPS")
    bf16_tflops = NumberRange(label="BF16 dense", unit="TFLOPS")
    fp8_tflops = NumberRange(label="FP8 dense", unit="TFLOPS")
    int8_tops = NumberRange(label="INT8 dense", unit="TOPS")
    link_domain = ComputedRange(domain_of_variant(), label="Link domain", unit="accelerators")
    tdp_w = NumberRange(label="Board power", unit="W")
    consumer = YesOrNo(label="Consumer card")
    ordering = order_by(
        *("slug", "name", "family", "form_factor", "memory_label_gb", "capacity_gb"),
        *("memory_bandwidth_gb_s", "bf16_tflops", "fp8_tflops", "tdp_w", "released_on"),
        *("link_bidirectional_gb_s", "fp64_tflops", "fp32_tflops", "fp16_tflops", "fp4_tflops"),
        *("int8_tops", "per_node", "l2_mb"),
        vendor="vendor__name",
    )

    class Meta:
        model = Accelerator
        fields: list[str] = []

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        columns = ("name", "slug", "family", "architecture", "memory_type")
        named = matches(value, *columns) | Q(pk__in=accelerators_named(value))
        return queryset.filter(named)


class SystemFilterSet(CatalogFilterSet):
    """What servers and instance types share."""

    def by_link(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Systems with this link between their accelerators."""
        return queryset.alias(usual_link=usual_link()).filter(usual_link=value)


class ServerFilterSet(SystemFilterSet):
    """Physical servers by maker, accelerator and facility figures."""

    vendor = filters.ModelChoiceFilter(
        queryset=Vendor.objects.filter(servers__isnull=False).distinct(),
        to_field_name="slug",
        empty_label="Any",
        label="Maker",
    )
    kind = Choice(choices=Server.Kind.choices, label="Kind")
    accelerator = filters.ModelChoiceFilter(
        queryset=Accelerator.objects.filter(servers__isnull=False).distinct(),
        to_field_name="slug",
        empty_label="Any",
        label="Accelerator",
    )
    family = Choice(choices=families, field_name="accelerator__family", label="Family")
    link_kind = Choice(choices=LinkKind.choices, method="by_link", label="Link")
    accelerator_count = NumberRange(label="Accelerators")
    memory_label_gb = memory_each()
    memory_total_gb = memory_together()
    link_domain = ComputedRange(domain_of_system(), label="Link domain", unit="accelerators")
    rack_units = NumberRange(label="Height", unit="U")
    max_power_w = NumberRange(label="Maximum power", unit="W")
    ram_gb = NumberRange(label="Host memory", unit="GB")
    ordering = order_by(
        *("slug", "model", "kind", "rack_units", "max_power_w", "weight_kg", *COUNTED),
        *("observed_on", "cooling", "network_gbit_s"),
        vendor="vendor__name",
        accelerator="accelerator__name",
    )

    class Meta:
        model = Server
        fields: list[str] = []

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        columns = ("model", "vendor__name", "cpu", "slug")
        return queryset.filter(matches(value, *columns, accelerator="accelerator"))


class InstanceFilterSet(SystemFilterSet):
    """Cloud instance types by provider, accelerator and size."""

    provider = filters.ModelChoiceFilter(
        queryset=Vendor.objects.filter(instances__isnull=False).distinct(),
        to_field_name="slug",
        empty_label="Any",
        label="Provider",
    )
    accelerator = filters.ModelChoiceFilter(
        queryset=Accelerator.objects.filter(instances__isnull=False).distinct(),
        to_field_name="slug",
        empty_label="Any",
        label="Accelerator",
    )
    family = Choice(choices=families, field_name="accelerator__family", label="Family")
    link_kind = Choice(choices=LinkKind.choices, method="by_link", label="Link")
    accelerator_count = NumberRange(label="Accelerators")
    memory_label_gb = memory_each()
    memory_total_gb = memory_together()
    link_domain = ComputedRange(domain_of_system(), label="Link domain", unit="accelerators")
    vcpus = NumberRange(label="vCPUs")
    ram_gb = NumberRange(label="Host memory", unit="GB")
    network_gbit_s = NumberRange(label="Network", unit="Gbit/s")
    ordering = order_by(
        *("slug", "name", "vcpus", "network_gbit_s", "fabric_gbit_s", *COUNTED, "observed_on"),
        provider="provider__name",
        accelerator="accelerator__name",
    )

    class Meta:
        model = InstanceType
        fields: list[str] = []

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        columns = ("name", "provider__name", "slug")
        return queryset.filter(matches(value, *columns, accelerator="accelerator"))
