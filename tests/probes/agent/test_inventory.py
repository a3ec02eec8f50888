"""The host and its processor are described by what can be read, and only by that."""

import re
from pathlib import Path

import pytest

from probes.agent import cpu, inventory
from probes.agent.telemetry import nvml
from probes.protocol import HostInfo, from_json, to_json


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> HostInfo:
    monkeypatch.setattr(nvml, "load", lambda: None)
    return inventory.inventory(ask_torch=False)


def test_a_host_always_has_its_processor_as_a_device(host: HostInfo) -> None:
    (device,) = host.devices

    assert device.backend == "cpu"
    assert device.memory_bytes > 2**28
    assert device.facts["cores"] >= 1
    assert from_json(HostInfo, to_json(host)).devices == host.devices


def test_a_host_keeps_its_ids_from_one_inventory_to_the_next(host: HostInfo) -> None:
    again = inventory.inventory(ask_torch=False)

    assert again.machine_id == host.machine_id
    assert again.devices[-1].uuid == host.devices[-1].uuid


def test_the_system_id_itself_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "machine-id"
    secret.write_text("0123456789abcdef0123456789abcdef\n")
    monkeypatch.setattr(inventory, "MACHINE_ID_FILES", (secret,))

    assert "0123456789abcdef" not in inventory.machine_id()


def test_the_host_name_is_a_slug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "GPU_Box 7.example.org" + "x" * 80)

    name = inventory.host_name()

    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name)
    assert len(name) <= 63


@pytest.mark.parametrize("name", ["cpu", "cpu:0"])
def test_a_device_is_found_by_backend_index_or_uuid(host: HostInfo, name: str) -> None:
    device = inventory.find_device(host, name)

    assert device is host.devices[0]
    assert inventory.find_device(host, device.uuid) is device
    assert inventory.find_device(host, "cuda:0") is None


def test_a_fact_that_cannot_be_read_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu, "_read", lambda _: None)

    facts = cpu.cpu_facts()

    assert not {"max_clock_hz", "isa", "vector_bits", "sockets", "cpu_quota"} & set(facts)
    assert None not in facts.values()
    assert 0 not in facts.values()


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"/sys/fs/cgroup/cpu.max": "150000 100000"}, 1.5),
        ({"/sys/fs/cgroup/cpu.max": "max 100000"}, None),
        (
            {
                "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000",
                "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            },
            0.5,
        ),
        ({"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1"}, None),
    ],
)
def test_a_quota_of_either_cgroup_version_is_read(
    files: dict[str, str], quota: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu, "_read", lambda path: files.get(str(path)))

    assert cpu.cpu_quota() == quota
    assert cpu.threads() >= 1


def test_an_arm_processor_is_read_by_its_features(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "processor\t: 0\nFeatures\t: fp asimd bf16 sve\n\nprocessor\t: 1\n"
    monkeypatch.setattr(cpu, "_read", lambda path: text if str(path) == "/proc/cpuinfo" else None)

    facts = cpu.cpu_facts()

    assert facts["isa"] == ["bf16", "neon", "sve"]
    assert facts["vector_bits"] == 128
