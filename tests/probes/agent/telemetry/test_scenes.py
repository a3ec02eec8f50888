"""What NVML readings lead to, through the real pynvml and a stub library that plays scenes."""

import pytest

from probes.agent.telemetry import nvml, rules, snapshot, watch
from probes.agent.telemetry.meter import NvmlMeter
from probes.agent.telemetry.sampler import Sample, Sampler, take_sample, watch_xids
from tests.probes.agent.conftest import Scene
from tests.probes.agent.values import GPU_UUID, a_gpu


def codes(scene: Scene, *, probe: str = "soak") -> set[str]:
    """Level and code of all findings when a few readings of the scene as it is now are taken."""
    with nvml.session() as module:
        handle = nvml.handle_of(module, GPU_UUID)
        taken = [take_sample(module, handle, probe) for _ in range(4)]
        after = snapshot.take(module, handle)
    return {f"{f.level}:{f.code}" for f in rules.judge(after, taken, after)}


def sample_of(scene: Scene) -> Sample:
    with nvml.session() as module:
        return take_sample(module, nvml.handle_of(module, GPU_UUID))


def test_an_inventory_names_the_gpu_with_its_identity_and_formats(scene: Scene) -> None:
    (found,) = nvml.devices()

    assert (found.uuid, found.name) == (GPU_UUID, "NVIDIA H100 80GB HBM3")
    assert found.memory_bytes == 85_520_809_984
    assert found.driver_version == "570.86.15"
    assert (found.pci_device_id, found.pci_bus_id) == ("233010de", "00000000:19:00.0")
    assert found.facts["compute_capability"] == "9.0"
    assert "fp8" in found.facts["formats"]
    assert found.facts["max_pcie_generation"] == 5


def test_a_fact_that_the_driver_does_not_tell_is_absent(scene: Scene) -> None:
    del scene.lines["0.nvmlDeviceGetSerial"]
    scene.change(nvmlDeviceGetCudaComputeCapability="!3")

    (found,) = nvml.devices()

    assert not {"serial", "vbios", "compute_capability", "formats"} & set(found.facts)


def test_a_gpu_that_tells_nothing_of_its_name_is_left_out(scene: Scene) -> None:
    scene.change(nvmlDeviceGetName="!15")

    assert nvml.devices() == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (3, "not_supported"),
        (4, "no_permission"),
        (10, "timeout"),
        (15, "gpu_is_lost"),
        (999, "unknown"),
        (42, "error_42"),
    ],
)
def test_each_way_of_saying_no_becomes_a_reason(scene: Scene, code: int, reason: str) -> None:
    scene.change(nvmlDeviceGetEccMode=f"!{code}")

    with nvml.session() as module:
        found = nvml.read(module.nvmlDeviceGetEccMode, nvml.handle_of(module, GPU_UUID))

    assert (found.value, found.reason) == (None, reason)


def test_a_healthy_gpu_gives_no_findings(scene: Scene) -> None:
    assert codes(scene) == set()


def test_throttle_reasons_are_tested_bit_by_bit(scene: Scene) -> None:
    scene.change(nvmlDeviceGetCurrentClocksEventReasons="0x48")

    assert codes(scene) == {"fail:hw_slowdown"}


@pytest.mark.parametrize("reasons", ["0x1", "0x2", "0x4", "0x6", "0x10"])
def test_idle_caps_and_power_limits_are_no_fault(scene: Scene, reasons: str) -> None:
    scene.change(nvmlDeviceGetCurrentClocksEventReasons=reasons)

    assert codes(scene) == set()


def test_software_slowdown_by_heat_is_a_warning(scene: Scene) -> None:
    scene.change(nvmlDeviceGetCurrentClocksEventReasons="0x20")

    assert codes(scene) == {"warn:sw_thermal"}


def test_a_link_narrower_than_possible_under_load_fails(scene: Scene) -> None:
    scene.change(nvmlDeviceGetCurrPcieLinkWidth="8")

    assert codes(scene, probe="pcie.h2d") == {"fail:pcie_width"}


def test_a_link_that_is_slow_only_when_idle_is_no_fault(scene: Scene) -> None:
    scene.change(nvmlDeviceGetCurrPcieLinkWidth="8", nvmlDeviceGetCurrPcieLinkGeneration="1")

    assert codes(scene, probe="") == set()


def test_a_card_in_a_slower_slot_is_a_warning(scene: Scene) -> None:
    scene.change(nvmlDeviceGetMaxPcieLinkGeneration="4")

    assert codes(scene) == {"warn:pcie_slot"}


@pytest.mark.parametrize(
    ("call", "answer", "expected"),
    [
        ("nvmlDeviceGetRemappedRows", "2 1 0 1", "fail:remap_failure"),
        ("nvmlDeviceGetRemappedRows", "2 1 1 0", "warn:remap_pending"),
        ("nvmlDeviceGetTotalEccErrors__0", "3", "fail:ecc"),
        ("nvmlDeviceGetTotalEccErrors__1", "3", "warn:ecc_lifetime"),
        ("nvmlDeviceGetEccMode", "1 0", "warn:ecc_pending"),
        ("nvmlDeviceGetEnforcedPowerLimit", "500000", "warn:power_capped"),
        ("nvmlDeviceGetFieldValues__230", "2", "fail:recovery"),
        ("nvmlDeviceGetNvLinkState__1", "0", "fail:nvlink"),
        ("nvmlDeviceGetMigMode", "1 1", "warn:mig_slice"),
        ("nvmlDeviceGetVirtualizationMode", "2", "warn:vgpu"),
    ],
)
def test_each_fault_is_found_and_graded(
    scene: Scene, call: str, answer: str, expected: str
) -> None:
    scene.change(**{call: answer})

    assert codes(scene) == {expected}


