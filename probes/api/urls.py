"""Addresses of the probe side's part of the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from probes.api import views

router = SimpleRouter(use_regex_path=False)
router.register("hosts", views.HostViewSet, basename="api-host")
router.register("devices", views.DeviceViewSet, basename="api-device")
router.register("suites", views.SuiteViewSet, basename="api-suite")
router.register("measurements", views.MeasurementViewSet, basename="api-measurement")
router.register("probe-runs", views.ProbeRunViewSet, basename="api-probe-run")

urlpatterns = [path("", include(router.urls))]
