"""One fact of one row: its claims and the choice between them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.provenance.fact_page import FactPage, Statement, fact_page

FIELD = OpenApiParameter(
    "field", OpenApiTypes.STR, OpenApiParameter.PATH, description="Name of the field in the API."
)


class StatementSerializer(serializers.Serializer[Statement]):
    """What one source says."""

    value = serializers.CharField()
    unit = serializers.CharField()
    method = serializers.CharField(help_text="stated, measured or derived")
    standing = serializers.CharField(help_text="chosen, agrees, differs or earlier")
    difference = serializers.FloatField(
        allow_null=True, help_text="Of the chosen value, as a share of it; null for texts."
    )
    source: Any = serializers.CharField(source="source_slug")
    source_title = serializers.CharField()
    source_url = serializers.CharField(help_text="Empty when it has none.")
    confidence = serializers.IntegerField(help_text="In the source, 0 to 3.")
    licence = serializers.CharField(help_text="Of the source; empty when it states none.")
    locator = serializers.CharField()
    observed_on = serializers.DateField(allow_null=True, help_text="Null: date unknown.")
    recorded_at = serializers.DateTimeField()
    note = serializers.CharField()


class FactPageSerializer(serializers.Serializer[FactPage]):
    """One field with every claim about it."""

    field = serializers.CharField()
    label: Any = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField()
    why = serializers.CharField(help_text="Why the row follows the chosen claim.")
    disputed = serializers.BooleanField()
    largest_difference = serializers.FloatField(allow_null=True)
    claims = StatementSerializer(source="statements", many=True)


class FactMixin:
    """Details that answer `facts/{field}/`."""

    @extend_schema(parameters=[FIELD], responses=FactPageSerializer, filters=False)
    @action(
        detail=True,
        url_path=r"facts/(?P<field>[a-z0-9_]+)",
        url_name="fact",
        renderer_classes=[JSONRenderer],
    )
    def fact(self, _request: Request, field: str, **_kwargs: Any) -> Response:
        """Every claim about one figure, and why the row follows one of them."""
        page = fact_page(self.get_object(), field)  # type: ignore[attr-defined]
        if page is None:
            raise NotFound("The catalog knows nothing of this field of this row.")
        return Response(FactPageSerializer(page).data)
