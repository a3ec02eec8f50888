"""A job on a GPU is watched: busy, throttled and lost GPUs end as what they are."""

import threading
from pathlib import Path

import attrs
import pytest

from probes.agent.registry import Entry
from probes.agent.runner import run_job
from probes.protocol import DeviceInfo, Report
from tests.probes.agent.conftest import Scene
from tests.probes.agent.values import a_gpu, a_job

REGISTRY = {
    "health": Entry(module="tests.probes.agent.misbehaving"),
    "soak": Entry(module="tests.probes.agent.misbehaving"),
}


@pytest.fixture
def device(scene: Scene, tmp_path: Path) -> DeviceInfo:
    """The scene's GPU under a UUID of its own, so that parallel tests do not wait for it."""
    uuid = f"GPU-{tmp_path.name}-{id(scene)}"
    scene.change(nvmlDeviceGetUUID=uuid)
    return attrs.evolve(a_gpu(), uuid=uuid)


def run(device: DeviceInfo, behaviour: str = "") -> Report:
    job = a_job(probes=("health", "soak"), nonce=behaviour, device_uuid=device.uuid)
    return run_job(job, lambda _: None, device=device, registry=REGISTRY)


def test_health_is_judged_last_and_verified(device: DeviceInfo) -> None:
    report = run(device, "wait_for:0.6")

    assert [r.probe for r in report.results] == ["soak", "health"]
    health = report.results[-1]
    assert (health.status, health.verdict) == ("ok", "verified")
    assert {m.metric for m in health.measurements} >= {"power_average_w", "temperature_max_c"}
    assert report.results[0].env["driver"] == "570.86.15"


def test_a_gpu_that_throttles_in_mid_run_fails_its_health(device: DeviceInfo, scene: Scene) -> None:
    change = threading.Timer(
        0.3, lambda: scene.change(nvmlDeviceGetCurrentClocksEventReasons="0x8")
    )
    change.start()

    report = run(device, "wait_for:1.5")

    assert report.results[-1].verdict == "failed"
    assert "hw_slowdown" in report.results[-1].flags
    assert report.verdict == "failed"


def test_a_gpu_that_is_lost_in_mid_run_ends_the_job(device: DeviceInfo, scene: Scene) -> None:
    lose = threading.Timer(0.3, lambda: scene.change(nvmlDeviceGetTemperature__0="!15"))
    lose.start()

    report = run(device, "hang")

    assert report.status == "failed"
    assert "gpu_is_lost" in report.reason
    assert report.results[0].status == "error"


def test_a_gpu_in_use_is_skipped_as_busy(device: DeviceInfo, scene: Scene) -> None:
    scene.change(nvmlDeviceGetComputeRunningProcesses="1")

    report = run(device)

    assert {r.status for r in report.results} == {"skipped"}
    assert all(r.reason.startswith("busy") for r in report.results)


def test_a_forced_run_measures_a_gpu_in_use_and_earns_no_badge(
    device: DeviceInfo, scene: Scene
) -> None:
    scene.change(nvmlDeviceGetComputeRunningProcesses="1")
    job = a_job(probes=("health", "soak"), nonce="", device_uuid=device.uuid, force=True)

    report = run_job(job, lambda _: None, device=device, registry=REGISTRY)

    assert {r.verdict for r in report.results} == {"measured"}
    assert all("forced" in r.flags for r in report.results)
    assert report.reason.startswith("forced although busy")


def test_a_second_process_during_a_probe_contaminates_it(device: DeviceInfo, scene: Scene) -> None:
    intrude = threading.Timer(0.5, lambda: scene.change(nvmlDeviceGetComputeRunningProcesses="2"))
    intrude.start()

    report = run(device, "wait_for:1.5")

    assert report.results[0].status == "contaminated"
    assert "another process" in report.results[0].reason
