from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The project itself: operator, health checks, and the one Celery application."""

    name = "config"

    def ready(self) -> None:
        """Makes the configured Celery application current wherever Django runs."""
        from config import celery  # noqa: F401 - the import registers it
