"""The catalog's rows as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.facts import Fact, facts_of
from catalog.loading.instances import FIGURES as INSTANCE_FIGURES
from catalog.models import (
    Accelerator,
    InstanceType,
    Offer,
    OfferObservation,
    RowChange,
    Server,
    Source,
    Vendor,
)
from catalog.models.accelerator import MEASURES as ACCELERATOR_MEASURES
from catalog.models.server import MEASURES as SERVER_MEASURES


def slug(*, allow_null: bool = False) -> Any:
    """A related row by its slug."""
    return serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=allow_null)


class FactSerializer(serializers.Serializer[Fact]):
    """One figure with where it comes from."""

    field = serializers.CharField()
    label: Any = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    method = serializers.CharField()
    source: Any = serializers.CharField(source="source_slug")
    locator = serializers.CharField()
    observed_on = serializers.DateField(allow_null=True, help_text="Null: date unknown.")
    disputed = serializers.BooleanField()
    others = serializers.ListField(child=serializers.CharField())


class VendorSerializer(serializers.ModelSerializer[Vendor]):
    """A maker, cloud or marketplace."""

    offer_count = serializers.IntegerField(read_only=True)
    system_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Vendor
        fields = ["slug", "name", "kind", "aliases", "website", "offer_count", "system_count"]


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A document, data set or price list."""

    claim_count = serializers.IntegerField(read_only=True)
    offer_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Source
        fields = [
            *("slug", "title", "kind", "url", "revision", "read_on", "licence", "attribution"),
            *("confidence", "notes", "claim_count", "offer_count"),
        ]


class AcceleratorSerializer(serializers.ModelSerializer[Accelerator]):
    """One variant; a figure nobody states is null."""

    vendor = slug()
    aliases: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    pci_device_ids = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Accelerator
        fields = [
            *("slug", "name", "vendor", "family", "architecture", "form_factor", "released_on"),
            *("aliases", "pci_device_ids", "memory_type", "compute_capability", "capacity_basis"),
            *("link_kind", "link_name", *ACCELERATOR_MEASURES, "consumer", "derived"),
            *("licence", "notes"),
        ]


class ServerSerializer(serializers.ModelSerializer[Server]):
    """One server with one accelerator fitting."""

    vendor = slug()
    accelerator = slug(allow_null=True)
    source = slug()

    class Meta:
        model = Server
        fields = [
            *("slug", "vendor", "model", "kind", "accelerator", "accelerator_form"),
            *("link_kind", "link_name", "host_link", "cpu", "storage", "network"),
            *("power_supplies", "cooling", *SERVER_MEASURES),
            *("source", "observed_on", "licence", "notes"),
        ]


class InstanceSerializer(serializers.ModelSerializer[InstanceType]):
    """One cloud instance type."""

    provider = slug()
    accelerator = slug()
    accelerator_count = serializers.FloatField()
    source = slug()

    class Meta:
        model = InstanceType
        fields = [
            *("slug", "provider", "name", "accelerator", "accelerator_count"),
            *("accelerator_memory_stated_gb", "link_kind", "cpu", "storage", *INSTANCE_FIGURES),
            *("source", "observed_on", "licence", "notes"),
        ]


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """One price; `amount` is for the whole system, per hour or each."""

    provider = slug()
    accelerator = slug()
    accelerator_count = serializers.FloatField()
    instance = slug(allow_null=True)
    server = slug(allow_null=True)
    source = slug()
    host: Any = serializers.SlugRelatedField(
        slug_field="name", read_only=True, allow_null=True, help_text="Attached host on offer."
    )
    verdict = serializers.ChoiceField(
        choices=["", "verified", "degraded", "failed", "measured", "stale"],
        source="host.current_verdict",
        default="",
        read_only=True,
        help_text="What probes found on that host, as of now.",
    )
    amount_per_accelerator = serializers.DecimalField(
        max_digits=18, decimal_places=4, read_only=True
    )
    amount_per_gib = serializers.FloatField(
        read_only=True, allow_null=True, help_text="Per GiB of accelerator memory."
    )
    amount_per_month = serializers.DecimalField(
        max_digits=18,
        decimal_places=2,
        read_only=True,
        allow_null=True,
        help_text="Rent of the whole system for 730.5 hours; null for a purchase.",
    )
    freshness = serializers.ChoiceField(
        choices=["fresh", "stale", "historical", "unknown"], read_only=True
    )

    class Meta:
        model = Offer
        fields = [
            *("id", "slug", "provider", "instance", "server", "accelerator", "accelerator_count"),
            *("accelerator_stated", "pricing", "tier", "amount", "currency", "unit"),
            *("amount_per_accelerator", "amount_per_gib", "amount_per_month"),
            *("includes_host", "region", "vcpus", "ram_gb"),
            *("condition", "observed_on", "freshness", "status", "status_reason"),
            *("source", "url", "licence", "notes", "host", "verdict"),
        ]


class ObservationSerializer(serializers.ModelSerializer[OfferObservation]):
    """One reading of an offer's price."""

    source = slug()

    class Meta:
        model = OfferObservation
        fields = ["id", "amount", "currency", "observed_on", "source", "locator", "recorded_at"]


class ChangeSerializer(serializers.ModelSerializer[RowChange]):
    """One row that came or went, or one column of it with both values as texts."""

    revision = serializers.IntegerField(source="revision_id", help_text="5 for r5 of an answer.")
    label: Any = serializers.CharField(source="field_label", help_text="Of the field, for people.")
    source = slug(allow_null=True)
    url = serializers.CharField(source="get_absolute_url", help_text="Page of the row, if any.")

    class Meta:
        model = RowChange
        fields = [
            *("id", "changed_at", "revision", "kind", "slug", "name", "what", "field", "label"),
            *("old", "new", "unit", "source", "origin", "url"),
        ]


class WithFacts(serializers.Serializer[Any]):
    """Adds the provenance of every figure to a detail."""

    facts = serializers.SerializerMethodField()

    @extend_schema_field(FactSerializer(many=True))
    def get_facts(self, row: Any) -> list[dict[str, Any]]:
        """Provenance of every known figure."""
        return [dict(FactSerializer(fact).data) for fact in facts_of(row)]


class AcceleratorDetailSerializer(WithFacts, AcceleratorSerializer):
    """A variant with the source and date of every figure."""

    class Meta(AcceleratorSerializer.Meta):
        fields = [*AcceleratorSerializer.Meta.fields, "facts"]


class ServerDetailSerializer(WithFacts, ServerSerializer):
    """A server with the source and date of every figure."""

    class Meta(ServerSerializer.Meta):
        fields = [*ServerSerializer.Meta.fields, "facts"]


class InstanceDetailSerializer(WithFacts, InstanceSerializer):
    """An instance type with the source and date of every figure."""

    class Meta(InstanceSerializer.Meta):
        fields = [*InstanceSerializer.Meta.fields, "facts"]
