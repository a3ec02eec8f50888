from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from config.throttles import AnonymousPostThrottle


def allowed(method: str, times: int) -> list[bool]:
    request = APIView().initialize_request(getattr(APIRequestFactory(), method)("/"))
    return [AnonymousPostThrottle().allow_request(request, None) for _ in range(times)]


def test_posts_beyond_the_limit_are_refused(settings):
    settings.RATE_LIMIT = "2/min"
    assert allowed("post", 3) == [True, True, False]


def test_reading_is_never_limited(settings):
    settings.RATE_LIMIT = "1/min"
    assert all(allowed("get", 3))


def test_off_lifts_the_limit(settings):
    settings.RATE_LIMIT = "off"
    assert all(allowed("post", 5))
