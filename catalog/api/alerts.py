"""Alerts over the API: ask for one, look at it, delete it; whoever has its token may."""

from typing import Any

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from drf_standardized_errors.openapi_serializers import ErrorResponse429Serializer
from rest_framework import generics, serializers, status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.alerts.making import TOO_MANY, Asked, make, problems
from catalog.alerts.posting import LONGEST
from catalog.api.views import find_offer
from catalog.models import Alert
from catalog.models.alert import LONGEST_QUERY
from catalog.throttling import seconds_to_wait

MAIL_GOES_OUT = (
    "A mail with a link comes within a few minutes; the alert starts once that is confirmed."
)


class AskedSerializer(serializers.Serializer[Any]):
    """Where to, what for and how often; give one of `email` and `webhook`."""

    email = serializers.CharField(required=False, max_length=254)
    webhook = serializers.CharField(
        required=False, max_length=LONGEST, help_text="https address; it gets signed JSON."
    )
    name = serializers.CharField(required=False, max_length=80, allow_blank=True)
    query = serializers.CharField(
        required=False,
        max_length=LONGEST_QUERY,
        allow_blank=True,
        help_text="Filters of the offers list as in its address, such as `pricing=spot`.",
    )
    offer = serializers.CharField(
        required=False, max_length=200, help_text="Number or slug of one offer, in place of query."
    )
    limit = serializers.DecimalField(
        required=False,
        allow_null=True,
        max_digits=14,
        decimal_places=4,
        help_text="Highest price per accelerator, per hour or each, that is worth telling.",
    )
    currency = serializers.CharField(
        required=False, max_length=3, allow_blank=True, help_text="Of the limit."
    )
    pace = serializers.ChoiceField(choices=Alert.Pace.choices, default=Alert.Pace.AT_ONCE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        asked = Asked(**attrs)
        if wrong := problems(asked):
            raise ValidationError({field: [problem] for field, problem in wrong.items()})
        return {"asked": asked}

    def validate_offer(self, key: str) -> Any:
        """The offer with this number or slug."""
        try:
            return find_offer(key)
        except Http404 as error:
            raise ValidationError("There is no such offer.") from error


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """One alert and how it does; a mail address is shown in part only."""

    offer: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    destination = serializers.CharField(source="shown_destination")
    lapsed = serializers.BooleanField(source="has_lapsed")
    page = serializers.SerializerMethodField()

    class Meta:
        model = Alert
        fields = [
            *("name", "channel", "destination", "query", "offer", "limit", "currency", "pace"),
            *("state", "off_reason", "lapsed", "created_at", "confirmed_at", "expires_at"),
            *("last_sent_at", "sent_count", "failures", "last_error", "next_try_at", "page"),
        ]
        read_only_fields = fields

    def get_page(self, alert: Alert) -> str:
        """Where people pause and renew it."""
        page: str = self.context["request"].build_absolute_uri(alert.page)
        return page


class MadeSerializer(AlertSerializer):
    """A new alert on a webhook, with what only its maker may know."""

    class Meta(AlertSerializer.Meta):
        fields = ["token", "secret", *AlertSerializer.Meta.fields]
        read_only_fields = fields


class AcceptedSerializer(serializers.Serializer[Any]):
    """The same words for every mailbox, known or not."""

    detail = serializers.CharField()


class Alerts(APIView):
    """Alerts on new offers and changed prices."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="alerts_create",
        request=AskedSerializer,
        responses={
            201: OpenApiResponse(MadeSerializer, "A webhook: its secret is shown only here."),
            202: OpenApiResponse(AcceptedSerializer, "A mailbox: it has to confirm."),
            429: OpenApiResponse(ErrorResponse429Serializer, "Too many from this address."),
        },
    )
    def post(self, request: Request) -> Response:
        question = AskedSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        if wait_s := seconds_to_wait(request, settings.ALERT_THROTTLE):
            raise Throttled(wait_s)
        asked: Asked = question.validated_data["asked"]
        alert = make(asked)
        if asked.email:
            return Response({"detail": MAIL_GOES_OUT}, status=status.HTTP_202_ACCEPTED)
        if alert is None:
            raise ValidationError({"webhook": [TOO_MANY]})
        made = MadeSerializer(alert, context={"request": request})
        return Response(made.data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(operation_id="alerts_retrieve"),
    delete=extend_schema(operation_id="alerts_destroy"),
)
class AlertDetail(generics.RetrieveDestroyAPIView[Alert]):
    """One alert by its token."""

    serializer_class = AlertSerializer
    permission_classes = [AllowAny]
    queryset = Alert.objects.select_related("offer")
    lookup_field = "token"
