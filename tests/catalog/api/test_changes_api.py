import csv
import io

import pytest

from catalog.models import CatalogRevision
from tests.catalog.data_folder import L4, PCIE, SXM

URL = "/api/v1/changes/"


@pytest.fixture
def moved(data):
    data.load()
    data.accelerators = [SXM | {"tdp_w": 650}, PCIE | {"tdp_w": 340}, L4]
    data.load()
    return CatalogRevision.objects.first().number


def test_a_change_has_both_values_and_what_the_new_one_rests_on(client, moved):
    body = client.get(URL, {"row": SXM["slug"]}).json()
    (change,) = body["results"]
    wanted = {"kind": "accelerator", "field": "tdp_w", "label": "Board power", "revision": moved}
    wanted |= {"old": "700", "new": "650", "unit": "W", "source": "datasheets", "origin": "load"}
    assert {name: change[name] for name in wanted} == wanted
    assert client.get(f"{URL}{change['id']}/").json() == change


def test_nobody_learns_who_edited(client, moved):
    assert "by" not in client.get(URL).json()["results"][0]


def test_all_that_changed_since_an_answer_is_found_by_its_revision(client, moved):
    assert client.get(URL, {"revision_min": moved}).json()["count"] == 2
    assert client.get(URL, {"revision_min": moved + 1}).json()["count"] == 0
    both = {"revision_min": moved, "revision_max": moved}
    assert client.get(URL, both).json()["count"] == 2


def test_csv_has_every_filtered_change_in_the_chosen_columns(client, moved):
    query = {"format": "csv", "kind": "accelerator", "columns": "name,field,old,new"}
    response = client.get(URL, query)
    text = b"".join(response.streaming_content).decode()
    found = {row["slug"]: (row["old"], row["new"]) for row in csv.DictReader(io.StringIO(text))}
    assert found == {SXM["slug"]: ("700", "650"), PCIE["slug"]: ("350", "340")}


@pytest.mark.parametrize("query", [{"day": "2999-01-01"}, {"kind": "cat"}])
def test_a_wrong_filter_is_named(client, moved, query):
    response = client.get(URL, query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == next(iter(query))
