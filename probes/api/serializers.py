"""Hosts, devices, measurements and runs as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Device, Host, Measurement
from probes import selectors
from probes.models import ProbeResult, ProbeRun
from probes.protocol import PROBES, SUITES


class HostSerializer(serializers.ModelSerializer[Host]):
    """A machine that runs a probe worker."""

    status = serializers.ChoiceField(choices=["online", "offline"], read_only=True)
    devices: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Host
        fields = [
            *("name", "status", "operating_system", "agent_version", "facts"),
            *("registered_at", "last_heartbeat_at", "devices"),
        ]


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """An attached accelerator; `verdict` is empty until it was measured."""

    host: Any = serializers.SlugRelatedField(slug_field="name", read_only=True)
    accelerator: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    status = serializers.ChoiceField(
        choices=["online", "offline"], source="host.status", read_only=True
    )
    verdict = serializers.SerializerMethodField()
    last_run = serializers.UUIDField(source="last_run_id", read_only=True, allow_null=True)

    class Meta:
        model = Device
        fields = [
            *("id", "uuid", "name", "backend", "index", "host", "status", "accelerator"),
            *("memory_bytes", "driver_version", "pci_device_id", "facts", "verdict", "last_run"),
            *("registered_at", "last_seen_at"),
        ]

    @extend_schema_field(
        serializers.ChoiceField(
            choices=["", "verified", "degraded", "failed", "measured", "info", "stale"]
        )
    )
    def get_verdict(self, device: Device) -> str:
        return selectors.device_verdict(device)


class MeasurementSerializer(serializers.ModelSerializer[Measurement]):
    """One figure of one probe in one run, SI units."""

    host = serializers.CharField(source="device.host.name", read_only=True)
    run = serializers.UUIDField(source="run_id", read_only=True)
    params = serializers.DictField(read_only=True)
    flags = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Measurement
        fields = [
            *("id", "device", "host", "run", "probe", "metric", "repetition", "params"),
            *("value", "unit", "ci_low", "ci_high", "p05", "p95", "samples"),
            *("expected_value", "expected_source", "verdict", "flags", "suite_version"),
            "measured_at",
        ]


class SuiteSerializer(serializers.Serializer[Any]):
    """A named set of probes."""

    slug = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField()
    typical_s = serializers.IntegerField(help_text="Usual length on one device, seconds.")
    probes = serializers.ListField(child=serializers.CharField())


class ResultSerializer(serializers.ModelSerializer[ProbeResult]):
    """What became of one probe of a run."""

    flags = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ProbeResult
        fields = ["probe", "status", "reason", "verdict", "flags", "duration_s"]


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a run is."""

    fraction = serializers.FloatField(default=0.0, help_text="0 to 1.")
    probe = serializers.CharField(default="")
    probes_done = serializers.IntegerField(default=0)
    probes_total = serializers.IntegerField(default=0)
    message = serializers.CharField(default="")


class RunSerializer(serializers.ModelSerializer[ProbeRun]):
    """A run as a list shows it."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    host = serializers.CharField(source="device.host.name", read_only=True)
    probes = serializers.ListField(child=serializers.CharField(), read_only=True)
    products = serializers.ListField(
        child=serializers.DictField(),
        read_only=True,
        help_text="Matrix products that a sizing asked for; empty for a run of a whole suite.",
    )
    status = serializers.ChoiceField(choices=ProbeRun.Status.choices, read_only=True)
    progress = serializers.SerializerMethodField()

    class Meta:
        model = ProbeRun
        fields = [
            *("id", "url", "device", "host", "suite", "probes", "products", "force", "imported"),
            *("status", "reason", "verdict"),
            *("progress", "requested_at", "started_at", "finished_at"),
        ]

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, run: ProbeRun) -> dict[str, Any]:
        known = {"fraction": run.percent / 100, **run.progress}
        known["fraction"] = 1.0 if not run.is_active else known["fraction"]
        fields = ProgressSerializer().fields
        return {name: known.get(name, field.default) for name, field in fields.items()}


class RunDetailSerializer(RunSerializer):
    """A run with its results and figures."""

    results = ResultSerializer(many=True, read_only=True)
    measurements = serializers.SerializerMethodField()

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "results", "measurements"]

    @extend_schema_field(MeasurementSerializer(many=True))
    def get_measurements(self, run: ProbeRun) -> Any:
        return MeasurementSerializer(selectors.measurements_of(run), many=True).data


class RunRequestSerializer(serializers.Serializer[Any]):
    """A wish to probe a device."""

    device = serializers.PrimaryKeyRelatedField(
        queryset=Device.objects.select_related("host"),
        pk_field=serializers.IntegerField(),
        help_text="Id of the device.",
    )
    suite = serializers.ChoiceField(choices=SUITES, default="quick")
    probes = serializers.ListField(
        child=serializers.ChoiceField(choices=PROBES),
        default=list,
        help_text="Probe ids to run in place of the whole suite.",
    )
    force = serializers.BooleanField(
        default=False,
        help_text="Run although somebody uses the device: staff only, never more than measured.",
    )
