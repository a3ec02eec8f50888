"""Devices and jobs for the agent's tests."""

from probes.protocol import DeviceInfo, Job

GPU_UUID = "GPU-aaaaaaaa-0000-0000-0000-000000000001"


def a_cpu(**changes: object) -> DeviceInfo:
    values: dict[str, object] = {"uuid": "CPU-test", "index": 0, "backend": "cpu", "name": "A CPU"}
    return DeviceInfo(**{**values, **changes})  # type: ignore[arg-type]


def a_gpu(name: str = "NVIDIA H100 80GB HBM3", **facts: object) -> DeviceInfo:
    return DeviceInfo(
        uuid=GPU_UUID,
        index=0,
        backend="cuda",
        name=name,
        memory_bytes=85_520_809_984,
        driver_version="570.86.15",
        facts={"formats": ["fp64", "fp32", "fp16", "bf16", "tf32", "fp8", "int8"], **facts},
    )


def a_job(**changes: object) -> Job:
    values: dict[str, object] = {
        "run_id": "run-1",
        "device_uuid": "CPU-test",
        "sizes": "tiny",
        "seed": 7,
    }
    return Job(**{**values, **changes})  # type: ignore[arg-type]
