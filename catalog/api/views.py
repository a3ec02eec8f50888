"""Lists and details of the catalog. Thin: querysets, filters and serializers stand elsewhere."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from catalog import filtersets, querysets
from catalog.api import serializers
from catalog.api.facts import FactMixin
from catalog.api.renderers import CsvListMixin, CsvRenderer
from catalog.as_of.asking import PARAM, BadDay, asked_day
from catalog.index.finding import FoundOffers, ask
from catalog.listing import columns
from catalog.models import Offer, OfferObservation, Source, Vendor

COLUMNS = OpenApiParameter(
    "columns",
    OpenApiTypes.STR,
    description="With `format=csv`: columns of the page, joined by commas, instead of every field.",
)


@extend_schema_view(list=extend_schema(parameters=[COLUMNS]))
class CatalogViewSet(CsvListMixin, viewsets.ReadOnlyModelViewSet):
    """A list with filters, paging and CSV, and details by slug."""

    renderer_classes = [JSONRenderer, CsvRenderer]
    filter_backends = [DjangoFilterBackend]
    lookup_field = "slug"
    detail_serializer_class: Any = None

    def get_serializer_class(self) -> Any:
        if self.action == "retrieve" and self.detail_serializer_class is not None:
            return self.detail_serializer_class
        return super().get_serializer_class()


class VendorViewSet(CatalogViewSet):
    """Makers, clouds and marketplaces."""

    queryset = Vendor.objects.all()
    serializer_class = serializers.VendorSerializer
    filterset_class = filtersets.VendorFilterSet
    columns = columns.VENDORS
    csv_name = "vendors"

    def get_queryset(self) -> QuerySet[Vendor]:
        return querysets.vendors()


class SourceViewSet(CatalogViewSet):
    """What facts and prices cite."""

    queryset = Source.objects.all()
    serializer_class = serializers.SourceSerializer
    filterset_class = filtersets.SourceFilterSet
    columns = columns.SOURCES
    csv_name = "sources"

    def get_queryset(self) -> QuerySet[Source]:
        return querysets.sources()


class AcceleratorViewSet(FactMixin, CatalogViewSet):
    """Accelerator variants."""

    queryset = querysets.accelerators()
    serializer_class = serializers.AcceleratorSerializer
    detail_serializer_class = serializers.AcceleratorDetailSerializer
    filterset_class = filtersets.AcceleratorFilterSet
    columns = columns.ACCELERATORS
    csv_name = "accelerators"


class ServerViewSet(FactMixin, CatalogViewSet):
    """Physical servers."""

    queryset = querysets.servers()
    serializer_class = serializers.ServerSerializer
    detail_serializer_class = serializers.ServerDetailSerializer
    filterset_class = filtersets.ServerFilterSet
    columns = columns.SERVERS
    csv_name = "servers"


class InstanceViewSet(FactMixin, CatalogViewSet):
    """Cloud instance types."""

    queryset = querysets.instances()
    serializer_class = serializers.InstanceSerializer
    detail_serializer_class = serializers.InstanceDetailSerializer
    filterset_class = filtersets.InstanceFilterSet
    columns = columns.INSTANCES
    csv_name = "instances"


class ChangeViewSet(CatalogViewSet):
    """What changed in rows, newest first; `revision_min=6` is all that revision 5 did not know."""

    queryset = querysets.changes()
    serializer_class = serializers.ChangeSerializer
    filterset_class = filtersets.ChangeFilterSet
    columns = columns.CHANGES
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    csv_name = "changes"


def find_offer(key: str, as_of: dt.date | None = None) -> Offer:
    """An offer by number or slug, at the price of a past day if one is given.

    Raises:
        Http404: there is none, or nobody had seen it by that day.
    """
    wanted = {"pk": int(key)} if key.isdecimal() and len(key) < 19 else {"slug": key}
    return get_object_or_404(querysets.offers(as_of), **wanted)


def day_of(request: Request) -> dt.date | None:
    """The past day that a request asks for.

    Raises:
        ValidationError: it is no day, or one in the future.
    """
    try:
        return asked_day(request.query_params)
    except BadDay as error:
        raise ValidationError({PARAM: str(error).removeprefix(f"{PARAM}: ")}) from error


OFFER_KEY = OpenApiParameter(
    "key", OpenApiTypes.STR, OpenApiParameter.PATH, description="Number or slug of the offer."
)

AS_OF = OpenApiParameter(
    PARAM, OpenApiTypes.DATE, description="Prices as they had been seen by the end of this day."
)


class OfferFilterBackend(DjangoFilterBackend):
    """Answers from the index of offers, as the page does."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> FoundOffers:
        """The rows that the address asks for, in its order.

        Raises:
            ValidationError: with the name of each filter whose value cannot be read.
        """
        filterset = self.get_filterset(request, queryset, view)
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        return ask(filterset).found()


@extend_schema_view(retrieve=extend_schema(parameters=[OFFER_KEY, AS_OF]))
class OfferViewSet(CatalogViewSet):
    """Prices of systems. Suspect ones are left out unless `status` asks for them."""

    queryset = querysets.offers()
    serializer_class = serializers.OfferSerializer
    filterset_class = filtersets.OfferFilterSet
    filter_backends = [OfferFilterBackend]
    columns = columns.OFFERS
    lookup_field = "pk"
    lookup_url_kwarg = "key"
    csv_name = "offers"

    def get_object(self) -> Offer:
        return find_offer(self.kwargs["key"], day_of(self.request))


@extend_schema_view(
    get=extend_schema(
        parameters=[OFFER_KEY, AS_OF],
        operation_id="offers_history_list",
        responses=serializers.ObservationSerializer(many=True),
    )
)
class OfferHistory(CsvListMixin, generics.ListAPIView):
    """Every observation of one offer, newest first, date unknown last."""

    serializer_class = serializers.ObservationSerializer
    renderer_classes = [JSONRenderer, CsvRenderer]
    filter_backends: list[Any] = []
    queryset = OfferObservation.objects.select_related("source")
    csv_name = "offer-history"
    own_parameters = (PARAM,)

    def get_queryset(self) -> QuerySet[OfferObservation]:
        observations = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return observations.none()
        day = day_of(self.request)
        observations = observations.filter(offer=find_offer(self.kwargs["key"], day))
        return observations.filter(observed_on__lte=day) if day else observations
