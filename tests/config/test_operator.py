from urllib.parse import urlsplit

import pytest

from config import operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    parts = urlsplit(operator.one_time_link(operator.ensure_operator(), "http://testserver"))
    return f"{parts.path}?{parts.query}"


def test_the_link_signs_the_operator_in(client, link):
    client.get(link)
    assert client.get("/admin/").status_code == 200


def test_the_link_works_only_once(client, link):
    client.get(link)
    client.post("/sign-out/")
    assert client.get(link).status_code == 403


def test_a_forged_link_is_refused(client):
    assert client.get("/sign-in/once/?key=forged").status_code == 403


def test_the_token_file_is_private_and_made_once(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    account = operator.ensure_operator()
    path = operator.ensure_token(account)
    token = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert operator.ensure_token(account).read_text() == token


def test_the_operator_has_no_password_to_guess():
    assert not operator.ensure_operator().has_usable_password()
