"""CSV for every list of the API: the same filters, one line per row, streamed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, Serializer

from catalog.api.parameters import refuse_unknown
from catalog.csv_text import written
from catalog.listing.column_choice import (
    PARAM,
    UnknownColumn,
    asked_for,
    chosen_columns,
    exported_fields,
)
from catalog.listing.tables import Column

CHUNK = 500


class CsvRenderer(BaseRenderer):
    """Renders a page of results, a list or one object as CSV."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Text of the whole answer; errors come as one line per error."""
        return "".join(csv_lines(_rows(data))).encode()


class CsvListMixin:
    """Lists that answer `?format=csv` with every filtered row, as it is read."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """A page as JSON, everything as CSV."""
        refuse_unknown(request, self)
        wanted = _wanted_fields(getattr(self, "columns", ()), request)
        if request.accepted_renderer.format != CsvRenderer.format:
            return super().list(request, *args, **kwargs)  # type: ignore[misc]
        rows = self.filter_queryset(self.get_queryset())  # type: ignore[attr-defined]
        serializer = self.get_serializer()  # type: ignore[attr-defined]
        lines = csv_lines(
            self._serialized(rows, wanted, serializer), header=wanted or field_names(serializer)
        )
        return stream(lines, filename=self._filename())

    def _serialized(
        self, rows: Any, wanted: Sequence[str], serializer: BaseSerializer[Any]
    ) -> Iterator[dict[str, Any]]:
        for row in rows.iterator(chunk_size=CHUNK):
            every = serializer.to_representation(row)
            yield {name: every[name] for name in wanted} if wanted else every

    def _filename(self) -> str:
        return f"{getattr(self, 'csv_name', 'export')}.csv"


def _wanted_fields(known: Sequence[Column], request: Request) -> list[str]:
    """Fields of the columns that `columns` names; empty for every field."""
    if not known or not asked_for(request.query_params):
        return []
    try:
        return exported_fields(chosen_columns(known, request.query_params))
    except UnknownColumn as error:
        raise ValidationError({PARAM: str(error)}) from error


def field_names(serializer: BaseSerializer[Any]) -> list[str]:
    """Columns of the rows that a serializer makes, as `flatten` names them."""
    names: list[str] = []
    for name, field in getattr(serializer, "fields", {}).items():
        inner = field_names(field) if isinstance(field, Serializer) else []
        names += [f"{name}.{deep}" for deep in inner] or [name]
    return names


def stream(lines: Iterable[str], *, filename: str) -> StreamingHttpResponse:
    """An attachment that is written while it is sent."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_lines(rows: Iterable[Mapping[str, Any]], header: Sequence[str] = ()) -> Iterator[str]:
    """A header from the first row, then one line per row; without rows the given header."""
    return written(_table(rows, header))


def _table(rows: Iterable[Mapping[str, Any]], header: Sequence[str]) -> Iterator[Sequence[Any]]:
    columns: list[str] = []
    for row in rows:
        flat = flatten(row)
        if not columns:
            columns = list(flat)
            yield columns
        yield [flat.get(column) for column in columns]
    if header and not columns:
        yield header


def flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    """Nested objects as `outer.inner`, lists joined by "; "."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}.{inner}": deep for inner, deep in flatten(value).items()}
        elif isinstance(value, list | tuple):
            flat[key] = "; ".join(str(item) for item in value)
        else:
            flat[key] = value
    return flat


def _rows(data: Any) -> list[Mapping[str, Any]]:
    if isinstance(data, Mapping):
        inner = data.get("results", data.get("errors"))
        return list(inner) if isinstance(inner, list) else [data]
    return list(data or [])
