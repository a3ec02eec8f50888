"""Rows and wire values for tests of the probe side."""

import time
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from catalog.models import Device, Host
from probes import joining, protocol, signing
from probes.models import Enrolment, ProbeRun
from probes.services import enrolment, ingest


class TestHost:
    """A host that signs like a real one."""

    __test__ = False

    def __init__(self, name="box", machine_id=None, session="session-1"):
        self.name = name
        self.session = session
        self.machine_id = machine_id or uuid.uuid4().hex
        self.key = Ed25519PrivateKey.generate()
        self.enrolment = enrolment.trust_key(name, self.key.public_key())

    def letter(self, kind, payload):
        return signing.seal(payload, kind=kind, to=joining.SERVER, key=self.key)

    def send(self, kind, payload):
        return ingest.receive(self.letter(kind, payload))

    def register(self, *devices):
        info = host_info(self.name, self.machine_id, devices)
        payload = {"host": protocol.to_data(info), "session": self.session}
        return self.send("register", payload)

    def heartbeat(self, *runs):
        return self.send(
            "heartbeat", {"session": self.session, "runs": [str(run.pk) for run in runs]}
        )

    def start(self, run):
        return self.send("started", {"run_id": str(run.pk), "session": self.session})

    def progress(self, run, done, total=4):
        message = protocol.Progress(
            run_id=str(run.pk), probe="mem.copy", probes_done=done, probes_total=total
        )
        return self.send("progress", protocol.to_data(message))

    def report(self, run, **changes):
        return self.send("report", protocol.to_data(report_of(run, **changes)))

    @property
    def row(self):
        return Enrolment.objects.get(pk=self.enrolment.pk).host


def host_info(name, machine_id, devices=()):
    return protocol.HostInfo(
        machine_id=machine_id,
        name=name,
        operating_system="Linux 6",
        agent_version="0.1.0",
        devices=devices or (cpu_info(machine_id),),
    )


def cpu_info(machine_id, **changes):
    facts = {"cores": 2, "max_clock_hz": 2.5e9, "vector_bits": 256, "isa": ["avx2"]}
    values = {
        "uuid": f"CPU-{machine_id[:32]}",
        "index": 0,
        "backend": "cpu",
        "name": "Test Processor 9000",
        "memory_bytes": 8_000_000_000,
        "facts": facts,
    }
    return protocol.DeviceInfo(**values | changes)


def make_device(name="box"):
    """A device whose host sent a heartbeat just now, without letters."""
    host = Host.objects.create(
        name=name, machine_id=uuid.uuid4().hex, last_heartbeat_at=timezone.now()
    )
    return Device.objects.create(host=host, uuid=f"CPU-{host.machine_id}", backend="cpu", name="C")


def make_run(device, status="running", **fields):
    values = {"suite": "quick", "status": status, "heard_at": timezone.now()}
    if status == "running":
        values |= {"started_at": timezone.now(), "session": "session-1"}
    return ProbeRun.objects.create(device=device, **values | fields)


def result_of(run, probe="mem.copy", **changes):
    figure = protocol.Measurement(
        metric="copy",
        value=1.2e10,
        unit="B/s",
        ci95=(1.1e10, 1.3e10),
        params={"bytes": 1 << 20},
        samples=samples(),
        expected=protocol.Expected(value=1.5e10, source="memory channels", kind="datasheet"),
        verdict="degraded",
    )
    values = {
        "run_id": str(run.pk),
        "device_uuid": run.device.uuid,
        "probe": probe,
        "status": "ok",
        "measurements": (figure,),
        "started_unix_s": time.time(),
        "duration_s": 1.5,
    }
    return protocol.ProbeResult(**values | changes)


def samples():
    return protocol.Samples(
        n=20, batch=4, median=1e-3, mad=1e-5, p05=9e-4, p95=1.1e-3, minimum=9e-4, trend=0.0,
        stop="converged",
    )  # fmt: skip


def report_of(run, **changes):
    values = {
        "run_id": str(run.pk),
        "device_uuid": run.device.uuid,
        "suite": run.suite,
        "status": "succeeded",
        "verdict": "measured",
        "results": (result_of(run),),
        "nonce": run.nonce,
        "started_unix_s": time.time() - 2,
        "finished_unix_s": time.time(),
    }
    return protocol.Report(**values | changes)
