"""Run a job: its probes one after another, each in a process of its own, and report.

The parent never imports torch. A probe that crashes, hangs or runs out of memory gives an `error`
with its reason, and the rest of the job goes on.
"""

import time
from collections.abc import Callable
from typing import Any

import attrs

from probes import expectations
from probes.agent import registry as registry_module
from probes.agent.environment import child_environment
from probes.agent.inventory import inventory
from probes.agent.locks import DeviceBusyError, device_locks, is_wedged, mark_wedged
from probes.agent.process import Ending, run_child
from probes.agent.registry import REGISTRY, Registry
from probes.agent.telemetry.watch import Watch, watch_for
from probes.agent.version import agent_version
from probes.protocol import (
    DeviceInfo,
    Job,
    Measurement,
    ProbeResult,
    Progress,
    ProtocolError,
    Report,
    from_data,
    to_data,
)

Emit = Callable[[Progress | ProbeResult], None]
#: Longer than a quick suite, so that a second run waits for its turn.
LOCK_WAIT_S = 180.0
#: Starts of the ids of probes that use every accelerator of the host at once.
LINK_PROBES = ("p2p", "coll")
#: What a result carries that was taken on a GPU in use, by order of whoever asked.
FORCED = "forced"
WEDGED = "wedged: a probe process cannot be ended; this device is left alone until a restart"


@attrs.define(kw_only=True)
class Run:
    """A job under way: what it needs, and the results so far."""

    job: Job
    device: DeviceInfo
    emit: Emit
    should_stop: Callable[[], bool]
    registry: Registry
    watch: Watch
    deadline: float
    started_unix_s: float = attrs.Factory(time.time)
    results: list[ProbeResult] = attrs.Factory(list)
    stopped: str = ""
    forced: str = ""

    def left_s(self) -> float:
        """Seconds until the whole job must end."""
        return self.deadline - time.monotonic()


def run_job(
    job: Job,
    emit: Emit,
    *,
    device: DeviceInfo | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    registry: Registry = REGISTRY,
) -> Report:
    """Run `job` on the device it names and give the report; every result is emitted as it comes.

    `device` saves an inventory where the caller has one. `should_stop` is asked ten times a
    second: when true, the probe under way is ended and the report says "cancelled".
    """
    started, deadline = time.time(), time.monotonic() + job.deadline_s
    found = device or find(job.device_uuid)
    if found is None:
        return _unstarted(job, started, "this host has no device with that id")
    if is_wedged(found.uuid):
        return _unstarted(job, started, WEDGED)
    try:
        with device_locks(
            used_by(job, found), wait_s=min(LOCK_WAIT_S, job.deadline_s), should_stop=should_stop
        ):
            with watch_for(found) as watch:
                run = Run(
                    job=job,
                    device=found,
                    emit=emit,
                    should_stop=should_stop,
                    registry=registry,
                    watch=watch,
                    deadline=deadline,
                    started_unix_s=started,
                )
                _run_probes(run)
            return _report(run)
    except DeviceBusyError as error:
        return _unstarted(job, started, str(error))


def find(device_uuid: str) -> DeviceInfo | None:
    """The device of this host with that UUID."""
    return next((d for d in inventory().devices if d.uuid == device_uuid), None)


def uses_whole_host(probe: str) -> bool:
    """Whether a probe runs on every accelerator of the host at once."""
    return probe.startswith(LINK_PROBES)


def used_by(job: Job, device: DeviceInfo) -> set[str]:
    """The UUIDs that a job occupies: its device, and every accelerator where it measures links."""
    if not any(map(uses_whole_host, registry_module.probes_of(job, device))):
        return {device.uuid}
    everything = inventory(ask_torch=device.backend != "cuda").devices
    return {device.uuid, *(d.uuid for d in everything if d.backend == device.backend)}


def _run_probes(run: Run) -> None:
    names = sorted(registry_module.probes_of(run.job, run.device), key=run.watch.owns)
    busy = run.watch.busy()
    if busy and run.job.force:
        run.forced, busy = busy, ""
    for done, probe in enumerate(names):
        run.emit(_progress(run, probe, done, len(names)))
        result = _run_probe(run, probe, done, len(names), busy)
        result = _marked(run, expectations.judged(run.device, result))
        run.results.append(result)
        run.emit(result)
        if run.stopped:
            return


def _marked(run: Run, result: ProbeResult) -> ProbeResult:
    """The result, and that it was forced: such a figure may be too low and earns no badge."""
    if not run.forced or result.status == "skipped":
        return result
    return attrs.evolve(
        result,
        flags=(*result.flags, FORCED),
        verdict="measured" if result.verdict == "verified" else result.verdict,
    )


