import pytest
from django.core.cache import cache
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from config.throttles import AnonymousPostThrottle


@pytest.fixture(autouse=True)
def _nobody_came_yet():
    cache.clear()


def allowed(method: str, times: int) -> list[bool]:
    request = APIView().initialize_request(getattr(APIRequestFactory(), method)("/"))
    return [AnonymousPostThrottle().allow_request(request, None) for _ in range(times)]


def allowed_through(*said: str) -> list[bool]:
    """What comes of POSTs over one connection that say where they come from."""
    requests = [APIRequestFactory().post("/", HTTP_X_FORWARDED_FOR=words) for words in said]
    asked = [APIView().initialize_request(request) for request in requests]
    return [AnonymousPostThrottle().allow_request(request, None) for request in asked]


def test_posts_beyond_the_limit_are_refused(settings):
    settings.RATE_LIMIT = "2/min"
    assert allowed("post", 3) == [True, True, False]


def test_what_a_visitor_says_of_his_address_is_not_believed(settings):
    settings.RATE_LIMIT = "1/min"
    assert allowed_through("192.0.2.1", "192.0.2.2") == [True, False]


def test_behind_proxies_the_address_that_they_saw_counts(settings):
    settings.RATE_LIMIT = "1/min"
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    said = ("192.0.2.9, 198.51.100.1", "192.0.2.8, 198.51.100.1", "192.0.2.9, 198.51.100.2")
    assert allowed_through(*said) == [True, False, True]


def test_reading_is_never_limited(settings):
    settings.RATE_LIMIT = "1/min"
    assert all(allowed("get", 3))


def test_off_lifts_the_limit(settings):
    settings.RATE_LIMIT = "off"
    assert all(allowed("post", 5))
