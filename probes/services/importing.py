"""Reports from hosts that never spoke with this site: they come as files, and as claims."""

import datetime as dt
import time
import uuid

import structlog
from django.db import transaction

from catalog.models import Device, Host
from probes import verification
from probes.models import ProbeRun
from probes.protocol import HostInfo, Report, to_data
from probes.services import results
from probes.services.errors import RunRefused
from probes.services.invitation import plain_name
from probes.services.registration import register_device
from probes.services.verdicts import note_verdict
from probes.signing import MAX_CLOCK_LEAD_S
from probes.states import RunStatus

log = structlog.get_logger(__name__)


@transaction.atomic
def import_report(info: HostInfo, report: Report, *, name: str = "") -> tuple[ProbeRun, bool]:
    """The run of a report that came as a file, and whether it is new.

    The same report again changes nothing.

    Raises:
        RunRefused: the report is about no device of the host, has no UUID for a name, ended in the
            future, or answers a request of this site, whose host sends it signed.
    """
    key = _key(report)
    known = ProbeRun.objects.filter(pk=key).first()
    if known is not None and not known.imported:
        detail = "This site asked for that run; its host sends the report itself, signed."
        raise RunRefused("run_id", "asked_for", detail)
    if known is not None:
        return known, False
    _check_times(report)
    device = _device(info, report, _host(info, name))
    run = _stored(device, key, report)
    note_verdict(device.host)
    log.info("probes.report_imported", run=str(run.pk), host=device.host.name)
    return run, True


def _key(report: Report) -> uuid.UUID:
    try:
        return uuid.UUID(report.run_id)
    except ValueError:
        detail = f"{report.run_id!r} is no UUID, so the file is no report of the agent."
        raise RunRefused("run_id", "no_uuid", detail) from None


def _check_times(report: Report) -> None:
    """A run of the future would stay the newest of its device whatever comes after it."""
    if report.started_unix_s > report.finished_unix_s:
        detail = "The report ends before it starts: the clock of its host was set during the run."
        raise RunRefused("finished_unix_s", "reversed", f"{detail} Run the probes again.")
    ends = [result.started_unix_s + result.duration_s for result in report.results]
    last = max([report.finished_unix_s, *ends])
    if last > time.time() + MAX_CLOCK_LEAD_S:
        detail = f"The report ends at {_as_time(last):%Y-%m-%d %H:%M} UTC, which has not come."
        remedy = "Set the clocks of this machine and of its host, and run the probes again."
        raise RunRefused("finished_unix_s", "future", f"{detail} {remedy}")


def _as_time(unix_s: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(unix_s, tz=dt.UTC)


def _host(info: HostInfo, name: str) -> Host:
    """The machine's row; one that joined keeps what it says of itself."""
    known = Host.objects.filter(machine_id=info.machine_id).first()
    if known is not None:
        return known
    wanted = plain_name(name or info.name)
    if Host.objects.filter(name=wanted).exists():
        detail = f"Another host is called {wanted}; give this one another name with --name."
        raise RunRefused("name", "taken", detail)
    return Host.objects.create(
        name=wanted,
        machine_id=info.machine_id,
        operating_system=info.operating_system,
        agent_version=info.agent_version,
        facts=dict(info.facts),
    )


def _device(info: HostInfo, report: Report, host: Host) -> Device:
    found = next((one for one in info.devices if one.uuid == report.device_uuid), None)
    if found is None:
        detail = f"The report is about {report.device_uuid}, which {info.name} does not have."
        raise RunRefused("device_uuid", "unknown_device", detail)
    if not Device.objects.filter(uuid=found.uuid).exists():
        register_device(host, found)
    device = Device.objects.select_related("host").get(uuid=found.uuid)
    if device.host_id != host.pk:
        detail = f"{found.uuid} belongs to {device.host.name} here, not to {host.name}."
        raise RunRefused("device_uuid", "other_host", detail)
    return device


def _stored(device: Device, key: uuid.UUID, report: Report) -> ProbeRun:
    verdict, why = verification.final_verdict(
        report, seed=report.seed, nonce=report.nonce, imported=True
    )
    begun, ended = _as_time(report.started_unix_s), _as_time(report.finished_unix_s)
    run = ProbeRun.objects.create(
        pk=key,
        device=device,
        suite=report.suite,
        imported=True,
        seed=report.seed,
        nonce=report.nonce,
        status=RunStatus(report.status),
        reason=report.reason or why,
        verdict=verdict,
        report=to_data(report),
        hardware=verification.hardware_of(device),
        requested_at=begun,
        started_at=begun,
        finished_at=ended,
    )
    for result in report.results:
        results.store(run, result)
    return run