def _run_probe(run: Run, probe: str, done: int, total: int, busy: str) -> ProbeResult:
    started, clock = time.time(), time.monotonic()
    skipped = registry_module.why_not(probe, run.device, tiny=run.job.sizes == "tiny") or busy
    if skipped:
        status, found = "skipped", Ending(answer=None, reason=skipped)
    elif run.watch.owns(probe):
        return run.watch.health(run.job, run.started_unix_s, run.device)
    else:
        found = _run_kernel(run, probe, done, total)
        status = str(found.answer["status"]) if found.answer else "error"
    return _result(run, probe, status, found, (started, time.monotonic() - clock))


def _run_kernel(run: Run, probe: str, done: int, total: int) -> Ending:
    """Run one kernel module in its process, watched; notes why the job must end, if it must."""
    entry = run.registry[probe]
    limit = registry_module.deadline_s(entry, run.job, probe, run.device)
    request = {
        "job": to_data(run.job),
        "device": to_data(run.device),
        "probe": probe,
        "module": entry.module,
    }
    with run.watch.during(probe):
        ending = run_child(
            request,
            environment=child_environment(run.device, whole_host=uses_whole_host(probe)),
            deadline_s=max(0.0, min(limit, run.left_s())),
            on_progress=lambda m: run.emit(_progress(run, probe, done, total, m)),
            should_stop=lambda: run.should_stop() or bool(run.watch.abort_reason()),
        )
    run.stopped = _why_stop(run, ending)
    return attrs.evolve(ending, reason=run.stopped) if ending.stopped else ending


def _why_stop(run: Run, ending: Ending) -> str:
    """Why the job cannot go on after this probe; empty where it can."""
    if ending.wedged:
        mark_wedged(run.device.uuid)
        return WEDGED
    if run.watch.abort_reason():
        return run.watch.abort_reason()
    if ending.stopped:
        return "cancelled"
    return "the job's deadline has passed" if run.left_s() <= 0 else ""


def _result(
    run: Run, probe: str, status: str, ending: Ending, times: tuple[float, float]
) -> ProbeResult:
    blank = ProbeResult(
        run_id=run.job.run_id,
        device_uuid=run.device.uuid,
        probe=probe,
        status=status,
        reason=ending.reason[:2000],
        started_unix_s=times[0],
        duration_s=times[1],
    )
    if ending.answer is None:
        return blank
    try:
        return _filled(blank, ending.answer, run.watch)
    except ProtocolError as error:
        return attrs.evolve(blank, status="error", reason=f"gave a bad answer: {error}"[:2000])


def _filled(blank: ProbeResult, answer: dict[str, Any], watch: Watch) -> ProbeResult:
    """The result with what its process answered and what the watch saw meanwhile."""
    seen = watch.seen(blank.probe)
    contaminated = blank.status == "ok" and bool(seen.contaminated)
    return attrs.evolve(
        blank,
        status="contaminated" if contaminated else blank.status,
        reason=seen.contaminated if contaminated else str(answer.get("reason", ""))[:2000],
        measurements=tuple(from_data(Measurement, m) for m in answer.get("measurements", ())),
        flags=(*answer.get("flags", ()), *seen.flags),
        telemetry={**answer.get("telemetry", {}), **seen.telemetry},
        env={**answer.get("env", {}), **watch.env()},
    )


def _progress(
    run: Run, probe: str, done: int, total: int, message: dict[str, int] | None = None
) -> Progress:
    steps = message or {}
    return Progress(
        run_id=run.job.run_id,
        probe=probe,
        probes_done=done,
        probes_total=total,
        steps_done=steps.get("done", 0),
        steps_total=steps.get("total", 0),
        message=f"running {probe}",
    )


def _report(run: Run) -> Report:
    errors = [r.probe for r in run.results if r.status == "error"]
    status, reason = "succeeded", ""
    if run.stopped == "cancelled":
        status, reason = "cancelled", "cancelled while running"
    elif errors or run.stopped:
        status = "failed"
        reason = "; ".join(filter(None, (run.stopped, _name_errors(errors))))
    verdict = expectations.device_verdict(run.results)
    if run.forced:
        reason = "; ".join(filter(None, (f"forced although {run.forced}", reason)))
        verdict = "measured" if verdict == "verified" else verdict
    return Report(
        run_id=run.job.run_id,
        device_uuid=run.device.uuid,
        suite=run.job.suite,
        status=status,
        reason=reason[:2000],
        verdict=verdict,
        results=tuple(run.results),
        seed=run.job.seed,
        nonce=run.job.nonce,
        agent_version=agent_version(),
        started_unix_s=run.started_unix_s,
        finished_unix_s=time.time(),
    )


def _name_errors(probes: list[str]) -> str:
    return f"no result from {', '.join(probes)}" if probes else ""


def _unstarted(job: Job, started: float, reason: str) -> Report:
    return Report(
        run_id=job.run_id,
        device_uuid=job.device_uuid,
        suite=job.suite,
        status="failed",
        reason=reason,
        seed=job.seed,
        nonce=job.nonce,
        agent_version=agent_version(),
        started_unix_s=started,
        finished_unix_s=time.time(),
    )
