"""A broker account per host: it takes its own jobs and puts letters into ingest, nothing else.

Needs Redis 7 or Valkey (selectors); a refused command shows up in the server's `ACL LOG`.
"""

import contextlib
import hashlib
import secrets
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import attrs
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError, ResponseError

from probes.joining import job_reader

# What a Celery consumer says to Redis, and not one command more: no KEYS, no scripts, no admin.
CONNECTION = ("ping", "hello", "auth", "select", "client|setinfo", "client|setname", "info")
CONSUMER = (
    *("multi", "exec", "discard", "watch", "unwatch"),
    *("brpop", "rpop", "rpush", "lpush", "llen", "exists", "set"),
    *("hset", "hget", "hdel", "zadd", "zrem", "zrange", "zrevrangebyscore", "zscore"),
    *("sadd", "srem", "smembers"),
)
# The lock under which messages of a dead consumer are given out again is released by a script.
LOCK = ("get", "del", "eval", "evalsha", "script|load", "script|exists", "expire", "pexpire")
INGEST_QUEUE = settings.INGEST_QUEUE


@attrs.frozen(kw_only=True)
class Account:
    """A host's account: the password is known here once and stored nowhere."""

    user: str
    password: str
    rules: tuple[str, ...]
    is_created: bool
    why_not: str = ""

    @property
    def command(self) -> str:
        """What an administrator of the broker types where the site may not."""
        return " ".join(["ACL", "SETUSER", self.user, *(_quoted(rule) for rule in self.rules)])


def open_account(host_name: str) -> Account:
    """Makes the account of a host, or makes it anew with another password.

    Where the site's own account may not do that, `why_not` says so and `command` would do it.
    """
    password = secrets.token_urlsafe(24)
    user, rules = user_of(host_name), access_rules(host_name, password)
    why_not = "the embedded broker answers on this machine only"
    if not is_embedded():
        why_not = _tell_server("SETUSER", user, *rules)
    return Account(
        user=user, password=password, rules=rules, is_created=not why_not, why_not=why_not
    )


def close_account(host_name: str) -> str:
    """Takes a host's account away, which ends its connections; gives why not, if not."""
    return _tell_server("DELUSER", user_of(host_name))


def access_rules(host_name: str, password: str) -> tuple[str, ...]:
    """The access list of a host, with a hash of the password and never the password.

    Ingest is reached through a selector that holds one command, so that what a host may do with
    its own keys (DEL, for one) it cannot do there. Letters go through the default exchange, which
    asks no binding table: a host may write its own tables and no other.
    """
    queue = job_reader(host_name)
    control = f"{queue}.control"
    own = [f"~{name}{end}" for name in (queue, control) for end in ("", ":*")]
    held = [f"~{kind}.{queue}" for kind in ("unacked", "unacked_index", "unacked_mutex")]
    bindings = [f"~_kombu.binding{kind}.{queue}" for kind in ("", "_permanent")]
    hashed = hashlib.sha256(password.encode()).hexdigest()
    return (
        *("reset", "on", f"#{hashed}", "resetchannels", "-@all"),
        *own,
        *held,
        *bindings,
        *(f"+{command}" for command in (*CONNECTION, *CONSUMER, *LOCK)),
        f"(-@all +lpush %W~{INGEST_QUEUE})",
    )


def user_of(host_name: str) -> str:
    """The name of a host's account."""
    return f"host-{host_name}"


def is_embedded() -> bool:
    """Whether the broker answers on a unix socket only, which no other machine reaches."""
    return "+socket" in urlsplit(settings.CELERY_BROKER_URL).scheme


def url_for(account: Account) -> str:
    """The broker's address with the host's account in place of the site's."""
    parts = urlsplit(settings.CELERY_BROKER_URL)
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(account.user)}:{quote(account.password)}@{place}"
    return urlunsplit(parts._replace(netloc=netloc))


def _tell_server(*command: str) -> str:
    """Sends one ACL command and asks the server to keep it; gives why that failed, if it did."""
    try:
        with Connection(settings.CELERY_BROKER_URL) as connection:
            client: Any = connection.default_channel.client  # type: ignore[attr-defined]
            client.execute_command("ACL", *command)
            # Without a file of accounts the server keeps them in memory only, which docs say.
            with contextlib.suppress(ResponseError):
                client.execute_command("ACL", "SAVE")
    except (RedisError, OperationalError, OSError) as error:
        return f"the broker did not do it: {error}"
    return ""


def _quoted(rule: str) -> str:
    return f'"{rule}"' if " " in rule else rule