def test_a_lost_gpu_fails_and_stops_the_probe(scene: Scene) -> None:
    with nvml.session() as module:
        handle = nvml.handle_of(module, GPU_UUID)
        scene.change(nvmlDeviceGetTemperature__0="!15", nvmlDeviceGetUUID="!15")
        sample = take_sample(module, handle, "soak")
        after = snapshot.take(module, handle)

    assert "gpu_is_lost" in rules.abort_reason([sample], 89)
    assert "gpu_lost" in {f.code for f in rules.judge(after, [sample], after)}


def test_a_critical_xid_is_reported_once_and_stops_the_probe(scene: Scene) -> None:
    with nvml.session() as module:
        handle = nvml.handle_of(module, GPU_UUID)
        events = watch_xids(module, handle)
        scene.change(xid="79")
        first, second = (take_sample(module, handle, "soak", events) for _ in range(2))

    assert (first.xids, second.xids) == ((79,), ())
    assert "xid 79" in rules.abort_reason([first], 89)


def test_a_gpu_near_its_slowdown_temperature_stops_the_probe(scene: Scene) -> None:
    scene.change(nvmlDeviceGetTemperature__0="86")

    assert "too hot" in rules.abort_reason([sample_of(scene)], 89)
    assert rules.abort_reason([sample_of(scene)], 95) == ""


def test_hot_memory_stops_the_probe(scene: Scene) -> None:
    scene.change(nvmlDeviceGetFieldValues__82="95")

    assert "memory too hot" in rules.abort_reason([sample_of(scene)], 89)


def test_a_gpu_that_tells_its_margin_is_stopped_by_it(scene: Scene) -> None:
    scene.change(nvmlDeviceGetMarginTemperature="2")

    assert "from slowing down" in rules.abort_reason([sample_of(scene)], None)


def test_power_is_read_at_the_instant_where_the_gpu_can(scene: Scene) -> None:
    assert sample_of(scene).power_w == 98.0
    scene.change(nvmlDeviceGetFieldValues__186="432100")

    assert sample_of(scene).power_w == 432.1


def test_pages_that_wait_to_be_retired_are_a_warning_on_older_gpus(scene: Scene) -> None:
    del scene.lines["0.nvmlDeviceGetRemappedRows"]
    scene.change(nvmlDeviceGetRetiredPagesPendingStatus="1")

    assert codes(scene) == {"warn:retired_pending"}


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("mig_slice", "measured"), ("vgpu", "measured"), ("power_capped", "verified")],
)
def test_a_part_of_a_gpu_earns_no_badge(code: str, verdict: str) -> None:
    assert rules.health_verdict([rules.Finding("warn", code, "")]) == verdict
    assert rules.health_verdict([rules.Finding("fail", "ecc", "")]) == "failed"


def test_lasting_hardware_slowdown_stops_the_probe_but_one_reading_does_not(scene: Scene) -> None:
    healthy = sample_of(scene)
    scene.change(nvmlDeviceGetCurrentClocksEventReasons="0x80")
    braked = sample_of(scene)

    assert rules.abort_reason([healthy, healthy, braked], 89) == ""
    assert "power brake" in rules.abort_reason([braked] * 3, 89)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"nvmlDeviceGetComputeRunningProcesses": "1"}, "process"),
        ({"nvmlDeviceGetMPSComputeRunningProcesses": "1"}, "process"),
        ({"nvmlDeviceGetUtilizationRates": "40 10"}, "utilised"),
        ({"nvmlDeviceGetMemoryInfo": "85520809984 75520809984 10000000000"}, "10.0 GB"),
    ],
)
def test_a_gpu_that_someone_uses_counts_as_busy(
    scene: Scene, change: dict[str, str], word: str
) -> None:
    scene.change(**change)

    with watch.watch_for(a_gpu()) as found:
        reason = found.busy()

    assert reason.startswith("busy")
    assert word in reason


def test_an_idle_gpu_is_not_busy(scene: Scene) -> None:
    with watch.watch_for(a_gpu()) as found:
        assert found.busy() == ""


def test_an_old_driver_answers_by_the_old_names(old_driver_scene: Scene) -> None:
    old_driver_scene.change(nvmlDeviceGetCurrentClocksThrottleReasons="0x48")

    assert codes(old_driver_scene) == {"fail:hw_slowdown"}


def test_an_old_driver_still_gives_an_inventory(old_driver_scene: Scene) -> None:
    (found,) = nvml.devices()

    assert found.memory_bytes == 85_520_809_984


def test_the_sampler_sees_a_gpu_throttle_in_the_middle_of_a_run(scene: Scene) -> None:
    with nvml.session() as module:
        meter = NvmlMeter(module, nvml.handle_of(module, GPU_UUID))
        sampler = Sampler(meter.sample, period_s=0.01)
        sampler.probe = "soak"
        wait_for(lambda: len(sampler.of("soak")) >= 3)
        scene.change(nvmlDeviceGetCurrentClocksEventReasons="0x48")
        wait_for(lambda: any(s.reasons for s in sampler.of("soak")))
        sampler.close()

    reasons = [s.reasons for s in sampler.of("soak")]
    assert reasons[0] == 0
    assert reasons[-1] == 0x48


def test_without_the_library_there_is_no_gpu_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvml, "load", lambda: None)

    assert nvml.devices() == []
    assert nvml.read(print).reason == "library_not_found"


def wait_for(holds: object) -> None:
    import time

    deadline = time.monotonic() + 10
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
