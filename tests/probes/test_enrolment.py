import datetime as dt
import html

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from kombu import Connection

from probes import joining, signing
from probes.agent.worker.identity import NotEnrolledError, load_identity
from probes.models import Enrolment
from probes.protocol import to_data
from probes.services import broker_access, enrolment, ingest
from tests.probes import factories

pytestmark = pytest.mark.django_db


def join(token, key=None, **changes):
    key = key or Ed25519PrivateKey.generate()
    payload = {
        "name": token.name,
        "secret": token.secret,
        "public_key": signing.public_text(key.public_key()),
        "host": to_data(factories.host_info(token.name, "1" * 32)),
        "session": "session-1",
    }
    letter = signing.seal(payload | changes, kind="join", to=joining.SERVER, key=key)
    return ingest.receive(letter)


def test_a_token_lets_a_host_join():
    assert join(enrolment.issue_token("gpu-box"))
    assert Enrolment.objects.get().key_id


def test_a_host_that_joins_is_registered_by_the_same_letter():
    join(enrolment.issue_token("gpu-box"))
    assert Enrolment.objects.get().host.devices.count() == 1


def test_a_host_that_does_not_say_what_it_is_keeps_its_token():
    token = enrolment.issue_token("gpu-box")
    assert not join(token, host=None)
    assert join(token)


def test_a_token_works_once():
    token = enrolment.issue_token("gpu-box")
    join(token)
    assert not join(token)


def test_an_old_token_is_refused():
    assert not join(enrolment.issue_token("gpu-box", lasts=dt.timedelta(seconds=-1)))


def test_a_wrong_secret_is_refused():
    assert not join(enrolment.issue_token("gpu-box"), secret="guess")


def test_a_host_cannot_bring_the_key_of_another():
    theirs = signing.public_text(Ed25519PrivateKey.generate().public_key())
    assert not join(enrolment.issue_token("gpu-box"), public_key=theirs)


def test_the_secret_is_stored_only_as_a_hash():
    token = enrolment.issue_token("gpu-box")
    assert token.secret not in str(Enrolment.objects.values().get())


def test_the_local_worker_is_enrolled_through_the_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("enrol_host", local=True)
    call_command("enrol_host", local=True)
    identity = load_identity(tmp_path / "worker")
    assert Enrolment.objects.get().key_id == signing.key_id(identity.key.public_key())
    assert signing.public_text(identity.server_key) == enrolment.server_key_text()


def test_a_host_without_a_token_is_told_how_to_get_one(tmp_path):
    with pytest.raises(NotEnrolledError, match="enrol_host"):
        load_identity(tmp_path)


def test_a_revoked_host_is_heard_no_more():
    host = factories.TestHost()
    host.register()
    enrolment.revoke(host.enrolment)
    assert not host.heartbeat()


def test_revoking_keeps_the_day_on_which_it_was_done_first():
    row = factories.TestHost().enrolment
    enrolment.revoke(row)
    first = row.revoked_at
    enrolment.revoke(row)
    assert row.revoked_at == first


def test_a_revoked_host_joins_again_with_a_new_token():
    join(enrolment.issue_token("gpu-box"))
    enrolment.revoke(Enrolment.objects.get())
    assert join(enrolment.issue_token("gpu-box"))


def revoke_in_admin(admin_client, row):
    form = {"action": "revoke", "_selected_action": [row.pk]}
    answer = admin_client.post("/admin/probes/enrolment/", form, follow=True)
    return html.unescape(answer.content.decode())


def test_revoking_closes_the_account_at_the_broker(
    admin_client, settings, real_broker, monkeypatch
):
    settings.CELERY_BROKER_URL = real_broker
    monkeypatch.setattr(broker_access, "is_embedded", lambda: False)
    row = factories.TestHost("closing-box").enrolment
    with Connection(real_broker) as connection:
        client = connection.default_channel.client
        client.execute_command("ACL", "SETUSER", "host-closing-box", "on", "nopass")
        page = revoke_in_admin(admin_client, row)
        users = [str(user) for user in client.execute_command("ACL", "USERS")]
    assert "The host closing-box is revoked." in page
    assert not any("host-closing-box" in user for user in users)


def test_an_account_that_could_not_be_closed_is_said_with_the_command(admin_client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    page = revoke_in_admin(admin_client, factories.TestHost("far-box").enrolment)
    assert "ACL DELUSER host-far-box" in page
    assert Enrolment.objects.get(name="far-box").revoked_at
