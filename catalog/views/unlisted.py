"""Answers for whoever knows an address that nobody guesses."""

from django.http import HttpResponse
from django.utils.cache import patch_cache_control


def unlisted(response: HttpResponse) -> HttpResponse:
    """The answer, kept out of search engines and shared caches."""
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True)
    return response
