"""Shapes of requests and answers, for the OpenAPI document; the engine does the validation."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sizing.api.schemas import CONSTRAINTS
from sizing.models import Calibration, Sizing
from sizing.presentation.narrowing import measurement_data

JsonObject = {"type": "object", "additionalProperties": True}
WORKLOAD_HELP = (
    "`kind` is `llm-inference` or `gemm`; the fields of each kind stand in the project's "
    "documentation."
)


@extend_schema_field(JsonObject)
class ObjectField(serializers.JSONField):
    """A JSON object whose fields the engine checks."""


@extend_schema_field(CONSTRAINTS)
class ConstraintsField(serializers.JSONField):
    """Limits of a sizing, which the engine checks."""


class HardwareSerializer(serializers.Serializer[Any]):
    """A named accelerator, or an attached device."""

    accelerator = serializers.CharField(required=False, help_text="Slug or alias of the catalog.")
    device = serializers.IntegerField(required=False, help_text="Id of an attached device.")
    count = serializers.IntegerField(required=False, default=1, help_text="In all nodes together.")
    per_node = serializers.IntegerField(required=False, allow_null=True)
    interconnect = serializers.CharField(required=False, allow_null=True)
    node_interconnect_gbps = serializers.FloatField(
        required=False, allow_null=True, help_text="Gbit/s per accelerator."
    )


class EstimateRequestSerializer(serializers.Serializer[Any]):
    """One workload on one given system."""

    id = serializers.CharField(required=False, allow_null=True, help_text="Echoed.")
    workload = ObjectField(help_text=WORKLOAD_HELP)
    hardware = HardwareSerializer()
    plan = ObjectField(required=False, allow_null=True)


class MetricSerializer(serializers.Serializer[Any]):
    """A figure with its 90 % interval."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class BreakdownSerializer(serializers.Serializer[Any]):
    """Where the time of a step goes."""

    part = serializers.CharField()
    seconds = serializers.FloatField()
    share = serializers.FloatField()
    bound = serializers.CharField()


class EvidenceSerializer(serializers.Serializer[Any]):
    """What an answer rests on."""

    level = serializers.CharField(help_text="`measured`, `family` or `datasheet`.")
    calibration = serializers.CharField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())


class EstimateSerializer(serializers.Serializer[Any]):
    """The answer to an estimate request."""

    id = serializers.CharField(allow_null=True)
    feasible = serializers.BooleanField()
    problems = serializers.ListField(child=serializers.CharField())
    metrics = serializers.DictField(child=MetricSerializer())
    memory = serializers.DictField(child=serializers.FloatField())
    plan = ObjectField()
    breakdown = BreakdownSerializer(many=True)
    bottleneck = serializers.CharField(allow_null=True)
    evidence = EvidenceSerializer()
    engine_version = serializers.CharField()


class SizingRequestSerializer(serializers.Serializer[Any]):
    """One workload over the whole catalog."""

    workload = ObjectField(help_text=WORKLOAD_HELP)
    objective = serializers.CharField(
        required=False, default="cost", help_text="`cost`, `latency`, `throughput` or `energy`."
    )
    target = ObjectField(required=False, allow_null=True)
    constraints = ConstraintsField(required=False, allow_null=True)
    measure = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Ask attached devices for what would narrow the answer most; needs a token.",
    )
    limit = serializers.IntegerField(required=False, default=20)


class AskedDeviceSerializer(serializers.Serializer[Any]):
    """What one attached device was asked to time, and what that changed."""

    device = serializers.IntegerField()
    accelerator = serializers.CharField()
    run = serializers.UUIDField()
    calibration = serializers.CharField(allow_null=True, help_text="With these times in it.")
    products = serializers.ListField(
        child=ObjectField(), help_text="Sizes, format, part of the model, share of its time."
    )
    before = serializers.DictField(child=MetricSerializer())
    after = serializers.DictField(child=MetricSerializer(), allow_null=True)


