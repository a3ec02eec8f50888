"""What hosts report: every letter is checked, counted once, and may only move things forward."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.db import transaction

from catalog.models import Host
from probes import joining, protocol, signing
from probes.models import Enrolment, SeenLetter
from probes.services import enrolment as enrolments
from probes.services import progress, registration, silence
from probes.signing import Letter, Refused

log = structlog.get_logger(__name__)
MOST_RUNS = 1000


def receive(data: Any) -> bool:
    """Acts on one letter; a bad one is logged and refused. Says whether it was accepted."""
    try:
        letter = signing.open_letter(
            data, to=joining.SERVER, find_key=enrolments.key_finder_for(data)
        )
        with transaction.atomic():
            _count_once(letter)
            _act(letter)
            _keep(letter, data)
    except (Refused, protocol.ProtocolError) as error:
        log.warning("probes.letter_refused", why=str(error), **_described(data))
        return False
    return True


def _count_once(letter: Letter) -> None:
    _, is_new = SeenLetter.objects.get_or_create(key_id=letter.key_id, nonce=letter.nonce)
    if not is_new:
        raise Refused("this letter was read before")


def _act(letter: Letter) -> None:
    if letter.kind == "join":
        _register(enrolments.join(letter.payload), letter.payload)
        return
    handler = HANDLERS.get(letter.kind)
    if handler is None:
        raise Refused(f"unknown kind {letter.kind!r}")
    handler(Enrolment.objects.select_related("host").get(key_id=letter.key_id), letter.payload)


def _keep(letter: Letter, data: Mapping[str, Any]) -> None:
    """A report is kept as it was signed; the other letters are of no interest once acted on."""
    if letter.kind == "report":
        enrolment = Enrolment.objects.select_related("host").get(key_id=letter.key_id)
        progress.keep_letter(_host(enrolment), _text(letter.payload, "run_id"), data)


def _register(enrolment: Enrolment, payload: Mapping[str, Any]) -> None:
    info = protocol.from_data(protocol.HostInfo, payload.get("host"))
    host = registration.register_host(enrolment, info)
    runs = _run_ids(payload) if "runs" in payload else set()
    silence.begin_session(enrolment, host, _text(payload, "session"), not_lost=runs)


def _heartbeat(enrolment: Enrolment, payload: Mapping[str, Any]) -> None:
    silence.note_heartbeat(_host(enrolment), _run_ids(payload))


def _started(enrolment: Enrolment, payload: Mapping[str, Any]) -> None:
    progress.note_start(
        _host(enrolment), run_id=_text(payload, "run_id"), session=_text(payload, "session")
    )


def _progress(enrolment: Enrolment, payload: Mapping[str, Any]) -> None:
    progress.note_progress(_host(enrolment), protocol.from_data(protocol.Progress, payload))


def _result(enrolment: Enrolment, payload: Mapping[str, Any]) -> None:
    progress.store_result(_host(enrolment), protocol.from_data(protocol.ProbeResult, payload))


def _report(enrolment: Enrolment, payload: Mapping[str, Any]) -> None:
    progress.store_report(_host(enrolment), protocol.from_data(protocol.Report, payload))


HANDLERS: dict[str, Callable[[Enrolment, Mapping[str, Any]], None]] = {
    "register": _register,
    "heartbeat": _heartbeat,
    "started": _started,
    "progress": _progress,
    "result": _result,
    "report": _report,
}


def _host(enrolment: Enrolment) -> Host:
    if enrolment.host is None:
        raise Refused(f"the host {enrolment.name} has not registered yet")
    return enrolment.host


def _run_ids(payload: Mapping[str, Any]) -> set[uuid.UUID]:
    runs = payload.get("runs")
    if not isinstance(runs, list) or len(runs) > MOST_RUNS:
        raise Refused(f"runs must be a list of at most {MOST_RUNS}")
    try:
        return {uuid.UUID(run) for run in runs}
    except (ValueError, AttributeError, TypeError):
        raise Refused("runs must be a list of UUIDs") from None


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise Refused(f"{name} must be a text of 1 to 64 characters")
    return value


def _described(data: Any) -> dict[str, str]:
    if not isinstance(data, dict):
        return {}
    return {name: str(data.get(name, ""))[:64] for name in ("kind", "key_id")}
