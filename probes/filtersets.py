"""One FilterSet per noun, shared by pages and API."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import BigIntegerField, Q, QuerySet

from catalog.models import Device, Host, Measurement
from probes.models import ProbeRun
from probes.suites import ALL as SUITES

VERDICTS = [(name, name) for name in ("verified", "degraded", "failed", "measured", "info")]


class RowNumber(filters.Filter):
    """The number of one row; what no column can hold is refused instead of asked for."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=BigIntegerField.MAX_BIGINT, **kwargs)


class SearchFilterSet(filters.FilterSet):
    """A list with `search` over a few text columns."""

    searched: tuple[str, ...] = ()
    search = filters.CharFilter(method="by_text", label="Search")

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every word stands in one of the searched columns."""
        for word in value.split():
            wanted = Q()
            for column in self.searched:
                wanted |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(wanted)
        return queryset


class HostFilterSet(SearchFilterSet):
    """Hosts by name."""

    searched = ("name", "operating_system")
    ordering = filters.OrderingFilter(
        fields=["name", "registered_at", "last_heartbeat_at"], label="Order"
    )

    class Meta:
        model = Host
        fields: list[str] = []


class DeviceFilterSet(SearchFilterSet):
    """Devices by host, backend and accelerator."""

    searched = ("name", "uuid", "host__name", "accelerator__name")
    host = filters.CharFilter(field_name="host__name", label="Host")
    backend = filters.ChoiceFilter(choices=Device.Backend.choices, label="Backend")
    accelerator = filters.CharFilter(field_name="accelerator__slug", label="Accelerator")
    ordering = filters.OrderingFilter(
        fields=[
            ("name", "name"),
            ("host__name", "host"),
            ("memory_bytes", "memory_bytes"),
            ("last_seen_at", "last_seen_at"),
        ],
        label="Order",
    )

    class Meta:
        model = Device
        fields: list[str] = []


class RunFilterSet(SearchFilterSet):
    """Runs by device, suite and status."""

    searched = ("device__name", "device__host__name", "reason")
    device = RowNumber(field_name="device_id", label="Device")
    host = filters.CharFilter(field_name="device__host__name", label="Host")
    suite = filters.ChoiceFilter(
        choices=[(suite.slug, suite.name) for suite in SUITES.values()], label="Suite"
    )
    status = filters.ChoiceFilter(choices=ProbeRun.Status.choices, label="Status")
    ordering = filters.OrderingFilter(
        fields=["requested_at", "finished_at", "status", "suite"], label="Order"
    )

    class Meta:
        model = ProbeRun
        fields: list[str] = []


class MeasurementFilterSet(SearchFilterSet):
    """Measurements by device, run, probe and value."""

    searched = ("probe", "metric", "device__name", "device__host__name")
    device = RowNumber(field_name="device_id", label="Device")
    run = filters.UUIDFilter(field_name="run_id", label="Run")
    probe = filters.CharFilter(label="Probe")
    metric = filters.CharFilter(label="Metric")
    verdict = filters.ChoiceFilter(choices=VERDICTS, label="Verdict")
    accelerator = filters.CharFilter(field_name="device__accelerator__slug", label="Accelerator")
    value_min = filters.NumberFilter(field_name="value", lookup_expr="gte", label="Value from")
    value_max = filters.NumberFilter(field_name="value", lookup_expr="lte", label="Value to")
    measured_after = filters.IsoDateTimeFilter(
        field_name="measured_at", lookup_expr="gte", label="Measured after"
    )
    measured_before = filters.IsoDateTimeFilter(
        field_name="measured_at", lookup_expr="lte", label="Measured before"
    )
    ordering = filters.OrderingFilter(
        fields=["measured_at", "probe", "metric", "value"], label="Order"
    )

    class Meta:
        model = Measurement
        fields: list[str] = []
