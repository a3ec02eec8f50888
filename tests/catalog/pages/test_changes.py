from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from catalog.models import RowChange, SavedView
from tests.catalog.data_folder import L4, OFFER, PCIE, SXM

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGE = f"/accelerators/{SXM['slug']}/"


@pytest.fixture
def moved(data):
    """A figure and a price that moved after the first load, and an offer that came."""
    data.load()
    data.accelerators = [SXM | {"tdp_w": 650}, PCIE, L4]
    data.offers = [
        OFFER | {"amount": "18.00", "observed_on": "2026-02-03"},
        OFFER | {"region": "south"},
    ]
    data.load()
    return data


def rows(client, **query):
    response = client.get("/changes/", query)
    assert response.status_code == 200
    return [(change.name, change.field) for change in response.context["page_obj"]]


def test_the_list_shows_what_changed_newest_first(client, moved):
    response = client.get("/changes/")
    html = response.content.decode()
    assert [change.what for change in response.context["page_obj"]][-1] == "first"
    assert f'<a href="{PAGE}facts/tdp_w/">Board power</a>' in html
    assert "<td>700</td><td>650</td><td>W</td>" in html


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"kind": "accelerator"}, ["tdp_w"]),
        ({"row": SXM["slug"]}, ["tdp_w"]),
        ({"row": PCIE["slug"]}, []),
        ({"field": "amount"}, ["amount"]),
        ({"what": "added"}, [""]),
        ({"origin": "edit"}, []),
        ({"source": "datasheets"}, ["tdp_w"]),
        ({"search": "h100 sxm5"}, ["tdp_w"]),
        ({"day": "2001-01-01"}, []),
    ],
)
def test_filters_narrow_the_list(client, moved, query, fields):
    assert [field for _, field in rows(client, **query)] == fields


def test_the_changes_of_a_day_are_those_recorded_on_it(client, moved):
    assert len(rows(client, day=f"{timezone.localdate()}")) == RowChange.objects.count()


def test_a_day_that_has_not_come_is_refused(client, moved):
    assert client.get("/changes/", {"day": "2999-01-01"}).status_code == 400


def test_the_page_of_a_row_shows_its_history(client, moved):
    html = client.get(PAGE).content.decode()
    assert '<h2 id="history">History</h2>' in html
    assert "What changed last" in html
    assert "with the first load." in html
    assert f'href="/changes/?kind=accelerator&amp;row={SXM["slug"]}"' in html


def test_a_row_that_never_changed_says_so(client, moved):
    html = client.get(f"/accelerators/{PCIE['slug']}/").content.decode()
    assert "Nothing has changed since." in html


def test_a_row_that_came_later_says_when(client, moved):
    offer = RowChange.objects.get(what="added")
    html = client.get(offer.get_absolute_url()).content.decode()
    assert f"revision r{offer.revision_id}: shipped data." in html


def test_a_row_from_before_changes_were_recorded_says_so(client, moved):
    RowChange.objects.all().delete()
    assert "before changes were recorded" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "path", ["/servers/boxer-box-8-8x-h100-sxm5-80gb/", "/instances/acme-a-8x/"]
)
def test_servers_and_instance_types_have_a_history_too(client, moved, path):
    assert '<h2 id="history">History</h2>' in client.get(path).content.decode()


def test_the_document_of_a_row_has_its_history(client, moved):
    text = client.get(f"/accelerators/{SXM['slug']}.md").content.decode()
    assert "## History" in text
    assert "| Board power | 700 | 650 | W |" in text


def test_a_feed_has_the_changes_that_fit(client, moved):
    response = client.get("/changes/feed/?kind=accelerator")
    root = ET.fromstring(response.content)
    titles = [found.text for found in root.findall("a:entry/a:title", ATOM)]
    assert titles == [f"{SXM['name']}: Board power 700 to 650 W"]


def test_a_feed_refuses_a_day_that_has_not_come(client, moved):
    assert client.get("/changes/feed/?day=2999-01-01").status_code == 400


def test_the_list_can_be_saved_with_its_feed(client, moved):
    view = SavedView.objects.create(name="Power", noun="changes", query="field=tdp_w")
    html = client.get(view.page).content.decode()
    assert "/changes/feed/?field=tdp_w" in html
    assert "Feed of changes" in html
