import pytest

pytestmark = pytest.mark.django_db


def page(client, path="/glossary/"):
    return client.get(path).content.decode()


def test_without_a_choice_the_system_decides(client):
    assert 'data-theme="auto"' in page(client)


def test_a_choice_is_kept_and_leads_back_to_its_page(client):
    response = client.get("/theme/", {"theme": "dark", "next": "/glossary/?a=b"})
    assert response.url == "/glossary/?a=b"
    html = page(client)
    assert 'data-theme="dark"' in html
    assert 'value="dark" aria-pressed="true"' in html


def test_auto_forgets_the_choice(client):
    client.get("/theme/", {"theme": "light"})
    client.get("/theme/", {"theme": "auto"})
    assert 'data-theme="auto"' in page(client)


def test_the_cookie_is_out_of_reach_of_scripts(client):
    cookie = client.get("/theme/", {"theme": "dark"}).cookies["theme"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("away", ["https://example.org/", "//example.org", "javascript:x", ""])
def test_nobody_is_led_to_another_site(client, away):
    assert client.get("/theme/", {"theme": "dark", "next": away}).url == "/"


def test_a_theme_that_does_not_exist_is_refused(client):
    response = client.get("/theme/", {"theme": "pink"})
    assert response.status_code == 400
    assert not response.cookies


def test_a_cookie_with_anything_else_counts_for_nothing(client):
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="auto"' in page(client)


def test_pages_of_a_theme_are_not_taken_for_those_of_another(client):
    assert "Cookie" in client.get("/glossary/").headers["Vary"]


def test_a_page_that_does_not_exist_keeps_the_theme(client):
    client.get("/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in page(client, "/nothing/")
