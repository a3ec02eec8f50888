"""Fetching from a real HTTPS server on loopback, with a certificate made for it."""

import datetime as dt
import http.server
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from catalog.importing.errors import NotImported
from catalog.importing.live.fetching import fetch


class Prices(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(2)
        status = {"/gone": 404, "/elsewhere": 302}.get(self.path, 200)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://localhost/prices")
        self.end_headers()
        self.wfile.write(b"prices")

    def log_message(self, *args):
        """Keeps the output of tests short."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, plain) + signed.public_bytes(pem))
    return path


@pytest.fixture(scope="module")
def address(certificate):
    server = http.server.ThreadingHTTPServer(("localhost", 0), Prices)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def trust(certificate):
    return ssl.create_default_context(cafile=str(certificate))


def test_what_stands_there_comes_back(address, trust):
    assert fetch(f"{address}/prices", context=trust) == b"prices"


def test_a_certificate_that_nobody_vouches_for_is_refused(address):
    with pytest.raises(NotImported, match="could not be fetched"):
        fetch(f"{address}/prices")


@pytest.mark.parametrize(
    ("path", "limits", "message"),
    [
        ("/gone", {}, "answered 404"),
        ("/elsewhere", {}, "leads away from HTTPS"),
        ("/slow", {"timeout_s": 0.3}, "could not be fetched"),
        ("/prices", {"most_bytes": 3}, "larger than"),
    ],
)
def test_a_fetch_that_fails_says_why(address, trust, path, limits, message):
    with pytest.raises(NotImported, match=message):
        fetch(f"{address}{path}", context=trust, **limits)


def test_an_address_without_tls_is_refused():
    with pytest.raises(NotImported, match="no HTTPS address"):
        fetch("http://localhost/prices")
