"""Webhooks against real servers on loopback, with and without TLS."""

import hashlib
import hmac
import http.server
import json
import re
import socket
import ssl
import threading
import time

import pytest
from django.conf import settings

from catalog.alerts import posting
from catalog.alerts.errors import NotSent
from catalog.alerts.outbound import connect, is_public
from catalog.alerts.webhook import signature
from tests.catalog.importing.live.test_fetching import certificate  # noqa: F401 - a fixture


class Receiver(http.server.BaseHTTPRequestHandler):
    status, received = 200, []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, dict(self.headers), body))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        """Keeps the output of tests short."""


@pytest.fixture(scope="module")
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook?of=ada"
    server.shutdown()


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_HTTP = settings.WEBHOOK_PRIVATE = True
    Receiver.status = 200
    Receiver.received.clear()
    return Receiver


@pytest.fixture
def hook(make_alert, server, receiver):
    return make_alert(channel="webhook", destination=server, secret="hush")


def test_news_come_as_json_with_absolute_links(hook, receiver, prices, go_round):
    prices({"amount": "18.00"})
    go_round()
    ((path, headers, body),) = receiver.received
    told = json.loads(body)
    assert path == "/hook?of=ada"
    assert headers["Content-Type"] == "application/json"
    assert (headers["Ridgeline-Event"], told["event"]) == ("changes", "changes")
    assert headers["Ridgeline-Delivery"] == told["delivery"]
    (row,) = told["changes"]
    assert (row["kind"], row["amount"], row["before"]["amount"]) == ("changed", "18", "20")
    assert row["url"].startswith("http://127.0.0.1:8000/offers/")
    assert told["more"] == 0
    assert told["alert"]["name"] == "Cheap H100"


def test_every_key_of_a_message_stands_in_the_docs(hook, receiver, prices, go_round):
    prices({"amount": "18.00"})
    go_round()
    ((_, headers, body),) = receiver.received
    told = json.loads(body)
    (row,) = told["changes"]
    keys = {*told, *told["alert"], *row, *row["before"], *(h for h in headers if h[:5] == "Ridge")}
    text = (settings.BASE_DIR / "docs/catalog.md").read_text()
    said = text.partition("A *webhook* gets")[2].partition("```")[0]
    assert [key for key in sorted(keys) if not re.search(rf"`{key}\b", said)] == []


