"""The catalog: hardware, prices, attached devices and language models."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Depends on no other part of the product."""

    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
