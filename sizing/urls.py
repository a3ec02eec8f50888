"""Addresses of sizing's pages."""

from django.urls import path

from sizing.views import (
    accuracy,
    calibrations,
    comparison,
    device_estimate,
    glossary,
    measured,
    models,
    purchase,
    rent_or_buy,
    runs_on,
    sizings,
)

app_name = "sizing"

urlpatterns = [
    path("size/", sizings.size, name="size"),
    path("sizings/compare/", comparison.compare, name="compare"),
    path("sizings/<str:pk>/", sizings.sizing, name="sizing"),
    path("sizings/<str:pk>/narrowing/", measured.narrowing, name="narrowing"),
    path("sizings/<str:pk>/ranking.csv", sizings.sizing_csv, name="sizing_csv"),
    path("sizings/<str:pk>/purchase/", purchase.purchase, name="purchase"),
    path("sizings/<str:pk>/purchase.pdf", purchase.purchase_pdf, name="purchase_pdf"),
    path("sizings/<str:pk>/delete/", sizings.delete, name="sizing_delete"),
    path("models/", models.model_list, name="models"),
    path("models/<str:slug>/", models.model_detail, name="model"),
    path("accelerators/<slug:slug>/runs/", runs_on.what_runs, name="runs_on"),
    path("rent-or-buy/", rent_or_buy.rent_or_buy, name="rent_or_buy"),
    path("rent-or-buy/months.csv", rent_or_buy.rent_or_buy_csv, name="rent_or_buy_csv"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("accuracy/", accuracy.accuracy, name="accuracy"),
    path("accuracy/rows/", accuracy.rows, name="accuracy_rows"),
    path("calibrations/", calibrations.calibration_list, name="calibrations"),
    path("calibrations/<slug:slug>/", calibrations.calibration, name="calibration"),
    path(
        "devices/<int:pk>/calibrations/",
        calibrations.device_calibrations,
        name="device_calibrations",
    ),
    path("devices/<int:pk>/estimate/", device_estimate.device_estimate, name="device_estimate"),
]
