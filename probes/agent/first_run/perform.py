"""Performs the steps of a first run, one file each, and goes on where it was cut."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import attrs

from probes.agent.environment import child_environment
from probes.agent.first_run.steps import Step, steps_for
from probes.agent.formats import main_format
from probes.agent.locks import device_lock
from probes.agent.runner import LOCK_WAIT_S, run_job
from probes.agent.telemetry.scene import dump
from probes.protocol import DeviceInfo, Job, to_data

EXPERIMENT_DEADLINE_S = 180.0
DEADLINE_SPARE_S = 240
SIDES = {"cpu": 1024}
SIDE, TINY_SIDE = 8192, 64


@attrs.frozen(kw_only=True)
class FirstRun:
    """A first run of a device into a folder."""

    device: DeviceInfo
    folder: Path
    should_stop: Callable[[], bool] = lambda: False
    sizes: str = "device"
    force: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_for(self.device)

    def missing(self) -> list[Step]:
        """The steps that have no file yet."""
        return [step for step in self.steps if not (self.folder / step.file_name).exists()]


def perform(run: FirstRun, *, within_s: float, say: Callable[[str], None]) -> list[Step]:
    """Take the missing steps that fit in `within_s`; gives those still missing."""
    run.folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + within_s
    for step in run.missing():
        if run.should_stop() or time.monotonic() + step.expected_s > until:
            break
        started = time.monotonic()
        text = _take(run, step)
        if text is not None:
            _keep(run.folder / step.file_name, text)
            say(f"  {step.name} ({time.monotonic() - started:.1f} s)")
    return run.missing()


def _take(run: FirstRun, step: Step) -> str | None:
    """What the step's file says; None where it was cut."""
    if step.kind == "scene":
        return "\n".join(dump(run.device.index)) if run.device.backend == "cuda" else "none"
    if step.kind == "experiment":
        return _experiment(run, step)
    report = run_job(
        _job(run, step), lambda _: None, device=run.device, should_stop=run.should_stop
    )
    return None if report.status == "cancelled" else json.dumps(to_data(report), indent=1)


def _job(run: FirstRun, step: Step) -> Job:
    return Job(
        run_id=str(uuid.uuid4()),
        device_uuid=run.device.uuid,
        suite=step.suite,
        probes=(step.subject,),
        seed=secrets.randbelow(2**31),
        deadline_s=step.soak_s + DEADLINE_SPARE_S,
        soak_s=step.soak_s,
        sizes=run.sizes,
        force=run.force,
    )


def _experiment(run: FirstRun, step: Step) -> str | None:
    """Run an experiment in a group of its own, of which nothing stays."""
    side = TINY_SIDE if run.sizes == "tiny" else SIDES.get(run.device.backend, SIDE)
    arguments = (step.subject, run.device.backend, main_format(run.device), str(side))
    command = [sys.executable, "-m", "probes.agent.first_run.experiments", *arguments]
    with device_lock(run.device.uuid, wait_s=LOCK_WAIT_S, should_stop=run.should_stop):
        process = subprocess.Popen(
            command,
            env=child_environment(run.device),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            return _answer(process, run.should_stop)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answer(process: "subprocess.Popen[str]", should_stop: Callable[[], bool]) -> str | None:
    deadline = time.monotonic() + EXPERIMENT_DEADLINE_S
    while not should_stop():
        try:
            text, _ = process.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
            return json.dumps({"error": f"did not end within {EXPERIMENT_DEADLINE_S:.0f} s"})
        return text or json.dumps({"error": f"ended with exit code {process.returncode}"})
    return None


def _keep(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    draft = path.with_suffix(".part")
    draft.write_text(text + "\n")
    draft.replace(path)
