"""The sizing application."""

from django.apps import AppConfig


class SizingConfig(AppConfig):
    """Answers which hardware, how much of it and at what cost."""

    name = "sizing"
    verbose_name = "Sizing"
