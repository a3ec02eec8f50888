"""The verdict on a host, kept in its row, so that the catalog shows it beside what is offered."""

from typing import Any

from catalog.models import Host
from probes import selectors


def note_verdict(host: Host) -> None:
    """Brings the host's row to what its devices' last runs found, each as of now."""
    row: Any = selectors.hosts().get(pk=host.pk)
    measured = [device.last_run_at for device in row.devices.all() if device.last_run_at]
    Host.objects.filter(pk=host.pk).update(
        verdict=selectors.host_verdict(row), verdict_at=min(measured, default=None)
    )
