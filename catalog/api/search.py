"""One search over everything."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.search.everything import MOST_CHARACTERS, search


class HitSerializer(serializers.Serializer[Any]):
    """One row that was found."""

    title = serializers.CharField()
    detail = serializers.CharField()
    url = serializers.CharField(help_text="Page of the row.")


class GroupSerializer(serializers.Serializer[Any]):
    """Hits of one noun: how many in all, the first of them, and where the rest is."""

    noun = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField()
    url = serializers.CharField(help_text="Page with all of them.")
    api_url = serializers.CharField(help_text="The same list in the API.")
    results = HitSerializer(many=True, source="hits")


class AnswerSerializer(serializers.Serializer[Any]):
    """Groups of hits; `searched` differs from `asked` when a spelling was corrected."""

    asked = serializers.CharField()
    searched = serializers.CharField()
    did_you_mean = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()
    groups = GroupSerializer(many=True)


class QuestionSerializer(serializers.Serializer[Any]):
    """What to search for."""

    q = serializers.CharField(max_length=MOST_CHARACTERS)


class Search(APIView):
    """Accelerators, servers, instances, offers, models, vendors and sources by one text."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True, description="Words of a name.")],
        responses=AnswerSerializer,
        operation_id="search",
    )
    def get(self, request: Request) -> Response:
        """Hits by noun, with counts and the addresses of the filtered lists."""
        question = QuestionSerializer(data=request.query_params)
        question.is_valid(raise_exception=True)
        return Response(AnswerSerializer(search(question.validated_data["q"])).data)
