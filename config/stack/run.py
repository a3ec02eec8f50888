"""The order of a start: check, broker, prepare, then workers and web side by side."""

import http.client
import os
import sys
from pathlib import Path

from config import broker
from config.stack import checks, programs
from config.stack.child import say
from config.stack.options import Options, StartError, read_options
from config.stack.supervisor import Stopped, Supervisor, stop_on_signals

STOP_ORDER = (("web", "probes"), ("ingest",), ("broker",))
BROKER_WITHIN_S = 30.0
WEB_WITHIN_S = 120.0
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


def main() -> int:
    """Runs the stack until it is told to stop; 1 when it cannot start."""
    supervisor = Supervisor()
    with stop_on_signals(supervisor):
        try:
            options = read_options()
            checks.check_all(options)
            with (
                checks.lock_data_dir(options.data_dir),
                checks.listen(options.host, options.port) as listener,
            ):
                _run(supervisor, options, listener.fileno())
        except (StartError, broker.BrokerError) as error:
            sys.stderr.write(f"Ridgeline cannot start: {error}\n")
            return 1
        except Stopped:
            return 0
    return 0


def _run(supervisor: Supervisor, options: Options, listener: int) -> None:
    announcement = options.data_dir / f".announcement-{os.getpid()}"
    try:
        _start_broker(supervisor, options)
        supervisor.run_once(programs.preparation(options, announcement))
        supervisor.keep(programs.web_server(options, listener), programs.ingest_worker(options))
        supervisor.run_until_ready(lambda: web_is_ready(options), WEB_WITHIN_S, "The web server")
        _announce(options, announcement)
        if options.probes:
            supervisor.keep(programs.probe_worker(options))
        supervisor.run_forever()
    finally:
        announcement.unlink(missing_ok=True)
        supervisor.stop_all(STOP_ORDER)


def _start_broker(supervisor: Supervisor, options: Options) -> None:
    if broker.is_embedded():
        supervisor.keep(programs.broker_server(options))
        supervisor.run_until_ready(
            lambda: broker.answers(options.data_dir), BROKER_WITHIN_S, "The broker"
        )


def web_is_ready(options: Options) -> bool:
    """Whether /readyz answers 200: web server, database and broker are all there."""
    host = ANY_ADDRESS.get(options.host, options.host)
    connection = http.client.HTTPConnection(host, options.port, timeout=2)
    try:
        # The header keeps an HTTPS-only installation from answering with a redirect.
        headers = {"Host": "localhost", "X-Forwarded-Proto": "https"}
        connection.request("GET", "/readyz", headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(options: Options, announcement: Path) -> None:
    say("stack", f"Ridgeline is ready at {options.base_url}")
    if announcement.exists():
        for line in announcement.read_text(encoding="utf-8").splitlines():
            say("stack", line)
