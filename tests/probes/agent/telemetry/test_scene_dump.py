"""A dump of a GPU is a scene that plays back the same GPU."""

import subprocess
import sys
from pathlib import Path

import pytest

from probes.agent.telemetry import nvml, rules, snapshot
from probes.agent.telemetry.scene import dump
from tests.probes.agent.conftest import Scene


def test_a_dump_played_back_dumps_the_same(scene: Scene) -> None:
    first = dump(0)
    scene.path.write_text("\n".join(first) + "\n")

    assert dump(0) == first
    assert any("nvmlDeviceGetRemappedRows=0 0 0 0" in line for line in first)


def test_a_dump_hides_what_identifies_the_card(scene: Scene) -> None:
    text = "\n".join(dump(0))

    assert "1650000000001" not in text
    assert "aaaaaaaa" not in text


def test_a_return_code_is_dumped_as_one(scene: Scene) -> None:
    scene.change(nvmlDeviceGetPowerUsage="!4")

    assert "0.nvmlDeviceGetPowerUsage=!4" in dump(0)


def test_a_dumped_gpu_is_judged_like_the_real_one(scene: Scene) -> None:
    scene.change(nvmlDeviceGetRemappedRows="0 0 0 1")
    scene.path.write_text("\n".join(dump(0)) + "\n")

    with nvml.session() as module:
        state = snapshot.take(module, module.nvmlDeviceGetHandleByIndex(0))

    assert [f.code for f in rules.judge(state, [], state)] == ["remap_failure"]


@pytest.mark.parametrize("command", ["nvml-dump", "devices"])
def test_a_new_process_finds_the_library_by_itself(
    stub_environment: dict[str, str], command: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "probes.agent", command],
        env=stub_environment,
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "NVIDIA H100 80GB HBM3" in done.stdout
