"""The one command with which a new host joins, and what still stands in its way."""

import re

import attrs
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User

from catalog.models import Host
from probes.services import broker_access, enrolment
from probes.services.errors import RunRefused

LONGEST_NAME = 63
# Where the embedded broker answers: a place for the address that an administrator must fill in.
OTHER_BROKER = "rediss://USER:PASSWORD@BROKER:6380/0"


@attrs.frozen(kw_only=True)
class Invitation:
    """What to type on the host, and a notice for whoever asked."""

    name: str
    command: str
    notice: str = ""
    broker_command: str = ""


def invite(name: str, *, created_by: User | AnonymousUser | None = None) -> Invitation:
    """Issues a token and a broker account for a host called `name`.

    Both are new each time: an earlier token or password of that name stops working. Raises
    `RunRefused` for a name that is none, or that a host which is online carries.
    """
    _check_name(name)
    staff = created_by if isinstance(created_by, User) else None
    token = enrolment.issue_token(name, created_by=staff).to_text()
    account = broker_access.open_account(name)
    embedded = broker_access.is_embedded()
    url = OTHER_BROKER if embedded else broker_access.url_for(account)
    return Invitation(
        name=name,
        command=(
            f"pip install '.[worker]' && python -m probes.agent worker "
            f"--broker '{url}' --enroll {token}"
        ),
        notice=_notice(account, embedded=embedded),
        broker_command="" if embedded or account.is_created else account.command,
    )


def plain_name(text: str) -> str:
    """A name that can stand in an address: letters, digits and dashes."""
    plain = re.sub(r"[^a-z0-9-]+", "-", text.lower().split(".")[0]).strip("-")
    return plain[:LONGEST_NAME] or "this-machine"


def _check_name(name: str) -> None:
    if plain_name(name) != name:
        raise RunRefused(
            "name",
            "bad_name",
            f"{name[:80]!r} is no host name: use up to {LONGEST_NAME} small letters, digits and "
            "dashes, such as gpu-box.",
        )
    taken = Host.objects.filter(name=name).first()
    if taken is not None and taken.is_online:
        raise RunRefused("name", "host_online", f"A host called {name} is online; choose another.")


def _notice(account: broker_access.Account, *, embedded: bool) -> str:
    if embedded:
        return (
            "The embedded broker listens on a unix socket, which no other machine reaches. Start "
            "the site with CELERY_BROKER_URL=rediss://... of a Redis 7 or Valkey with TLS first."
        )
    if not account.is_created:
        return (
            f"The host's broker account could not be made: {account.why_not}. Let the broker's "
            "administrator run the command for the broker."
        )
    if not settings.CELERY_BROKER_URL.startswith("rediss://"):
        return "The broker is spoken to without TLS: use this on a private network or a tunnel."
    return ""
