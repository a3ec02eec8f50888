"""Addresses of the catalog's pages."""

from django.urls import URLPattern

app_name = "catalog"

urlpatterns: list[URLPattern] = []
