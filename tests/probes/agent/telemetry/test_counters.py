"""What a run adds to the counters of a GPU, through the real pynvml and the stub library."""

import pytest

from probes.agent.telemetry import counters, nvml, rules, snapshot
from tests.probes.agent.conftest import Scene
from tests.probes.agent.values import GPU_UUID


def states_around(scene: Scene, **changes: str) -> tuple[snapshot.Snapshot, snapshot.Snapshot]:
    """The state of the healthy GPU, and that after some answers have changed."""
    with nvml.session() as module:
        handle = nvml.handle_of(module, GPU_UUID)
        before = snapshot.take(module, handle)
        scene.change(**changes)
        return before, snapshot.take(module, handle)


def warned(scene: Scene, **changes: str) -> set[str]:
    before, after = states_around(scene, **changes)
    return {f"{f.level}:{f.code}" for f in rules.judge(before, [], after)}


def test_energy_and_time_held_back_are_what_the_run_added(scene: Scene) -> None:
    before, after = states_around(
        scene,
        nvmlDeviceGetTotalEnergyConsumption="26000000",
        nvmlDeviceGetFieldValues__74="3500000000",
        nvmlDeviceGetFieldValues__270="120000000",
    )

    grown = counters.growth(before, after)

    assert grown["energy_j"] == pytest.approx(21_000.0)
    assert grown["power_capped_s"] == pytest.approx(2.5)
    assert grown["hw_thermal_s"] == pytest.approx(0.12)


def test_totals_beyond_32_bits_are_read_whole(scene: Scene) -> None:
    before, after = states_around(scene, nvmlDeviceGetFieldValues__74="9000000000000")

    assert counters.growth(before, after)["power_capped_s"] == pytest.approx(8_999.0)


def test_a_counter_that_went_back_says_nothing(scene: Scene) -> None:
    before, after = states_around(scene, nvmlDeviceGetTotalEnergyConsumption="10")

    assert "energy_j" not in counters.growth(before, after)


def test_a_counter_that_the_gpu_does_not_keep_is_absent(old_driver_scene: Scene) -> None:
    before, after = states_around(old_driver_scene)

    assert "energy_j" not in counters.growth(before, after)


def test_errors_of_links_from_before_the_run_are_not_held_against_it(scene: Scene) -> None:
    assert warned(scene) == set()


def test_a_link_that_corrects_errors_during_the_run_is_a_warning(scene: Scene) -> None:
    assert warned(scene, nvmlDeviceGetNvLinkErrorCounter__1="2") == {"warn:nvlink_errors"}


@pytest.mark.parametrize(("replays", "found"), [("80", set()), ("81", {"warn:pcie_replays"})])
def test_few_replays_of_the_host_link_are_usual_and_many_are_a_warning(
    scene: Scene, replays: str, found: set[str]
) -> None:
    assert warned(scene, nvmlDeviceGetPcieReplayCounter=replays) == found


@pytest.mark.parametrize(("state", "found"), [("0", set()), ("2", {"fail:fabric"})])
def test_a_gpu_must_have_joined_the_fabric_that_it_has(
    scene: Scene, state: str, found: set[str]
) -> None:
    assert warned(scene, nvmlDeviceGetGpuFabricInfo=state) == found