class MeasurementOfSizingSerializer(serializers.Serializer[Any]):
    """What was measured for a sizing; null where that was not asked for."""

    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Why less was measured than was wanted.")
    devices = AskedDeviceSerializer(many=True)


class SizingSerializer(serializers.ModelSerializer[Sizing]):
    """A stored sizing: the request, the answer, and what the answer rests on."""

    url = serializers.SerializerMethodField(help_text="The page that shows it.")
    status = serializers.CharField(read_only=True, help_text="`measuring`, then `done`.")
    status_url = serializers.SerializerMethodField(help_text="This object again.")
    measurement = serializers.SerializerMethodField()
    prices_as_of = serializers.DateField(
        read_only=True,
        allow_null=True,
        help_text="Prices are those seen by the end of this day; null means by the answer's day.",
    )
    recommendations = serializers.SerializerMethodField()
    rejected = serializers.SerializerMethodField()
    frontier = serializers.SerializerMethodField()
    catalog_revision = serializers.CharField(source="answer.catalog_revision")
    calibration_revision = serializers.CharField(source="answer.calibration_revision")
    engine_version = serializers.CharField(source="answer.engine_version")
    request = ObjectField(read_only=True)
    kept_until = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Sizing
        fields = [
            "id",
            "url",
            "status",
            "status_url",
            "measurement",
            "request",
            "prices_as_of",
            "recommendations",
            "rejected",
            "frontier",
            "catalog_revision",
            "calibration_revision",
            "engine_version",
            "created_at",
            "kept_until",
        ]

    def get_url(self, sizing: Sizing) -> str:
        return self._absolute(sizing.get_absolute_url())

    def get_status_url(self, sizing: Sizing) -> str:
        return self._absolute(reverse("api-sizing", args=[sizing.pk]))

    def _absolute(self, path: str) -> str:
        request = self.context.get("request")
        return str(request.build_absolute_uri(path)) if request else path

    @extend_schema_field(MeasurementOfSizingSerializer(allow_null=True))
    def get_measurement(self, sizing: Sizing) -> dict[str, Any] | None:
        return measurement_data(sizing)

    @extend_schema_field({"type": "array", "items": JsonObject})
    def get_recommendations(self, sizing: Sizing) -> list[Any]:
        return list(sizing.answer.content["recommendations"])

    @extend_schema_field({"type": "array", "items": JsonObject})
    def get_rejected(self, sizing: Sizing) -> list[Any]:
        return list(sizing.answer.content["rejected"])

    @extend_schema_field({"type": "array", "items": {}})
    def get_frontier(self, sizing: Sizing) -> list[Any]:
        return list(sizing.answer.content["frontier"])


class CreatedSizingSerializer(SizingSerializer):
    """A new sizing; whoever made it without signing in gets the token that deletes it, once."""

    delete_token = serializers.CharField(
        read_only=True, allow_null=True, help_text="Send as X-Delete-Token with DELETE."
    )

    class Meta(SizingSerializer.Meta):
        fields = [*SizingSerializer.Meta.fields, "delete_token"]


class CalibrationSerializer(serializers.ModelSerializer[Calibration]):
    """What one probe run taught about one device."""

    device_name = serializers.CharField(source="device.name")
    accelerator = serializers.CharField(source="device.accelerator.slug", default=None)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Calibration
        fields = [
            "slug",
            "device",
            "device_name",
            "accelerator",
            "run_id",
            "engine_version",
            "points_fingerprint",
            "created_at",
            "url",
        ]

    def get_url(self, row: Calibration) -> str:
        path = row.get_absolute_url()
        request = self.context.get("request")
        return str(request.build_absolute_uri(path)) if request else path


class CalibrationDetailSerializer(CalibrationSerializer):
    """With the fitted parameters and the points behind them."""

    parameters = ObjectField()
    points = serializers.ListField(child=ObjectField())

    class Meta(CalibrationSerializer.Meta):
        fields = [*CalibrationSerializer.Meta.fields, "parameters", "points"]
