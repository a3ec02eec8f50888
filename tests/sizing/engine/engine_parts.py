"""Hardware and workloads that engine tests share: datasheet facts and the shipped library."""

import json
from pathlib import Path

import attrs

from sizing.engine.calibration import load_calibration
from sizing.engine.estimate import estimate
from sizing.engine.hardware import Accelerator, Deployment
from sizing.engine.workload import parse_workload

LIBRARY = Path(__file__).parents[3] / "catalog" / "data" / "models"

H100 = Accelerator(
    slug="nvidia-h100-sxm5-80gb",
    name="H100 SXM5",
    vendor="nvidia",
    family="hopper",
    capacity_bytes=85.52e9,
    memory_bytes_per_s=3.35e12,
    peak_flops={"fp32": 67e12, "bf16": 989e12, "fp16": 989e12, "fp8": 1979e12, "int8": 1979e12},
    link="nvswitch",
    link_bytes_per_s=450e9,
    pcie_bytes_per_s=50e9,
    multiprocessors=132,
    compute_capability="9.0",
)
T4 = Accelerator(
    slug="nvidia-t4-16gb",
    name="T4",
    vendor="nvidia",
    family="turing",
    capacity_bytes=15.6e9,
    memory_bytes_per_s=320e9,
    peak_flops={"fp32": 8.1e12, "fp16": 65e12, "int8": 130e12},
    link="pcie",
    pcie_bytes_per_s=12e9,
    multiprocessors=40,
    compute_capability="7.5",
)
CPU = Accelerator(
    slug="cpu-test",
    name="Two-core CPU",
    vendor="intel",
    family="cpu",
    capacity_bytes=16e9,
    memory_bytes_per_s=20e9,
    peak_flops={"fp32": 150e9},
    per_node=1,
)


def library_entry(slug):
    path = LIBRARY / f"{slug}.json"
    if not path.exists():
        return None
    return {"slug": slug, "name": slug, "config": json.loads(path.read_text())["config"]}


def deployment_of(accelerator, count=1, **changes):
    defaults = {
        "per_node": max(accelerator.per_node, 1),
        "interconnect": accelerator.link,
        "node_bytes_per_s": 50e9,
    }
    return Deployment(accelerator=accelerator, count=count, **{**defaults, **changes})


def inference(model="llama-3.1-8b", load=None, **fields):
    data = {
        "kind": "llm-inference",
        "model": model,
        "input_tokens": 512,
        "output_tokens": 128,
        "load": load or {"mode": "static", "batch": 4},
        **fields,
    }
    return parse_workload(data, library_entry)


class Engine:
    """Asks the engine with the shipped calibration."""

    h100, t4, cpu = H100, T4, CPU

    def __init__(self):
        self.calibration = load_calibration()

    def ask(self, accelerator=H100, count=1, plan=None, device=None, hardware=None, **fields):
        deployment = deployment_of(accelerator, count, **(hardware or {}))
        return estimate(inference(**fields), deployment, plan, self.calibration, device)

    def gemm(self, accelerator=H100, device=None, **fields):
        data = {"kind": "gemm", "m": 4096, "n": 4096, "k": 4096, "precision": "bf16", **fields}
        workload = parse_workload(data, library_entry)
        return estimate(workload, deployment_of(accelerator), None, self.calibration, device)

    @staticmethod
    def faster(accelerator, **factors):
        """The same part with some figures multiplied."""
        scaled = {name: getattr(accelerator, name) * factor for name, factor in factors.items()}
        return attrs.evolve(accelerator, **scaled)
