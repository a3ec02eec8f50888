from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.catalog.data_folder import SXM


def show(*names, **options):
    out = StringIO()
    call_command("show", *names, stdout=out, **options)
    return out.getvalue()


def test_it_shows_an_accelerator_by_any_of_its_names(data):
    data.load()
    by_slug, by_name = show(SXM["slug"]), show(*SXM["name"].split())
    assert by_slug == by_name
    assert "3,350" in by_slug and "Servers" in by_slug


def test_it_shows_a_server_and_an_instance_type_by_slug(data, client):
    data.load()
    for noun in ("servers", "instances"):
        slug = client.get(f"/api/v1/{noun}/").json()["results"][0]["slug"]
        assert "Facts" in show(slug)


def test_it_prints_what_the_markdown_page_says(data, client):
    data.load()
    page = client.get(f"/accelerators/{SXM['slug']}.md").content.decode()
    assert show(SXM["slug"], markdown=True).strip() == page.strip()


def test_a_name_that_is_unknown_names_what_is_near(data):
    data.load()
    with pytest.raises(CommandError, match="knows no accelerator"):
        show("warp", "drive")
