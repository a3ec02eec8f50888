"""Filters that pages and API share."""

import django_filters as filters
from django.db.models import Q, QuerySet

from catalog.models import LanguageModel
from sizing.models import Calibration


class ModelFilterSet(filters.FilterSet):
    """The model library by name, size and origin."""

    search = filters.CharFilter(method="filter_search", label="Search")
    min_parameters_b = filters.NumberFilter(
        field_name="parameters_b_nominal", lookup_expr="gte", label="At least (billion parameters)"
    )
    max_parameters_b = filters.NumberFilter(
        field_name="parameters_b_nominal", lookup_expr="lte", label="At most (billion parameters)"
    )
    ordering = filters.OrderingFilter(
        fields=(("slug", "slug"), ("name", "name"), ("parameters_b_nominal", "parameters_b")),
        label="Order",
        empty_label="Usual",
    )

    class Meta:
        model = LanguageModel
        fields = ["search", "min_parameters_b", "max_parameters_b", "ordering"]

    def filter_search(
        self, queryset: QuerySet[LanguageModel], _name: str, value: str
    ) -> QuerySet[LanguageModel]:
        for word in value.split():
            matches = Q(slug__icontains=word) | Q(name__icontains=word) | Q(hf_id__icontains=word)
            queryset = queryset.filter(matches)
        return queryset


class CalibrationFilterSet(filters.FilterSet):
    """Calibrations by device, run or accelerator."""

    search = filters.CharFilter(field_name="slug", lookup_expr="icontains", label="Search")
    accelerator = filters.CharFilter(field_name="device__accelerator__slug", label="Accelerator")
    ordering = filters.OrderingFilter(fields=(("created_at", "created_at"), ("slug", "slug")))

    class Meta:
        model = Calibration
        fields = ["device", "run_id", "accelerator", "search"]
