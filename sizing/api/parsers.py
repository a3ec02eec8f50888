"""The one way a request body becomes a value."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from sizing.engine.errors import InputError
from sizing.parsing import parse_json

LARGEST_BODY_BYTES = 1_000_000


class StrictJSONParser(BaseParser):
    """JSON with limits on size and depth, without repeated fields."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(LARGEST_BODY_BYTES + 1)
        if len(body) > LARGEST_BODY_BYTES:
            raise ParseError(f"The request is larger than {LARGEST_BODY_BYTES:,} bytes.")
        try:
            return parse_json(body)
        except InputError as error:
            wrong = error.errors[0]
            raise ParseError(wrong.detail, code=wrong.code) from None
