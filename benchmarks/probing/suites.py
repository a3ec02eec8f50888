"""This machine as a host of its own installation, and how long its suites take."""

import time
from collections.abc import Iterator

from attrs import frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.timing import Figure
from catalog.models import Device, Host
from probes.agent.inventory import inventory
from probes.agent.runner import run_job
from probes.models import ProbeRun
from probes.protocol import Product, Report
from probes.services.dispatch import job_of
from probes.services.enrolment import trust_key
from probes.services.progress import store_report
from probes.services.registration import register_host
from sizing.services.recalibration import recalibrate


@frozen
class Bench:
    """The CPU of this machine, registered."""

    host: Host
    device: Device

    @classmethod
    def of_this_machine(cls) -> "Bench":
        info = inventory(ask_torch=False)
        enrolment = trust_key(info.name, Ed25519PrivateKey.generate().public_key())
        host = register_host(enrolment, info)
        return cls(host, Device.objects.get(host=host, backend="cpu"))

    def probe(
        self, suite: str = "quick", probes: tuple[str, ...] = (), products: tuple[Product, ...] = ()
    ) -> tuple[ProbeRun, Report, float]:
        """Run probes as a worker does; gives the run, its report and the seconds it took."""
        run = ProbeRun(device=self.device, suite=suite, probes=list(probes))
        run.products = [{"m": p.m, "n": p.n, "k": p.k, "dtype": p.dtype} for p in products]
        run.save()
        start = time.perf_counter()
        report = run_job(job_of(run), lambda _: None)
        taken = time.perf_counter() - start
        if report.status != "succeeded":
            raise RuntimeError(f"{suite} {probes}: {report.reason}")
        return run, report, taken


def figures(bench: Bench) -> Iterator[Figure]:
    """Seconds of `quick` and `standard`; the device is calibrated from `standard`."""
    _, report, taken = bench.probe("quick")
    yield Figure("quick suite", taken, "s", disturbed(report), at_most=60.0)
    run, report, taken = bench.probe("standard")
    yield Figure("standard suite", taken, "s", disturbed(report), at_most=360.0)
    store_report(bench.host, report)
    if recalibrate(device_id=bench.device.pk, run_id=str(run.pk)) is None:
        raise RuntimeError("the standard suite gave no calibration")


def disturbed(report: Report) -> str:
    """How many figures other work on this machine disturbed."""
    flags = [figure.flags for result in report.results for figure in result.measurements]
    return f"{sum('contended' in one for one in flags)} of {len(flags)} figures disturbed"
