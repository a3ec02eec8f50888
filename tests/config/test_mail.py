import pytest

from config import env
from config.mail import read_mail, read_site_url


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in ("EMAIL_URL", "MAIL_FROM", "SITE_URL", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_without_settings_mail_goes_to_files_and_is_not_offered(tmp_path):
    mail = read_mail(tmp_path)
    assert (mail.offered, mail.folder) == (False, str(tmp_path / "mail"))
    assert mail.backend.endswith("filebased.EmailBackend")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://ada:p%40ss@mail.example.org", ("mail.example.org", 587, True, False)),
        ("smtp://mail.example.org:25?tls=off", ("mail.example.org", 25, False, False)),
        ("smtps://mail.example.org", ("mail.example.org", 465, False, True)),
    ],
)
def test_a_mail_server_is_one_address(monkeypatch, tmp_path, url, expected):
    monkeypatch.setenv("EMAIL_URL", url)
    monkeypatch.setenv("MAIL_FROM", "gpu@example.org")
    monkeypatch.setenv("SITE_URL", "https://gpu.example.org")
    mail = read_mail(tmp_path)
    assert (mail.host, mail.port, mail.starttls, mail.tls) == expected
    assert (mail.offered, mail.sender) == (True, "gpu@example.org")
    if "@" in url:
        assert (mail.user, mail.password) == ("ada", "p@ss")
        assert "p@ss" not in repr(mail)


@pytest.mark.parametrize("missing", ["MAIL_FROM", "SITE_URL"])
def test_a_mail_server_needs_sender_and_address_of_the_site(monkeypatch, tmp_path, missing):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example.org")
    for name in {"MAIL_FROM", "SITE_URL"} - {missing}:
        monkeypatch.setenv(name, "https://gpu.example.org")
    with pytest.raises(env.EnvironmentVariableError, match=missing):
        read_mail(tmp_path)


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "http://x", "smtp://", "smtp://a:pw@h:port", "smtp://a:pw@h?tls=perhaps"],
)
def test_an_address_that_is_no_mail_server_is_refused_without_its_password(
    monkeypatch, tmp_path, url
):
    monkeypatch.setenv("EMAIL_URL", url)
    monkeypatch.setenv("MAIL_FROM", "gpu@example.org")
    monkeypatch.setenv("SITE_URL", "https://gpu.example.org")
    with pytest.raises(env.EnvironmentVariableError, match="EMAIL_URL") as refused:
        read_mail(tmp_path)
    assert "pw" not in str(refused.value)


def test_for_a_trial_mail_is_written_to_a_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("EMAIL_URL", "file:///srv/mail")
    assert read_mail(tmp_path).folder == "/srv/mail"
    monkeypatch.setenv("EMAIL_URL", "file:")
    assert read_mail(tmp_path).folder == str(tmp_path / "mail")
    assert read_mail(tmp_path).offered


def test_the_address_of_the_site_has_no_last_slash_and_must_be_one(monkeypatch):
    assert read_site_url() == "http://127.0.0.1:8000"
    monkeypatch.setenv("SITE_URL", "https://gpu.example.org/")
    assert read_site_url() == "https://gpu.example.org"
    monkeypatch.setenv("SITE_URL", "gpu.example.org")
    with pytest.raises(env.EnvironmentVariableError, match="use the address people open"):
        read_site_url()
