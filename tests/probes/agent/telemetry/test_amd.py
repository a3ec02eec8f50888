"""AMD's readings, against a stand-in with the names and shapes of amdsmi 7.0."""

import types

import pytest

from probes.agent.telemetry import amd, rules
from probes.agent.telemetry.watch import watch_for
from probes.protocol import DeviceInfo

BDF = "0000:03:00.0"


class AmdSmiException(Exception):  # noqa: N818 - the name of the library
    pass


class AmdSmiLibraryException(AmdSmiException):
    pass


class Card:
    """What one card answers; a test changes it."""

    def __init__(self):
        self.hotspot, self.used_mb, self.errors, self.width = 61, 300, 0, 16
        self.violations = dict.fromkeys(amd.VIOLATIONS, 0)
        self.processes, self.cap, self.lost = [], 750_000_000, False


def library(card):
    """A module that speaks like amdsmi, "N/A" included."""

    def alive(value):
        def call(_handle, *_rest):
            if card.lost:
                raise AmdSmiLibraryException
            return value()

        return call

    return types.SimpleNamespace(
        AmdSmiException=AmdSmiException,
        AmdSmiTemperatureType=types.SimpleNamespace(HOTSPOT=1, VRAM=2),
        AmdSmiTemperatureMetric=types.SimpleNamespace(CURRENT=0),
        AmdSmiClkType=types.SimpleNamespace(GFX=0),
        amdsmi_init=lambda: None,
        amdsmi_shut_down=lambda: None,
        amdsmi_get_processor_handles=lambda: ["card"],
        amdsmi_get_gpu_device_bdf=lambda _handle: BDF,
        amdsmi_get_gpu_device_uuid=alive(lambda: "uuid"),
        amdsmi_get_temp_metric=alive(lambda: card.hotspot),
        amdsmi_get_power_info=alive(
            lambda: {"current_socket_power": "N/A", "average_socket_power": 512}
        ),
        amdsmi_get_power_cap_info=alive(
            lambda: {"power_cap": card.cap, "default_power_cap": 750_000_000}
        ),
        amdsmi_get_clock_info=alive(lambda: {"clk": 2100}),
        amdsmi_get_gpu_activity=alive(lambda: {"gfx_activity": 2}),
        amdsmi_get_gpu_vram_usage=alive(lambda: {"vram_total": 196_608, "vram_used": card.used_mb}),
        amdsmi_get_pcie_info=alive(
            lambda: {
                "pcie_static": {"max_pcie_width": 16, "pcie_interface_version": 5},
                "pcie_metric": {"pcie_width": card.width, "pcie_replay_count": "N/A"},
            }
        ),
        amdsmi_get_gpu_total_ecc_count=alive(lambda: {"uncorrectable_count": card.errors}),
        amdsmi_get_gpu_process_list=alive(lambda: card.processes),
        amdsmi_get_violation_status=alive(lambda: card.violations),
    )


DEVICE = DeviceInfo(
    uuid="GPU-amd", index=0, backend="rocm", name="AMD Instinct MI300X", pci_bus_id=BDF
)


@pytest.fixture
def card(monkeypatch):
    found = Card()
    monkeypatch.setattr(amd, "load", lambda: library(found))
    return found


def meter(card):
    return amd.AmdMeter(library(card), "card")


def findings(card, before):
    samples = [meter(card).sample("soak") for _ in range(3)]
    return {f.code: f.level for f in rules.judge(before, samples, meter(card).snapshot())}


def test_a_sample_holds_what_the_library_tells(card):
    sample = meter(card).sample("soak")
    assert (sample.sm_clock_mhz, sample.power_w, sample.temperature_c) == (2100, 512.0, 61)
    assert (sample.pcie_width, sample.pcie_generation) == (16, 5)
    assert sample.memory_used_bytes == 300 * 2**20
    assert sample.gpu_utilization == 0.02


def test_a_healthy_card_gives_no_finding(card):
    assert findings(card, meter(card).snapshot()) == {}


def test_uncorrected_errors_fail_the_card(card):
    before = meter(card).snapshot()
    card.errors = 2
    assert findings(card, before)["ecc"] == "fail"


def test_heat_that_slows_the_clocks_fails_the_card(card):
    card.violations["active_socket_thrm"] = 1
    assert findings(card, meter(card).snapshot())["hw_slowdown"] == "fail"


def test_a_lowered_power_cap_is_shown(card):
    card.cap = 500_000_000
    assert findings(card, meter(card).snapshot())["power_capped"] == "warn"


def test_a_narrow_slot_fails_the_card(card):
    card.width = 8
    assert findings(card, meter(card).snapshot())["pcie_width"] == "fail"


def test_a_lost_card_fails(card):
    before = meter(card).snapshot()
    card.lost = True
    assert findings(card, before)["gpu_lost"] == "fail"


def test_the_watch_of_a_rocm_device_says_where_its_readings_come_from(card):
    with watch_for(DEVICE) as watch:
        assert watch.env()["telemetry"] == "amdsmi"
        assert watch.owns("health")
        assert watch.busy() == ""


def test_a_card_that_somebody_uses_is_busy(card):
    card.processes = [{"pid": 1}]
    with watch_for(DEVICE) as watch:
        assert "another process" in watch.busy()


def test_without_the_library_nothing_is_known_and_it_says_so(monkeypatch):
    monkeypatch.setattr(amd, "load", lambda: None)
    with watch_for(DEVICE) as watch:
        assert watch.env() == {"telemetry": "none"}


def test_an_older_library_without_a_call_leaves_that_item_absent(card, monkeypatch):
    module = library(card)
    del module.amdsmi_get_violation_status
    assert amd.AmdMeter(module, "card").sample().reasons is None
