"""Every address of the site; each app owns its own part."""

from django.contrib import admin
from django.urls import include, path

from config import health, llms, operator, theme

handler404 = "config.errors.not_found"

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("llms.txt", llms.llms_txt),
    path("", include("django_prometheus.urls")),
    path("sign-in/", operator.SignIn.as_view(), name="sign-in"),
    path("sign-in/once/", operator.sign_in_once, name="sign-in-once"),
    path("sign-out/", operator.sign_out, name="sign-out"),
    path("theme/", theme.choose_theme, name="theme"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("", include("sizing.urls")),
    path("", include("probes.urls")),
    path("", include("catalog.urls")),
]
