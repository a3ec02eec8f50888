import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probes import signing
from probes.joining import JoinToken

KEY = Ed25519PrivateKey.generate()
OTHER = Ed25519PrivateKey.generate()


def known(key_id):
    return KEY.public_key() if key_id == signing.key_id(KEY.public_key()) else None


def letter(payload=None, key=KEY, to="server"):
    return signing.seal(payload or {"n": 1}, kind="heartbeat", to=to, key=key)


def open_it(data, **options):
    return signing.open_letter(data, to="server", find_key=known, **options)


def test_a_letter_arrives_as_it_was_sent():
    opened = open_it(letter({"runs": ["a"]}))
    assert (opened.kind, opened.payload) == ("heartbeat", {"runs": ["a"]})


@pytest.mark.parametrize("field", ["kind", "payload", "nonce", "signature", "key_id"])
def test_a_changed_field_is_refused(field):
    data = letter()
    data[field] = ("A" if data[field][0] != "A" else "B") + data[field][1:]
    with pytest.raises(signing.Refused):
        open_it(data)


def test_a_changed_time_is_refused():
    data = letter()
    data["sent_at"] += 1.0
    with pytest.raises(signing.Refused, match="signature"):
        open_it(data)


def test_an_unknown_key_is_refused():
    with pytest.raises(signing.Refused, match="enrolled"):
        open_it(letter(key=OTHER))


def test_a_stranger_who_names_a_known_key_is_refused():
    data = letter(key=OTHER) | {"key_id": signing.key_id(KEY.public_key())}
    with pytest.raises(signing.Refused, match="signature"):
        open_it(data)


def test_a_letter_to_someone_else_is_refused():
    with pytest.raises(signing.Refused, match=r"probe\.box"):
        open_it(letter(to="probe.box"))


def test_an_old_letter_is_refused(monkeypatch):
    data = letter()
    later = time.time() + signing.MAX_AGE_S + 10
    monkeypatch.setattr(signing.time, "time", lambda: later)
    with pytest.raises(signing.Refused, match="older"):
        open_it(data)


def test_a_letter_from_the_future_names_the_clock(monkeypatch):
    data = letter()
    earlier = time.time() - 1000
    monkeypatch.setattr(signing.time, "time", lambda: earlier)
    with pytest.raises(signing.Refused, match="clock"):
        open_it(data)


@pytest.mark.parametrize("data", [None, 7, [], "text", {}, {"kind": "heartbeat"}, {"payload": {}}])
def test_what_is_no_letter_is_refused(data):
    with pytest.raises(signing.Refused, match="not a signed letter"):
        open_it(data)


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "keys" / "host.key"
    first = signing.load_or_make_key(path)
    again = signing.load_or_make_key(path)
    assert signing.key_id(first.public_key()) == signing.key_id(again.public_key())
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_join_token_survives_copy_and_paste():
    token = JoinToken(name="box", server_key="key", secret="s")
    assert JoinToken.from_text(token.to_text()) == token


@pytest.mark.parametrize("text", ["", "abc", "W10", "!!!"])
def test_a_damaged_token_is_refused(text):
    with pytest.raises(signing.Refused, match="copy all of it"):
        JoinToken.from_text(text)
