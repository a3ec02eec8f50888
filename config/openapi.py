"""The OpenAPI document's reading of a view."""

from typing import Any

from drf_standardized_errors.openapi import AutoSchema
from drf_standardized_errors.openapi_serializers import ValidationErrorResponseSerializer


class DocumentedSchema(AutoSchema):
    """Says 400 wherever a question may be put wrongly: in a body, in filters or in the address."""

    def _should_add_validation_error_response(self) -> bool:
        return self._has_fields() or any(
            parameter["in"] == "query" and parameter["name"] != "format"
            for parameter in self._get_parameters()
        )

    def _get_http400_serializer(self) -> Any:
        if self._has_fields():
            return super()._get_http400_serializer()
        return ValidationErrorResponseSerializer

    def _has_fields(self) -> bool:
        return bool(super()._should_add_validation_error_response())
