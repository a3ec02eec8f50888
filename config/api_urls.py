"""The REST API, version 1."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# The page has no template to describe itself with, as OPTIONS would ask.
READING = ["get", "head"]

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", http_method_names=READING),
        name="api-docs",
    ),
    path("", include("catalog.api.urls")),
    path("", include("sizing.api.urls")),
    path("", include("probes.api.urls")),
]
