import pytest

pytestmark = pytest.mark.django_db


def test_pages_forbid_inline_code_and_other_hosts(client):
    policy = client.get("/sign-in/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_pages_hold_no_inline_style_or_script(client):
    html = client.get("/sign-in/").content.decode()
    assert "style=" not in html
    assert "<script>" not in html


def test_every_answer_carries_a_request_id(client):
    assert client.get("/healthz")["X-Request-ID"]
