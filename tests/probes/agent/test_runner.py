"""A job survives whatever its probes do, and leaves no process behind."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from probes.agent import process
from probes.agent.locks import DeviceBusyError, device_lock, device_locks, mark_wedged
from probes.agent.registry import Entry, Registry
from probes.agent.runner import run_job
from probes.protocol import Job, ProbeResult, Progress, Report
from tests.probes.agent.values import a_cpu, a_job

ROOT = Path(__file__).parents[3]
MISBEHAVING = "tests.probes.agent.misbehaving"


def registry(deadline_s: float = 60.0) -> Registry:
    entry = Entry(module=MISBEHAVING, cpu_deadline_s=deadline_s, deadline_s=deadline_s)
    return {"host.launch": entry, "mem.copy": entry}


def run(behaviour: str, *, deadline_s: float = 60.0, tmp_path: Path, **changes: object) -> Report:
    """Run one probe that behaves so, on a device of its own."""
    job = a_job(nonce=behaviour, probes=("host.launch",), device_uuid=str(tmp_path), **changes)
    device = a_cpu(uuid=str(tmp_path)[-80:])
    return run_job(job, lambda _: None, device=device, registry=registry(deadline_s))


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie that waits for init to reap it does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def gone_soon(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_alive(pid)


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.end_group, "__defaults__", (0.3,))


def test_a_probe_that_works_gives_its_measurements(tmp_path: Path) -> None:
    report = run("", tmp_path=tmp_path)

    assert (report.status, report.results[0].status) == ("succeeded", "ok")
    assert report.results[0].measurements[0].metric == "figure"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("segfault", "SIGSEGV"),
        ("killed", "out of memory"),
        ("exit_quietly", "exit code 3"),
        ("raise_error", "RuntimeError: the kernel image is broken"),
        ("unheard_of", "KeyError"),
    ],
)
def test_a_probe_that_dies_is_an_error_with_its_reason(
    behaviour: str, reason: str, tmp_path: Path
) -> None:
    report = run(behaviour, tmp_path=tmp_path)

    assert report.results[0].status == "error"
    assert reason in report.results[0].reason
    assert report.status == "failed"
    assert "host.launch" in report.reason


def test_a_probe_that_hangs_is_stopped_at_its_deadline(tmp_path: Path) -> None:
    report = run("hang", deadline_s=2.0, tmp_path=tmp_path)

    assert report.results[0].status == "error"
    assert "deadline" in report.results[0].reason


def test_a_probe_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    run(f"ignore_sigterm:{note}", deadline_s=3.0, tmp_path=tmp_path)

    assert gone_soon(int(note.read_text()))


def test_a_grandchild_does_not_outlive_its_probe(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    report = run(f"grandchild:{note}", tmp_path=tmp_path)

    assert report.results[0].status == "ok"
    assert gone_soon(int(note.read_text()))


def test_running_out_of_memory_twice_skips_the_probe(tmp_path: Path) -> None:
    report = run("out_of_memory", tmp_path=tmp_path)

    assert report.results[0].status == "skipped"
    assert report.results[0].reason.startswith("oom")
    assert report.status == "succeeded"


def test_a_probe_that_fills_its_memory_is_skipped_and_the_job_goes_on(tmp_path: Path) -> None:
    report = run("fill_memory", tmp_path=tmp_path)

    assert (report.results[0].status, report.status) == ("skipped", "succeeded")
    assert report.results[0].reason.startswith("oom")


def test_a_probe_that_does_not_apply_is_skipped_with_the_reason(tmp_path: Path) -> None:
    report = run("skip", tmp_path=tmp_path)

    assert (report.results[0].status, report.results[0].reason) == (
        "skipped",
        "does not apply here",
    )


def test_what_a_library_prints_is_not_taken_for_an_answer(tmp_path: Path) -> None:
    report = run("print_noise", tmp_path=tmp_path)

    assert report.results[0].measurements[0].metric == "figure"


def test_the_rest_of_a_job_goes_on_after_a_crash(tmp_path: Path) -> None:
    crash = Entry(module="tests.probes.agent.no_such_module")
    mixed = {"host.launch": crash, "mem.copy": Entry(module=MISBEHAVING)}
    job = a_job(probes=("host.launch", "mem.copy"))

    report = run_job(job, lambda _: None, device=a_cpu(uuid=str(tmp_path)[-80:]), registry=mixed)

    assert [r.status for r in report.results] == ["error", "ok"]
    assert report.status == "failed"


def test_a_job_that_passes_its_own_deadline_ends_there(tmp_path: Path) -> None:
    job = a_job(probes=("host.launch", "mem.copy"), nonce="hang", deadline_s=2)

    report = run_job(
        job, lambda _: None, device=a_cpu(uuid=str(tmp_path)[-80:]), registry=registry()
    )

    assert report.status == "failed"
    assert "deadline" in report.reason
    assert len(report.results) == 1


def test_a_job_can_be_cancelled_while_a_probe_runs(tmp_path: Path) -> None:
    stop = threading.Event()
    timer = threading.Timer(1.0, stop.set)
    timer.start()
    job = a_job(probes=("host.launch", "mem.copy"), nonce="hang")

    report = run_job(
        job,
        lambda _: None,
        device=a_cpu(uuid=str(tmp_path)[-80:]),
        registry=registry(),
        should_stop=stop.is_set,
    )

    assert report.status == "cancelled"
    assert len(report.results) == 1


def test_progress_and_results_are_emitted_as_they_come(tmp_path: Path) -> None:
    seen: list[Progress | ProbeResult] = []
    job = a_job(probes=("host.launch", "mem.copy"))

    run_job(job, seen.append, device=a_cpu(uuid=str(tmp_path)[-80:]), registry=registry())

    fractions = [m.fraction for m in seen if isinstance(m, Progress)]
    assert fractions == sorted(fractions)
    assert [m.probe for m in seen if isinstance(m, ProbeResult)] == ["host.launch", "mem.copy"]


def test_two_runs_never_share_a_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probes.agent.runner.LOCK_WAIT_S", 0.3)
    device = a_cpu(uuid=str(tmp_path)[-80:])

    with device_lock(device.uuid):
        report = run_job(a_job(), lambda _: None, device=device, registry=registry())

    assert report.status == "failed"
    assert "another probe run" in report.reason


def test_a_run_that_measures_links_holds_every_device_or_none(tmp_path: Path) -> None:
    names = [f"{str(tmp_path)[-70:]}-{letter}" for letter in "ab"]
    with device_lock(names[1]):
        with pytest.raises(DeviceBusyError), device_locks(names[::-1]):
            pass
        with device_lock(names[0]):
            pass
    with device_locks(names), pytest.raises(DeviceBusyError), device_lock(names[0]):
        pass


def test_a_wedged_device_is_left_alone(tmp_path: Path) -> None:
    mark_wedged(str(tmp_path)[-80:])

    report = run("", tmp_path=tmp_path)

    assert (report.status, report.results) == ("failed", ())
    assert "wedged" in report.reason


def test_a_restarted_machine_uses_a_wedged_device_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_wedged(str(tmp_path)[-80:])
    monkeypatch.setattr("probes.agent.locks._boot_id", lambda: "after the restart")

    assert run("", tmp_path=tmp_path).status == "succeeded"


def test_the_lock_is_free_again_when_its_holder_was_killed(tmp_path: Path) -> None:
    name = str(tmp_path)[-80:]
    script = (
        "import sys, time; from probes.agent.locks import device_lock\n"
        f"with device_lock({name!r}): print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.wait()

    with device_lock(name):
        pass


def test_a_probe_dies_with_its_worker(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "from tests.probes.agent import test_runner as t; from pathlib import Path\n"
        f"t.run('ignore_sigterm:{note}', tmp_path=Path({str(tmp_path)!r}))"
    )
    worker = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.kill()
    worker.wait()

    assert gone_soon(int(note.read_text()))


def test_secrets_of_the_worker_do_not_reach_a_probe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://:secret@broker")
    monkeypatch.setenv("HOME", os.environ.get("HOME", "/"))

    report = run("", tmp_path=tmp_path)

    variables = report.results[0].env["variables"]
    assert "HOME" in variables
    assert "CELERY_BROKER_URL" not in variables


def test_a_device_that_is_not_here_fails_the_run_at_once() -> None:
    job = Job(run_id="run-1", device_uuid="GPU-not-here")

    report = run_job(job, lambda _: None)

    assert report.status == "failed"
    assert "no device" in report.reason
