"""`python -m probes.agent worker`: the probe worker of this host."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from probes.joining import new_session
from probes.signing import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the worker's options on `parser`."""
    parser.add_argument(
        "--broker",
        default=os.environ.get("CELERY_BROKER_URL", ""),
        metavar="URL",
        help="the broker's URL (default: CELERY_BROKER_URL)",
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=default_state(),
        metavar="FOLDER",
        help="where keys and unsent reports are kept (default: %(default)s)",
    )
    parser.add_argument(
        "--enroll", default="", metavar="TOKEN", help="enrolment token, for the first start"
    )


def default_state() -> Path:
    """The folder of this user's worker."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "ridgeline-worker"


def main(argv: Sequence[str] | None = None) -> int:
    """Parse `argv` and work until told to stop; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m probes.agent worker", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(argv))


def run(options: argparse.Namespace) -> int:
    """Work until told to stop; 1 when the host cannot start."""
    try:
        return _work(options)
    except ImportError as error:
        return _refuse(f"{error.name} is missing: pip install 'ridgeline[worker]'")


def _work(options: argparse.Namespace) -> int:
    from probes.agent.worker.app import add_task, connect_signals, make_app
    from probes.agent.worker.claims import Claims
    from probes.agent.worker.courier import Courier
    from probes.agent.worker.identity import NotEnrolledError, load_identity
    from probes.agent.worker.job import Desk
    from probes.agent.worker.outbox import Outbox

    if not options.broker:
        return _refuse("give the broker's address with --broker URL")
    try:
        identity = load_identity(options.state, options.enroll)
    except (NotEnrolledError, Refused) as error:
        return _refuse(str(error))
    desk = Desk(
        identity=identity,
        claims=Claims(options.state / "runs", new_session()),
        outbox=Outbox(options.state / "outbox"),
    )
    app = make_app(options.broker, identity.queue)
    add_task(app, desk)
    connect_signals(desk, Courier(app=app, desk=desk))
    worker = app.Worker(
        hostname=f"probes@{identity.token.name}",
        pool="prefork",
        concurrency=1,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _refuse(message: str) -> int:
    sys.stderr.write(f"The probe worker cannot start: {message}\n")
    return 1
