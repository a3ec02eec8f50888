"""The agent works alone from a terminal: a table, a JSON file, and honest exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from probes.agent import commands
from probes.agent.table import has_trouble, quantity, table
from probes.protocol import ProbeResult, Report, from_json

ROOT = Path(__file__).parents[3]
BLOCKED = ("django", "celery", "redis", "cattrs", "cattr", "kombu", "rest_framework")


def agent(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "probes.agent", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def a_report(**changes: object) -> Report:
    result = ProbeResult(
        run_id="r", device_uuid="d", probe="health", status="ok", started_unix_s=1, duration_s=1
    )
    values: dict[str, object] = {
        "run_id": "r",
        "device_uuid": "d",
        "suite": "quick",
        "status": "succeeded",
        "results": (result,),
        "started_unix_s": 1.0,
        "finished_unix_s": 2.0,
    }
    return Report(**{**values, **changes})  # type: ignore[arg-type]


def test_a_run_prints_a_table_writes_json_and_needs_no_server_software(tmp_path: Path) -> None:
    blocker = tmp_path / "sitecustomize.py"
    blocker.write_text(
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.split('.')[0] in {BLOCKED!r}:\n"
        "            raise ImportError(name + ' is not installed here')\n"
        "sys.meta_path.insert(0, Block())\n"
    )
    answer = tmp_path / "report.json"

    done = agent(
        *("run", "--device", "cpu", "--probes", "health,gemm.fp32.peak,pcie.h2d", "--sizes"),
        *("tiny", "--seed", "3", "--json", str(answer)),
        PYTHONPATH=str(tmp_path),
    )

    assert done.returncode == 0, done.stderr
    assert "peak_flops_per_s" in done.stdout
    assert "FLOP/s" in done.stdout
    assert "skipped: no host link" in done.stdout
    report = from_json(Report, answer.read_text())
    assert [r.status for r in report.results] == ["ok", "ok", "skipped"]
    assert report.seed == 3
    assert report.results[1].env["torch"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("run", "--device", "cuda:7"), "cuda:7"),
        (("run", "--device", "cpu", "--probes", "gemm.fp3.peak"), "gemm.fp3.peak"),
        (("run", "--device", "cpu", "--seed", "-4"), "seed"),
        (("run", "--suite", "huge"), "huge"),
        ((), "command"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_why(
    arguments: tuple[str, ...], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = commands.main(arguments)
    except SystemExit as error:
        code = error.code

    assert code == 2
    assert word in capsys.readouterr().err


def test_a_dump_without_a_gpu_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.agent.telemetry.nvml.load", lambda: None)

    assert commands.main(["nvml-dump"]) == 1
    assert "no such GPU" in capsys.readouterr().err


def test_devices_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["devices"]) == 0

    host = json.loads(capsys.readouterr().out)
    assert host["devices"][-1]["backend"] == "cpu"
    assert host["devices"][-1]["facts"]["cores"] >= 1


def test_trouble_is_an_error_a_failed_verdict_or_a_failed_run() -> None:
    (fine,) = a_report().results

    assert not has_trouble(a_report())
    assert not has_trouble(a_report(results=(attrs.evolve(fine, status="skipped"),)))
    assert has_trouble(a_report(results=(attrs.evolve(fine, status="error"),)))
    assert has_trouble(a_report(results=(attrs.evolve(fine, verdict="failed"),)))
    assert has_trouble(a_report(status="failed"))


def test_the_table_names_the_outcome_and_its_reason() -> None:
    text = table(a_report(status="failed", reason="no result from soak"))

    assert "run failed (no result from soak)" in text


def test_the_table_names_probes_that_something_disturbed() -> None:
    (fine,) = a_report().results

    text = table(a_report(results=(attrs.evolve(fine, flags=("contended",)),)))

    assert "contended: health" in text


def test_a_run_that_could_not_start_prints_its_reason_alone() -> None:
    text = table(a_report(status="failed", reason="this host has no such device", results=()))

    assert text.startswith("run failed (this host has no such device)")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (7.94e14, "FLOP/s", "794 TFLOP/s"),
        (2.5e10, "B/s", "25 GB/s"),
        (3.2e-6, "s", "3.2 us"),
        (0.031, "1", "0.031"),
        (41.0, "degC", "41 degC"),
        (0.0, "s", "0 ns"),
    ],
)
def test_quantities_are_written_for_people(value: float, unit: str, text: str) -> None:
    assert quantity(value, unit) == text
