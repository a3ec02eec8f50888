"""Rows of a comparison for one workload (named by COMPARED_WORKLOAD in the settings)."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from catalog.comparing.lines import Line
from catalog.comparing.part import Part
from catalog.models import LanguageModel
from sizing.comparing.choosing import WorkloadForm
from sizing.comparing.columns import columns_for
from sizing.comparing.lines import lines_of
from sizing.engine.errors import InputError
from sizing.presentation.request import request_facts
from sizing.services.answers import usual_grounds

TEMPLATE = "sizing/_compare_workload.html"


def workload_part(rows: Sequence[Any], query: QueryDict) -> Part:
    """The form, and what the engine says of each row once a workload is named."""
    form = WorkloadForm(query)
    context: dict[str, Any] = {"form": form}
    lines: tuple[Line, ...] = ()
    if form.is_valid() and form.asks:
        body = form.to_request()
        try:
            lines = lines_of(columns_for(body, rows, usual_grounds()))
            context["facts"] = request_facts(body)
        except InputError as error:
            form.add_input_errors(error)
    context["models"] = LanguageModel.objects.values_list("slug", "name")
    return Part(
        template=TEMPLATE,
        context=context,
        lines=lines,
        fields=tuple(form.fields),
        problems=tuple(f"{name}: {texts[0]}" for name, texts in form.errors.items()),
    )
