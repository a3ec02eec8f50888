"""Tokens of the API, as `Authorization: Bearer ...`."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class BearerTokens(TokenAuthentication):
    """Knox tokens; bytes that are no text are a wrong token, not a fault of the server."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)


class BearerTokenScheme(KnoxTokenScheme):
    """How the OpenAPI document describes them."""

    target_class = "config.tokens.BearerTokens"
