"""Lists, details and the two orders: start a run, cancel a run. Thin shells over services."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ErrorDetail, NotFound, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from catalog.api.pagination import Pages
from catalog.api.parameters import refuse_unknown
from catalog.api.renderers import CsvListMixin, CsvRenderer
from probes import filtersets, selectors, suites
from probes.api import serializers
from probes.models import ProbeRun
from probes.services import runs
from probes.services.errors import RunRefused


class ListViewSet(CsvListMixin, viewsets.ReadOnlyModelViewSet):
    """A list with filters, paging and CSV, and details."""

    renderer_classes = [JSONRenderer, CsvRenderer]
    filter_backends = [DjangoFilterBackend]


class HostViewSet(ListViewSet):
    """Machines that run a probe worker."""

    queryset = selectors.hosts()
    serializer_class = serializers.HostSerializer
    filterset_class = filtersets.HostFilterSet
    lookup_field = "name"
    csv_name = "hosts"


class DeviceViewSet(ListViewSet):
    """Attached accelerators."""

    queryset = selectors.devices()
    serializer_class = serializers.DeviceSerializer
    filterset_class = filtersets.DeviceFilterSet
    csv_name = "devices"


class MeasurementViewSet(ListViewSet):
    """Every figure that probes measured."""

    queryset = selectors.measurements()
    serializer_class = serializers.MeasurementSerializer
    filterset_class = filtersets.MeasurementFilterSet
    csv_name = "measurements"


class SuiteViewSet(viewsets.ViewSet):
    """What can be run on a device."""

    lookup_field = "slug"
    serializer_class = serializers.SuiteSerializer
    renderer_classes = [JSONRenderer, CsvRenderer]
    own_parameters = ("search", "ordering")

    @extend_schema(
        operation_id="suites_list",
        parameters=[
            *(OpenApiParameter(name, int) for name in ("page", "page_size")),
            OpenApiParameter("search", str),
            OpenApiParameter("ordering", str, description=", ".join(suites.ORDERS)),
        ],
        responses=serializers.SuiteSerializer(many=True),
        filters=False,
    )
    def list(self, request: Request) -> Response:
        refuse_unknown(request, self)
        pages = Pages()
        search, ordering = (request.query_params.get(name, "") for name in self.own_parameters)
        try:
            found = suites.listed(search, ordering)
        except ValueError as error:
            raise ValidationError({"ordering": [str(error)]}) from error
        page = pages.paginate_queryset([suite.to_dict() for suite in found], request, view=self)
        return pages.get_paginated_response(page)

    @extend_schema(
        operation_id="suites_retrieve",
        parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH)],
        responses=serializers.SuiteSerializer,
    )
    def retrieve(self, request: Request, slug: str) -> Response:
        if slug not in suites.ALL:
            raise NotFound
        return Response(suites.ALL[slug].to_dict())


class Conflict(APIException):
    """The order does not fit the state of the run."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


@extend_schema_view(
    list=extend_schema(operation_id="probe_runs_list"),
    retrieve=extend_schema(operation_id="probe_runs_retrieve"),
)
class ProbeRunViewSet(CsvListMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Runs of probes: ask for one, watch it, cancel it."""

    renderer_classes = [JSONRenderer, CsvRenderer]
    filter_backends = [DjangoFilterBackend]
    filterset_class = filtersets.RunFilterSet
    serializer_class = serializers.RunSerializer
    lookup_value_converter = "uuid"
    csv_name = "probe-runs"

    def get_queryset(self) -> QuerySet[ProbeRun]:
        return selectors.listed_runs()

    @extend_schema(responses=serializers.RunDetailSerializer)
    def retrieve(self, request: Request, pk: Any = None) -> Response:
        return Response(self._detail(self.get_object()))

    @extend_schema(
        operation_id="probe_runs_create",
        request=serializers.RunRequestSerializer,
        responses={202: serializers.RunDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        wish = serializers.RunRequestSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        try:
            run = runs.request_probe(requested_by=request.user, **wish.validated_data)
        except RunRefused as refused:
            detail = ErrorDetail(refused.detail, code=refused.code)
            raise ValidationError({refused.attr: [detail]}) from refused
        place = reverse("api-probe-run-detail", args=[run.pk], request=request)
        run.refresh_from_db()
        return Response(
            self._detail(run), status=status.HTTP_202_ACCEPTED, headers={"Location": place}
        )

    @extend_schema(
        operation_id="probe_runs_cancel",
        request=None,
        responses={200: serializers.RunDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any = None) -> Response:
        try:
            return Response(self._detail(runs.cancel_run(self.get_object())))
        except RunRefused as refused:
            raise Conflict(refused.detail, code=refused.code) from refused

    @staticmethod
    def _detail(run: ProbeRun) -> Any:
        return serializers.RunDetailSerializer(run).data
