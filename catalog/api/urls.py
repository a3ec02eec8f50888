"""Addresses of the catalog's part of the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from catalog.api import views
from catalog.api.alerts import AlertDetail, Alerts
from catalog.api.search import Search

router = SimpleRouter()
router.register("vendors", views.VendorViewSet, basename="api-vendor")
router.register("sources", views.SourceViewSet, basename="api-source")
router.register("accelerators", views.AcceleratorViewSet, basename="api-accelerator")
router.register("servers", views.ServerViewSet, basename="api-server")
router.register("instances", views.InstanceViewSet, basename="api-instance")
router.register("changes", views.ChangeViewSet, basename="api-change")
router.register("offers", views.OfferViewSet, basename="api-offer")

urlpatterns = [
    path("search/", Search.as_view(), name="api-search"),
    path("alerts/", Alerts.as_view(), name="api-alerts"),
    path("alerts/<str:token>/", AlertDetail.as_view(), name="api-alert"),
    path("offers/<str:key>/history/", views.OfferHistory.as_view(), name="api-offer-history"),
    path("", include(router.urls)),
]
