"""Thin shells over services and selectors."""

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import generics, status
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.renderers import CsvListMixin, CsvRenderer
from sizing import selectors
from sizing.api import serializers
from sizing.api.errors import InputErrorMixin
from sizing.api.parsers import StrictJSONParser
from sizing.filtersets import CalibrationFilterSet
from sizing.models import Calibration, Sizing
from sizing.requests import as_object
from sizing.services.estimates import estimate
from sizing.services.measuring import settle, size_and_measure
from sizing.services.sizings import delete_sizing, may_delete, size, wants_measuring

SIGN_IN_TO_MEASURE = "Measuring uses somebody's devices: send a token, or leave `measure` out."
NOT_YOURS = "Only who made a sizing may delete it: sign in, or send X-Delete-Token."
DELETE_TOKEN = OpenApiParameter(
    "X-Delete-Token",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The token that the creation of this sizing answered with.",
)


class EstimateView(InputErrorMixin):
    """One workload on one given system."""

    parser_classes = [StrictJSONParser]
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="estimates_create",
        request=serializers.EstimateRequestSerializer,
        responses=serializers.EstimateSerializer,
    )
    def post(self, request: Request) -> Response:
        return Response(estimate(request.data))


class SizingsView(InputErrorMixin):
    """One workload over the whole catalog."""

    parser_classes = [StrictJSONParser]
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="sizings_create",
        request=serializers.SizingRequestSerializer,
        responses={
            201: serializers.CreatedSizingSerializer,
            202: OpenApiResponse(
                serializers.CreatedSizingSerializer,
                "Attached devices are asked to measure; `status_url` says when they have.",
            ),
            401: OpenApiResponse(description="`measure` was asked for without a token."),
        },
    )
    def post(self, request: Request) -> Response:
        owner = request.user if request.user.is_authenticated else None
        if wants_measuring(as_object(request.data)):
            if owner is None:
                raise NotAuthenticated(SIGN_IN_TO_MEASURE)
            stored = size_and_measure(request.data, owner=owner)
        else:
            stored = size(request.data, owner=owner)
        shown = serializers.SizingSerializer(stored.sizing, context={"request": request}).data
        body = {**shown, "delete_token": stored.delete_token}
        waits = stored.sizing.status == "measuring"
        return Response(
            body,
            status=status.HTTP_202_ACCEPTED if waits else status.HTTP_201_CREATED,
            headers={"Location": body["status_url" if waits else "url"]},
        )


@extend_schema_view(
    get=extend_schema(operation_id="sizings_retrieve"),
    delete=extend_schema(operation_id="sizings_destroy", parameters=[DELETE_TOKEN]),
)
class SizingView(InputErrorMixin, generics.RetrieveDestroyAPIView[Sizing]):
    """A stored sizing, shown as it was answered for as long as it is kept."""

    serializer_class = serializers.SizingSerializer
    permission_classes = [AllowAny]

    def get_queryset(self) -> QuerySet[Sizing]:
        return selectors.sizings()

    def get_object(self) -> Sizing:
        return settle(super().get_object())

    def perform_destroy(self, instance: Sizing) -> None:
        user = self.request.user
        token = self.request.headers.get("X-Delete-Token", "")
        if not may_delete(instance, user=user if user.is_authenticated else None, token=token):
            raise PermissionDenied(NOT_YOURS)
        delete_sizing(instance)


class CalibrationList(CsvListMixin, generics.ListAPIView[Calibration]):
    """Calibrations of attached devices, newest first."""

    serializer_class = serializers.CalibrationSerializer
    filterset_class = CalibrationFilterSet
    renderer_classes = [JSONRenderer, CsvRenderer]
    csv_name = "calibrations"

    def get_queryset(self) -> QuerySet[Calibration]:
        return selectors.calibrations().defer("parameters", "points")


class CalibrationDetail(generics.RetrieveAPIView[Calibration]):
    """One calibration with its parameters and points."""

    serializer_class = serializers.CalibrationDetailSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Calibration]:
        return selectors.calibrations()
