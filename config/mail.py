"""How mail leaves this installation, read from EMAIL_URL once."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from config import env

BACKENDS = "django.core.mail.backends"
USUAL_PORTS = {"smtp": 587, "smtps": 465}
NOBODY = "Ridgeline <ridgeline@localhost>"
HOW = "use smtp://user:password@host:587, smtps://host:465, file:///folder, file: or console:"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """Django's mail settings; `offered` says whether visitors may ask for mail at all."""

    offered: bool
    backend: str
    sender: str
    folder: str = ""
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False


def read_mail(data_dir: Path) -> Mail:
    """From EMAIL_URL and MAIL_FROM; without them mail is written to files and not offered.

    Raises:
        EnvironmentVariableError: they cannot be used, or something that mail needs is missing.
    """
    url = env.text("EMAIL_URL")
    parts = urlsplit(url)
    sender = env.text("MAIL_FROM", NOBODY)
    if not url or parts.scheme == "file":
        folder = parts.path or str(data_dir / "mail")
        backend = f"{BACKENDS}.filebased.EmailBackend"
        return Mail(offered=bool(url), backend=backend, sender=sender, folder=folder)
    if parts.scheme == "console":
        return Mail(offered=True, backend=f"{BACKENDS}.console.EmailBackend", sender=sender)
    if parts.scheme not in USUAL_PORTS or not parts.hostname:
        # The address may hold a password, so it is not repeated.
        raise env.EnvironmentVariableError(f"EMAIL_URL: {HOW}")
    for name in ("MAIL_FROM", "SITE_URL"):
        if not env.text(name):
            raise env.EnvironmentVariableError(f"EMAIL_URL is set, so {name} must be set too")
    return Mail(
        offered=True,
        backend=f"{BACKENDS}.smtp.EmailBackend",
        sender=sender,
        host=parts.hostname,
        port=_port(url) or USUAL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp" and _starttls(parts.query),
        tls=parts.scheme == "smtps",
    )


def read_site_url() -> str:
    """SITE_URL without its last slash, else the address that `make run` prints."""
    default = f"http://{env.text('HOST', '127.0.0.1')}:{env.text('PORT', '8000')}"
    url = env.text("SITE_URL", default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
        raise env.EnvironmentVariableError(
            f"SITE_URL={url!r}: use the address people open, such as https://gpu.example.org"
        )
    return url


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise env.EnvironmentVariableError(f"EMAIL_URL has a port that is none: {HOW}") from None


def _starttls(query: str) -> bool:
    asked = parse_qs(query).get("tls", ["on"])[-1].lower()
    if asked not in env.TRUE | env.FALSE:
        raise env.EnvironmentVariableError("EMAIL_URL: end it with ?tls=off for a relay without")
    return asked in env.TRUE
