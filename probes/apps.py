from django.apps import AppConfig


class ProbesConfig(AppConfig):
    """Runs of probes on attached hardware."""

    name = "probes"
    verbose_name = "Probes"
