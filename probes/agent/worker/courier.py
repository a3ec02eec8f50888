"""The thread beside the task: registers, keeps the heart beating, sends what waits, takes orders.

It lives in the worker's main process, which never runs a probe, so a host answers while busy.
"""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

import attrs
from celery import Celery
from kombu import Queue
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from probes import signing
from probes.agent.inventory import inventory
from probes.agent.worker.job import Desk, open_from_server
from probes.joining import SERVER
from probes.protocol import to_data

log = logging.getLogger(__name__)

HEARTBEAT_EVERY_S = 10.0
REGISTER_EVERY_S = 60.0
LOOK_EVERY_S = 0.25
AFTER_FAILURE_S = 1.0
#: A heartbeat may overtake a report: it names a reported run until the report was surely read.
REPORTED_FOR_S = 120.0
#: Messages that say how things are now are worthless later.
EXPIRES_S = {"heartbeat": 30, "progress": 30, "register": 120}
BROKER_ERRORS = (KombuError, RedisError, OSError)


@attrs.define(kw_only=True)
class Courier:
    """Everything that goes between this host and the server, except jobs."""

    app: Celery
    desk: Desk
    host: dict[str, Any] = attrs.Factory(dict)
    next_heartbeat: float = 0.0
    next_registration: float = 0.0
    reported: dict[str, float] = attrs.Factory(dict)
    joined: bool = False
    stop: threading.Event = attrs.Factory(threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work beside the caller."""
        self.thread = threading.Thread(target=self._work, name="courier", daemon=True)
        self.thread.start()

    def close(self, within_s: float = 3.0) -> None:
        """Stop, and send what still waits if the broker takes it."""
        self.stop.set()
        if self.thread is not None:
            self.thread.join(within_s)
        try:
            self.desk.outbox.send_all(self._send_kept)
        except BROKER_ERRORS as error:
            log.warning("unsent messages are kept for the next start: %s", error)

    def _work(self) -> None:
        info = inventory()
        self.desk.remember_devices(info)
        # The enrolment decides the name: two machines may well call themselves the same.
        self.host = {**to_data(info), "name": self.desk.identity.token.name}
        while not self.stop.is_set():
            pause = LOOK_EVERY_S
            try:
                self.round(time.monotonic())
            except BROKER_ERRORS as error:
                log.warning("the broker does not answer (%s); trying again", error)
                pause = AFTER_FAILURE_S
            self.stop.wait(pause)

    def round(self, now: float) -> None:
        """Do what is due; raises the broker's errors."""
        if now >= self.next_registration:
            self._introduce()
            self.next_registration = now + REGISTER_EVERY_S
            self.desk.claims.forget_old()
        self.desk.outbox.send_all(self._send_kept)
        if now >= self.next_heartbeat:
            self.send("heartbeat", self._heartbeat())
            self.next_heartbeat = now + HEARTBEAT_EVERY_S
        self._take_orders()

    def send(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Sign a message now and hand it to the broker."""
        letter = signing.seal(payload, kind=kind, to=SERVER, key=self.desk.identity.key)
        self.app.send_task(
            "probes.ingest",
            args=[letter],
            queue="ingest",
            # To declare a queue means to read its length, which a host's account must not.
            declare=[],
            expires=EXPIRES_S.get(kind),
            retry=False,
        )

    def _send_kept(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Send what waited in the outbox, and remember whose report is on its way."""
        self.send(kind, payload)
        if kind == "report":
            self.reported[str(payload.get("run_id"))] = time.monotonic()

    def _introduce(self) -> None:
        """Register, the first time with the token: one letter, as two could overtake each other."""
        identity, token = self.desk.identity, self.desk.identity.token
        about = {"host": self.host, "session": self.desk.claims.session, "runs": self._runs()}
        if self.joined or not token.secret:
            self.send("register", about)
            return
        public = signing.public_text(identity.key.public_key())
        proof = {"name": token.name, "secret": token.secret, "public_key": public}
        self.send("join", {**proof, **about})
        identity.forget_secret()
        self.joined = True

    def _heartbeat(self) -> dict[str, Any]:
        return {"session": self.desk.claims.session, "runs": self._runs()}

    def _runs(self) -> list[str]:
        """Runs that are not lost: under way, or with a report that waits or is on its way."""
        oldest = time.monotonic() - REPORTED_FOR_S
        self.reported = {run: at for run, at in self.reported.items() if at > oldest}
        under_way = [job.run_id for job in self.desk.claims.active()]
        return list(dict.fromkeys([*under_way, *self.desk.outbox.runs_to_report(), *self.reported]))

    def _take_orders(self) -> None:
        """Read the control queue, which is answered even while a probe runs."""
        with self.app.connection_or_acquire() as connection:
            queue = Queue(self.desk.identity.queue + ".control")(connection.default_channel)
            queue.declare()
            while (message := queue.get(no_ack=True)) is not None:
                self._obey(message.payload)

    def _obey(self, body: Any) -> None:
        try:
            letter = open_from_server(self.desk.identity, body[0][0], "cancel")
        except (signing.Refused, LookupError, TypeError) as error:
            log.warning("order refused: %s", error)
            return
        self.desk.claims.cancel(str(letter.payload.get("run_id", "")))
