"""Addresses of sizing's part of the API."""

from django.urls import path

from sizing.api import library, views

urlpatterns = [
    path("estimates/", views.EstimateView.as_view(), name="api-estimates"),
    path("sizings/", views.SizingsView.as_view(), name="api-sizings"),
    path("sizings/<str:pk>/", views.SizingView.as_view(), name="api-sizing"),
    path("models/", library.ModelList.as_view(), name="api-models"),
    path("models/<str:slug>/", library.ModelDetail.as_view(), name="api-model"),
    path("calibrations/", views.CalibrationList.as_view(), name="api-calibrations"),
    path("calibrations/<slug:slug>/", views.CalibrationDetail.as_view(), name="api-calibration"),
]
