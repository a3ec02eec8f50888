import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.models import Host
from probes.joining import JoinToken
from probes.models import Enrolment
from probes.services import broker_access, invitation
from probes.services.errors import RunRefused
from tests.probes import factories

pytestmark = pytest.mark.django_db
SOCKET = "redis+socket:///data/valkey.sock?virtual_host=0"
NOWHERE = "redis://site:secret@127.0.0.1:1/0"


def test_the_command_holds_a_token_for_that_host(settings):
    settings.CELERY_BROKER_URL = SOCKET
    command = invitation.invite("gpu-box").command
    assert JoinToken.from_text(command.split("--enroll ")[1]).name == "gpu-box"


def test_an_embedded_broker_is_said_to_reach_no_other_machine(settings):
    settings.CELERY_BROKER_URL = SOCKET
    found = invitation.invite("gpu-box")
    assert "unix socket" in found.notice
    assert "USER:PASSWORD@BROKER" in found.command


def test_an_account_the_site_may_not_make_becomes_a_command_for_the_broker(settings):
    settings.CELERY_BROKER_URL = NOWHERE
    found = invitation.invite("gpu-box")
    assert "could not be made" in found.notice
    assert found.broker_command.startswith("ACL SETUSER host-gpu-box reset on #")


def test_the_site_password_is_never_part_of_the_command(settings):
    settings.CELERY_BROKER_URL = NOWHERE
    assert "secret" not in invitation.invite("gpu-box").command
    assert "host-gpu-box:" in invitation.invite("gpu-box").command


@pytest.mark.parametrize("name", ["", "GPU box", "a/b", "*", "x" * 64, "a.control"])
def test_a_name_that_could_widen_the_access_list_is_refused(name):
    with pytest.raises(RunRefused, match="no host name"):
        invitation.invite(name)
    assert not Enrolment.objects.exists()


def test_the_name_of_a_host_that_is_online_is_not_given_away():
    factories.make_device("box")
    with pytest.raises(RunRefused, match="online"):
        invitation.invite("box")


def test_the_access_list_holds_a_hash_and_not_the_password():
    assert not any("hunter2" in rule for rule in broker_access.access_rules("box", "hunter2"))


def test_the_command_line_says_what_is_wrong_with_a_name():
    with pytest.raises(CommandError, match="small letters"):
        call_command("enrol_host", "GPU box")


def test_staff_get_the_command_once_and_it_is_kept_nowhere(admin_client, settings):
    settings.CELERY_BROKER_URL = SOCKET
    answer = admin_client.post("/devices/invite/", {"name": "gpu-box"})
    assert "--enroll" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_a_stranger_gets_no_command(client):
    assert client.post("/devices/invite/", {"name": "gpu-box"}).status_code == 302
    assert not Enrolment.objects.exists()


def test_a_bad_name_comes_back_as_a_notice(admin_client):
    answer = admin_client.post("/devices/invite/", {"name": "a b"}, follow=True)
    assert "small letters" in answer.content.decode()
    assert not Host.objects.exists()
