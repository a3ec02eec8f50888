"""What the agent's command line does. Exit codes: 0 fine, 1 something failed, 2 wrong usage."""

import argparse
import secrets
import signal
import sys
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

from probes.agent.first_run import command as first_run_command
from probes.agent.inventory import find_device, inventory
from probes.agent.runner import run_job
from probes.agent.table import has_trouble, table
from probes.protocol import (
    PROBES,
    SIZES,
    SUITES,
    DeviceInfo,
    HostInfo,
    Job,
    ProbeResult,
    Progress,
    ProtocolError,
    to_json,
)

EXIT_OK, EXIT_TROUBLE, EXIT_USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `worker` keeps its own arguments."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["worker"]:
        return _worker(arguments[1:])
    options = _parser().parse_args(arguments)
    commands = {
        "run": _run,
        "first-run": _first_run,
        "devices": _devices,
        "nvml-dump": _nvml_dump,
    }
    return commands[options.command](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m probes.agent", description="Probe the accelerators of this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run probes here, now, and print a table")
    run.add_argument("--suite", choices=SUITES, default="quick")
    run.add_argument("--seed", type=int, help="seed of all inputs (default: random)")
    run.add_argument("--device", default="", help="cpu, cuda:0, ..., or a UUID (default: first)")
    run.add_argument("--probes", default="", help="comma-separated probe ids instead of a suite")
    run.add_argument("--soak", type=int, default=20, metavar="SECONDS", help="length of the soak")
    run.add_argument("--deadline", type=int, default=900, metavar="SECONDS")
    run.add_argument(
        "--force", action="store_true", help="even where somebody uses the GPU (then no badge)"
    )
    run.add_argument("--json", type=Path, metavar="FILE", help="also write the report as JSON")
    run.add_argument(
        "--host-json", type=Path, metavar="FILE", help="also say there what this machine is"
    )
    run.add_argument("--sizes", choices=SIZES, default="device", help=argparse.SUPPRESS)
    first_run_command.add_arguments(
        commands.add_parser("first-run", help="all there is to know of a new kind of device")
    )
    commands.add_parser("devices", help="list the devices of this machine as JSON")
    dump = commands.add_parser("nvml-dump", help="print what NVML answers, as a scene file")
    dump.add_argument("--device", type=int, default=0, help="index of the GPU")
    commands.add_parser("worker", help="serve probe jobs from a broker (--broker URL)")
    return parser


def _run(options: argparse.Namespace) -> int:
    try:
        host, device = _chosen(options.device)
        job = _job(options, device.uuid)
    except ProtocolError as error:
        return _usage(str(error) + _hint(error))
    except LookupError as error:
        return _usage(str(error))
    stop = _stop_on_signals()
    _answer(f"{device.name} ({device.uuid}), suite {job.suite}, seed {job.seed}")
    report = run_job(job, _say, device=device, should_stop=stop.is_set)
    _answer("\n" + table(report))
    if options.json and not _write(options.json, to_json(report)):
        return EXIT_TROUBLE
    if options.host_json and not _write(options.host_json, to_json(host)):
        return EXIT_TROUBLE
    return EXIT_TROUBLE if has_trouble(report) else EXIT_OK


def _first_run(options: argparse.Namespace) -> int:
    try:
        host, device = _chosen(options.device)
        stop = _stop_on_signals()
        _tell(f"{device.name} ({device.uuid}) into {options.out}")
        done = first_run_command.run(options, host, device, stop.is_set, _tell)
    except LookupError as error:
        return _usage(str(error))
    except OSError as error:
        _tell(f"cannot write to {options.out}: {error.strerror}")
        return EXIT_TROUBLE
    return EXIT_OK if done else EXIT_TROUBLE


def _chosen(name: str) -> tuple[HostInfo, DeviceInfo]:
    """This machine, and its device called `name` or its first; raises LookupError."""
    host = inventory(ask_torch=name != "cpu")
    device = find_device(host, name) if name else host.devices[0]
    if device is None:
        raise LookupError(f"no device {name!r} here; there is {_names(host)}")
    return host, device


def _job(options: argparse.Namespace, device_uuid: str) -> Job:
    return Job(
        run_id=str(uuid.uuid4()),
        device_uuid=device_uuid,
        suite=options.suite,
        probes=tuple(name.strip() for name in options.probes.split(",") if name.strip()),
        seed=secrets.randbelow(2**31) if options.seed is None else options.seed,
        deadline_s=options.deadline,
        soak_s=options.soak,
        sizes=options.sizes,
        force=options.force,
    )


def _say(message: Progress | ProbeResult) -> None:
    """Tell on standard error what is going on, one line per finished probe."""
    if isinstance(message, ProbeResult):
        reason = f": {message.reason}" if message.reason else ""
        line = f"  {message.probe:<18} {message.status} ({message.duration_s:.1f} s){reason}"
        _tell(line)


def _stop_on_signals() -> threading.Event:
    """An event that the first SIGINT or SIGTERM sets."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _write(path: Path, text: str) -> bool:
    try:
        path.write_text(text + "\n")
    except OSError as error:
        _tell(f"cannot write {path}: {error.strerror}")
        return False
    return True


def _devices(_options: argparse.Namespace) -> int:
    _answer(to_json(inventory()))
    return EXIT_OK


def _nvml_dump(options: argparse.Namespace) -> int:
    from probes.agent.telemetry.scene import dump

    lines = dump(options.device)
    if not lines:
        _tell("NVML shows no such GPU here")
        return EXIT_TROUBLE
    _answer("\n".join(lines))
    return EXIT_OK


def _worker(arguments: Sequence[str]) -> int:
    try:
        from probes.agent.worker import cli
    except ImportError as error:
        _tell(f"the worker needs the extra 'worker': {error}")
        return EXIT_TROUBLE
    return int(cli.main(arguments) or 0)


def _answer(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _usage(message: str) -> int:
    _tell(f"python -m probes.agent: {message}")
    return EXIT_USAGE


def _hint(error: ProtocolError) -> str:
    return f" (known: {', '.join(PROBES)})" if error.field == "probes" else ""


def _names(host: HostInfo) -> str:
    return ", ".join(f"{d.backend}:{d.index} ({d.name})" for d in host.devices)
