"""What this machine is and which devices it has, without importing torch here."""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import uuid
from pathlib import Path

from probes.agent import cpu
from probes.agent.environment import ALLOWED
from probes.agent.formats import CPU_FORMATS
from probes.agent.telemetry import nvml
from probes.agent.version import agent_version
from probes.protocol import DeviceInfo, HostInfo, ProtocolError, from_data

MACHINE_ID_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
TORCH_DEADLINE_S = 60.0


def inventory(*, ask_torch: bool = True) -> HostInfo:
    """This host with its devices: NVIDIA ones through NVML, others through torch, the CPU always.

    `ask_torch=False` saves the seconds that a process which imports torch takes.
    """
    machine = machine_id()
    devices = list(nvml.devices())
    if ask_torch and may_have_other_accelerators():
        devices += torch_devices(machine)
    return HostInfo(
        machine_id=machine,
        name=host_name(),
        operating_system=f"{platform.system()} {platform.release()}"[:120],
        agent_version=agent_version(),
        devices=(*devices, cpu_device(machine)),
        facts={"python": platform.python_version(), "architecture": platform.machine()},
    )


def machine_id() -> str:
    """A stable id of this machine: a hash of the system's own, which itself stays private."""
    for path in MACHINE_ID_FILES:
        try:
            text = path.read_text().strip()
        except OSError:
            continue
        if text:
            return _hashed(text)
    return _hashed(f"{platform.node()}-{uuid.getnode():012x}")


def host_name() -> str:
    """This host's name as a slug of at most 63 characters."""
    slug = re.sub(r"[^a-z0-9-]+", "-", platform.node().lower()).strip("-")
    return slug[:63].strip("-") or "host"


def cpu_device(machine: str) -> DeviceInfo:
    """This machine's processor as a device. Its id is made from the machine's."""
    return DeviceInfo(
        uuid=f"CPU-{machine[:32]}",
        index=0,
        backend="cpu",
        name=cpu.cpu_name(),
        memory_bytes=cpu.memory_bytes(),
        facts={**cpu.cpu_facts(), "formats": list(CPU_FORMATS)},
    )


def torch_devices(machine: str) -> list[DeviceInfo]:
    """ROCm, XPU and MPS devices, asked of torch in a process of its own; none where it fails."""
    environment = {name: os.environ[name] for name in ALLOWED if name in os.environ}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-m", "probes.agent.torch_devices", machine]
    try:
        done = subprocess.run(
            command, capture_output=True, env=environment, timeout=TORCH_DEADLINE_S, check=True
        )
        return [from_data(DeviceInfo, item) for item in json.loads(done.stdout.splitlines()[-1])]
    except (OSError, subprocess.SubprocessError, ValueError, IndexError, ProtocolError):
        return []


def may_have_other_accelerators() -> bool:
    """Whether this system shows any sign of an AMD, Intel or Apple accelerator."""
    if sys.platform != "linux":
        return True
    return Path("/dev/kfd").exists() or any(Path("/dev/dri").glob("renderD*"))


def find_device(host: HostInfo, name: str) -> DeviceInfo | None:
    """The device called `name`: a UUID, a backend ("cpu"), or backend:index ("cuda:0")."""
    backend, _, index = name.partition(":")
    for device in host.devices:
        if device.uuid == name:
            return device
        if device.backend == backend and str(device.index) == (index or "0"):
            return device
    return None


def _hashed(text: str) -> str:
    return hashlib.sha256(f"ridgeline:{text}".encode()).hexdigest()[:40]