def test_a_receiver_checks_signature_and_time(hook, receiver, prices, go_round):
    prices({"amount": "18.00"})
    go_round()
    ((_, headers, body),) = receiver.received
    at, _, signed = headers["Ridgeline-Signature"].partition(",v1=")
    at = at.removeprefix("t=")
    assert abs(time.time() - int(at)) < 60
    assert signed == hmac.new(b"hush", f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert signature("hush", body + b" ", int(at)) != headers["Ridgeline-Signature"]


def test_a_server_that_answers_the_first_message_wants_the_alert(
    make_alert, server, receiver, go_round
):
    waiting = {"state": "unconfirmed", "confirmed_at": None, "greeted_at": None}
    alert = make_alert(channel="webhook", destination=server, secret="hush", **waiting)
    receiver.status = 404
    go_round()
    alert.refresh_from_db()
    assert (alert.state, alert.last_error) == ("unconfirmed", "It answered 404, no success")
    receiver.status = 204
    go_round(minutes=2)
    alert.refresh_from_db()
    assert (alert.state, alert.last_error) == ("active", "")
    assert [json.loads(body)["event"] for _, _, body in receiver.received] == ["hello", "hello"]


def test_what_was_not_received_comes_again_the_same_after_growing_pauses(
    hook, receiver, prices, go_round
):
    prices({"amount": "18.00"})
    receiver.status = 500
    assert go_round().failed == 1
    assert go_round(seconds=50).failed == 0
    assert go_round(seconds=70).failed == 1
    assert go_round(seconds=150).failed == 0
    receiver.status = 200
    assert go_round(seconds=200).sent == 1
    assert len({body for _, _, body in receiver.received}) == 1
    assert len(receiver.received) == 3
    hook.refresh_from_db()
    assert (hook.failures, hook.digest, hook.sent_count) == (0, None, 1)


def test_a_server_that_fails_ten_times_is_left_alone_and_loses_nothing(
    hook, receiver, prices, go_round, client
):
    prices({"amount": "18.00"})
    receiver.status = 503
    for hours in range(0, 80, 8):
        go_round(hours=hours)
    assert len(receiver.received) == 10
    go_round(hours=100)
    assert len(receiver.received) == 10
    html = client.get(f"/alerts/{hook.token}/").content.decode()
    assert "It failed 10 times in a row, at last: It answered 503, no success" in html
    receiver.status = 200
    client.post(f"/alerts/{hook.token}/resume/")
    go_round(hours=101)
    assert json.loads(receiver.received[-1][2])["changes"][0]["amount"] == "18"


def test_a_redirect_is_not_followed(hook, receiver, prices, go_round):
    prices({"amount": "18.00"})
    receiver.status = 302
    go_round()
    hook.refresh_from_db()
    assert hook.last_error == "It answered 302, a redirect, which is not followed"
    assert [path for path, _, _ in receiver.received] == ["/hook?of=ada"]


def test_a_webhook_hears_before_its_alert_lapses(hook, receiver, go_round):
    go_round(days=84)
    assert json.loads(receiver.received[0][2])["event"] == "expiring"


def test_a_name_that_leads_to_a_private_address_gets_nothing(hook, receiver, settings, monkeypatch):
    settings.WEBHOOK_PRIVATE = False
    port = int(hook.destination.split(":")[2].split("/")[0])
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    with pytest.raises(NotSent, match="is a private, loopback or link-local address"):
        posting.post(f"http://hooks.example.org:{port}/", b"{}", {})
    assert receiver.received == []


def test_a_name_with_one_private_address_among_public_ones_gets_nothing(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("93.184.216.34", "169.254.169.254")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotSent, match="private"):
        connect("hooks.example.org", 443, until=time.monotonic() + 1, private=False)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1"),
        *("ff02::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1"),
        *("192.0.0.9", "192.0.0.10", "::ffff:192.0.0.9", "::127.0.0.1", "::7f00:1", "fec0::1"),
        *("2002:5db8:d822::", "2001:0:5db8:d822::1", "64:ff9b:1::5db8:d822", "4000::1", "100::1"),
    ],
)
def test_addresses_behind_the_server_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_addresses_of_the_open_internet_are_public(address):
    assert is_public(address)


def test_a_name_without_an_address_says_so(settings, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent, match=r"hooks\.example\.org has no address"):
        posting.post("https://hooks.example.org/", b"{}", {})


def test_a_lookup_that_takes_too_long_is_given_up(settings, monkeypatch):
    settings.WEBHOOK_PRIVATE = True
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.1)
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(10) and [])
    started = time.monotonic()
    with pytest.raises(NotSent, match=r"hooks\.example\.org could not be looked up in time"):
        posting.post("https://hooks.example.org/", b"{}", {})
    assert time.monotonic() - started < 2
    answered.set()


def test_a_closed_port_says_so(receiver):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent, match="cannot be reached: Connection refused"):
            posting.post(f"http://127.0.0.1:{free.getsockname()[1]}/", b"{}", {})


def test_a_server_that_drips_its_answer_is_cut_off_in_time(receiver, monkeypatch):
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip():
            connection, _ = listener.accept()
            with connection:
                try:
                    while True:
                        connection.sendall(b"H")
                        time.sleep(0.05)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(NotSent, match="did not answer within"):
            posting.post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {})


@pytest.fixture(scope="module")
def secure(certificate):  # noqa: F811 - the fixture imported above
    server = http.server.ThreadingHTTPServer(("localhost", 0), Receiver)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


def test_https_reaches_a_server_with_a_trusted_certificate(
    secure,
    certificate,  # noqa: F811
    receiver,
):
    trust = ssl.create_default_context(cafile=str(certificate))
    assert posting.post(f"https://localhost:{secure}/", b"{}", {}, context=trust) == 200
    assert receiver.received[0][1]["Host"] == f"localhost:{secure}"


def test_https_refuses_a_certificate_that_nobody_vouches_for(secure, receiver):
    with pytest.raises(NotSent, match="Its certificate is not trusted"):
        posting.post(f"https://localhost:{secure}/", b"{}", {})
    assert receiver.received == []


def test_an_address_without_tls_is_refused_unless_a_setting_allows_it(settings, server):
    settings.WEBHOOK_PRIVATE = True
    with pytest.raises(NotSent, match="https address"):
        posting.post(server, b"{}", {})
