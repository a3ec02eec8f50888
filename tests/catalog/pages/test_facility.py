import pytest

from catalog.facility import facility_notes
from catalog.models import Accelerator, Server


def server(**facts):
    known = {"kind": "rack", "rack_units": 8, "max_power_w": 10_200, "cooling": "air"}
    return Server(slug="box", model="Box", **{**known, **facts})


def notes(**facts):
    return {note.label: note for note in facility_notes(server(**facts))}


def test_heat_follows_from_power_by_a_formula_that_is_shown():
    heat = notes()["Heat at maximum power"]
    assert heat.text == "34,800 BTU/h"
    assert "10,200 W x 3.412" in heat.basis


def test_air_is_only_reckoned_for_servers_that_air_cools():
    # 10,200 W / (1,206 J/m3K x 15 K) = 0.564 m3/s.
    assert notes()["Air that carries it away"].text == "2,030 m³/h (1,190 CFM)"
    assert "Air that carries it away" not in notes(cooling="liquid")


@pytest.mark.parametrize(("power_kw", "number"), [(10, "0"), (20, "1"), (40, "3")])
def test_a_rack_holds_what_its_power_allows(power_kw, number):
    note = notes()[f"In a rack of {power_kw} kW and 42 U"]
    assert note.text == number
    assert "by power" in note.basis


def test_a_rack_holds_no_more_than_its_height():
    note = notes(max_power_w=2000)["In a rack of 40 kW and 42 U"]
    assert (note.text, note.basis) == ("5", "by height: 20 by power, 5 by height")


def test_what_nobody_states_is_unknown_and_nothing_follows_from_it():
    found = notes(max_power_w=None, rack_units=None, cooling="")
    for label in ("Height", "Maximum power", "Heat at maximum power", "Power supplies"):
        assert not found[label].is_known
    assert not found["In a rack of 10 kW and 42 U"].is_known


def test_without_a_maximum_the_accelerators_alone_are_a_lower_bound():
    accelerator = Accelerator(slug="a", name="A", tdp_w=700)
    found = notes(max_power_w=None, accelerator=accelerator, accelerator_count=8)
    assert found["Power of its accelerators alone"].text.startswith("5,600 W")


def test_a_slot_of_another_generation_than_the_accelerator_is_said():
    accelerator = Accelerator(slug="a", name="A", pcie_generation=5)
    fitted = {"accelerator": accelerator, "accelerator_count": 8}
    assert "generation 5" in notes(host_link="PCIe Gen3 x16", **fitted)["PCIe"].text
    assert "PCIe" not in notes(host_link="PCIe Gen5 x16", **fitted)


def test_a_workstation_stands_in_no_rack():
    assert not [label for label in notes(kind="workstation") if label.startswith("In a rack")]


@pytest.mark.django_db
def test_the_page_of_a_server_shows_them(data, client):
    data.load()
    page = client.get(Server.objects.get().get_absolute_url()).content.decode()
    assert "34,800 BTU/h" in page
    assert "Power feeds, phases and plug" in page
