"""Downloads over HTTPS that end: with bytes, or with a message that says what failed."""

import ssl
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from catalog.importing.errors import NotImported

MOST_BYTES = 64 * 1024 * 1024
TIMEOUT_S = 30.0
AGENT = "Ridgeline price import"


class _StayOnHttps(urllib.request.HTTPRedirectHandler):
    """A redirect must not lead to where anybody on the way could change the prices."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https://"):
            raise NotImported(f"{req.full_url} leads away from HTTPS, to {newurl}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(
    url: str,
    *,
    most_bytes: int = MOST_BYTES,
    timeout_s: float = TIMEOUT_S,
    context: ssl.SSLContext | None = None,
) -> bytes:
    """What stands at an HTTPS address.

    Raises:
        NotImported: no HTTPS address, no answer in time, an answer other than 200, too many bytes.
    """
    if not url.startswith("https://"):
        raise NotImported(f"{url} is no HTTPS address.")
    opener = urllib.request.build_opener(
        _StayOnHttps(), urllib.request.HTTPSHandler(context=context)
    )
    request = urllib.request.Request(url, headers={"User-Agent": AGENT})  # noqa: S310 - checked
    try:
        with opener.open(request, timeout=timeout_s) as answer:
            data = answer.read(most_bytes + 1)
    except urllib.error.HTTPError as error:
        raise NotImported(f"{url} answered {error.code} {error.reason}.") from error
    except (OSError, HTTPException) as error:
        raise NotImported(f"{url} could not be fetched: {error}.") from error
    if len(data) > most_bytes:
        raise NotImported(f"{url} is larger than {most_bytes / 1e6:.0f} MB.")
    return bytes(data)
