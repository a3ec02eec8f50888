"""The model library: what makers publish, with the engine's figures."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.renderers import JSONRenderer

from catalog.api.renderers import CsvListMixin, CsvRenderer
from catalog.models import LanguageModel
from sizing import fleet
from sizing import library as figures_of
from sizing.api.serializers import ObjectField
from sizing.filtersets import ModelFilterSet
from sizing.fleet import Revision


class FiguresSerializer(serializers.Serializer[figures_of.ModelFigures]):
    """What the engine derives from a configuration."""

    parameters = serializers.IntegerField()
    active_parameters = serializers.IntegerField(help_text="Weights that one token passes.")
    layers = serializers.IntegerField()
    hidden = serializers.IntegerField()
    vocabulary = serializers.IntegerField()
    experts = serializers.IntegerField(help_text="Routed experts of a layer; 0 for dense models.")
    native_format = serializers.CharField()
    max_context = serializers.IntegerField(allow_null=True, help_text="Tokens.")
    state_bytes_per_request = serializers.FloatField()
    weights_gb = serializers.DictField(child=serializers.FloatField(), help_text="By format.")
    kv_bytes_per_token = serializers.DictField(
        child=serializers.FloatField(), help_text="By format, all layers, unsharded."
    )


class ModelSerializer(serializers.ModelSerializer[LanguageModel]):
    """A model of the library."""

    figures = serializers.SerializerMethodField()

    class Meta:
        model = LanguageModel
        fields = [
            "slug",
            "name",
            "hf_id",
            "parameters_b_nominal",
            "source",
            "source_read_on",
            "confirmed",
            "licence",
            "figures",
        ]

    @cached_property
    def _revision(self) -> Revision:
        return fleet.current_revision()

    def get_figures(self, row: LanguageModel) -> dict[str, Any] | None:
        """The engine's figures; null where it cannot read the configuration."""
        found = figures_of.entry(self._revision, row).figures
        return None if found is None else FiguresSerializer(found).data


class ModelDetailSerializer(ModelSerializer):
    """With the published configuration."""

    config = ObjectField()

    class Meta(ModelSerializer.Meta):
        fields = [*ModelSerializer.Meta.fields, "notes", "config"]


class ModelList(CsvListMixin, generics.ListAPIView[LanguageModel]):
    """The model library."""

    serializer_class = ModelSerializer
    filterset_class = ModelFilterSet
    renderer_classes = [JSONRenderer, CsvRenderer]
    csv_name = "models"
    queryset = LanguageModel.objects.all()


class ModelDetail(generics.RetrieveAPIView[LanguageModel]):
    """One model with its configuration."""

    serializer_class = ModelDetailSerializer
    lookup_field = "slug"
    queryset: QuerySet[LanguageModel] = LanguageModel.objects.all()
