"""Addresses of the probe side's pages."""

from django.urls import path

from probes import reports, views

app_name = "probes"

urlpatterns = [
    path("devices/", views.device_list, name="devices"),
    path("devices/invite/", views.invite_host, name="invite"),
    path("devices/<int:pk>/", views.device_page, name="device"),
    path("devices/<int:pk>/run/", views.start_run, name="start"),
    path("hosts/", views.device_list, name="hosts"),
    path("hosts/<slug:name>/", views.host_page, name="host"),
    path("runs/", views.RunList.as_view(), name="runs"),
    path("runs/<uuid:pk>/", views.run_page, name="run"),
    path("runs/<uuid:pk>/report/", reports.report_page, name="report"),
    path("runs/<uuid:pk>/report.json", reports.report_json, name="report-json"),
    path("runs/<uuid:pk>/live/", views.run_live, name="run-live"),
    path("runs/<uuid:pk>/cancel/", views.cancel_run, name="cancel"),
]
