"""The engine's refusals as HTTP answers."""

from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from sizing.engine.errors import InputError
from sizing.requests import error_body


class InputErrorMixin(APIView):
    """Answers `InputError` with 400 and the one shape of errors."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, InputError):
            return Response(error_body(exc), status=status.HTTP_400_BAD_REQUEST)
        return super().handle_exception(exc)
