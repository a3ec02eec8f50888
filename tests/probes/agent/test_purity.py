"""The parent process of the agent stays light: no torch, no Django, no broker."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LIGHT = (
    "probes.protocol",
    "probes.expectations",
    "probes.agent.runner",
    "probes.agent.inventory",
    "probes.agent.commands",
    "probes.agent.telemetry.watch",
)
HEAVY = {"torch", "django", "rest_framework", "celery", "redis", "catalog", "sizing", "config"}


@pytest.mark.parametrize("module", LIGHT)
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert not HEAVY & set(done.stdout.split())


def test_running_probes_does_not_load_torch_into_the_parent() -> None:
    script = (
        "import sys\n"
        "from probes.agent.runner import run_job\n"
        "from tests.probes.agent.values import a_cpu, a_job\n"
        "job = a_job(probes=('health',), device_uuid='CPU-purity')\n"
        "report = run_job(job, lambda _: None, device=a_cpu(uuid='CPU-purity'))\n"
        "print(report.status, 'torch' in sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["succeeded", "False"]
