from decimal import Decimal

import pytest

from catalog.models import Offer, Server
from tests.sizing.pages.test_sizing_pages import FORM

pytestmark = pytest.mark.django_db
PAGE = "/rent-or-buy/"
H100 = {"accelerator": "nvidia-h100-sxm5-80gb", "price": "250000"}


def asked(client, **query):
    return client.get(PAGE, {**H100, **query})


def origins(response):
    groups = response.context["groups"]
    return {entry.field.name: entry.origin for _, inputs in groups for entry in inputs}


def test_without_an_accelerator_one_is_chosen(client, catalog):
    page = client.get(PAGE).content.decode()
    assert '<option value="nvidia-h100-sxm5-80gb">' in page


def test_an_unknown_accelerator_is_not_found(client, catalog):
    assert client.get(PAGE, {"accelerator": "nothing"}).status_code == 404


def test_rent_starts_from_the_best_offer(client, catalog):
    response = asked(client)
    assert response.context["view"].case.rent.per_accelerator_h == 2.5
    assert "on demand at Acme-Cloud, seen on 2026-11-01" in origins(response)["rent_per_h"].text


def test_rent_starts_from_an_offer_that_includes_the_host(client, catalog):
    Offer.objects.filter(slug="acme-h100-1").update(includes_host=False, amount=Decimal("1.50"))
    response = asked(client)
    assert response.context["view"].case.rent.per_accelerator_h == 2.5
    assert "billed apart" not in origins(response)["rent_per_h"].text


def test_a_rent_without_the_host_says_so(client, catalog):
    Offer.objects.update(includes_host=False)
    assert "CPU and memory are billed apart" in origins(asked(client))["rent_per_h"].text


def test_every_value_that_was_not_given_says_where_it_comes_from(client, catalog):
    found = origins(asked(client))
    assert found["price"].text == "yours"
    assert all(found[name].text for name in found if name != "sizing")
    assert "cbre.com" in found["colocation_per_kw"].url


def test_a_server_brings_its_power_and_room(client, catalog):
    response = client.get(PAGE, {"server": "boxer-b8", "price": "250000"})
    bought = response.context["view"].case.purchase
    assert (bought.busy_power_w, bought.rack_units) == (10_200, 8)
    assert response.context["view"].case.accelerators == 8


def test_a_server_with_a_price_brings_it(client, catalog, vendors, source):
    Offer.objects.create(
        slug="boxer-b8",
        provider=vendors["boxer"],
        accelerator=catalog["h100"],
        accelerator_count=8,
        accelerator_stated="H100",
        pricing="buy",
        unit="each",
        amount=Decimal(240_000),
        currency="USD",
        source=source,
        server=Server.objects.get(),
    )
    response = client.get(PAGE, {"server": "boxer-b8"})
    assert response.context["view"].case.purchase.price == 240_000
    assert "date unknown" in origins(response)["price"].text


def test_without_a_price_the_page_asks_for_one(client, catalog):
    response = client.get(PAGE, {"server": "boxer-b8"})
    assert response.status_code == 200
    assert "Give the price that you were offered" in response.content.decode()
    assert "view" not in response.context


def test_bad_input_is_said_at_its_field(client, catalog):
    response = asked(client, use_percent="0", pue="0.5", lifetime_months="2.5", price="")
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {
        "use_percent",
        "pue",
        "lifetime_months",
        "price",
    }
    assert "Correct the fields" not in asked(client).content.decode()


def test_a_moved_slider_wins_over_its_number(client, catalog):
    sent = {"use_percent": "60", "use_percent_slide": "85", "use_percent_was": "60"}
    response = asked(client, **sent)
    assert response.status_code == 302
    assert "use_percent=85" in response.url
    assert "slide" not in response.url
    assert "was" not in response.url


def test_a_slider_that_was_left_alone_leaves_its_number_alone(client, catalog):
    # The number lies between two steps of the slider.
    sent = {"use_percent": "62.5", "use_percent_slide": "60", "use_percent_was": "60"}
    assert "use_percent=62.5" in asked(client, **sent).url


def test_the_link_to_an_answer_holds_every_input(client, catalog):
    response = asked(client, residual_percent="15")
    address = f"{PAGE}?{response.context['permalink']}"
    Offer.objects.update(amount=Decimal(99))
    again = client.get(address)
    assert again.context["view"].case == response.context["view"].case


def test_the_chart_has_its_figures_beside_it(client, catalog):
    response = asked(client)
    page = response.content.decode()
    assert page.count("<figure") == 1
    assert [row[0] for row in response.context["view"].months][::12] == [0, 36]


def test_every_month_is_had_as_csv(client, catalog):
    lines = client.get(f"{PAGE}months.csv", H100).content.decode().splitlines()
    assert lines[0] == "month,rent_paid,buy_paid,currency"
    assert lines[1] == "0,0.00,250000.00,USD"
    assert len(lines) == 38


def test_a_csv_of_bad_input_says_what_is_wrong(client, catalog):
    response = client.get(f"{PAGE}months.csv", {**H100, "pue": "0"})
    assert response.status_code == 400
    assert "pue" in response.content.decode()


def test_a_sizing_gives_the_cost_of_a_million_tokens(client, catalog):
    address = client.post("/size/", FORM).url
    tokens = asked(client, sizing=f"http://testserver{address}").context["view"].tokens
    assert tokens.rent > tokens.own > 0


def test_a_sizing_that_does_not_exist_is_said_at_its_field_and_the_rest_stays(client, catalog):
    response = asked(client, sizing="/sizings/none/")
    assert response.status_code == 400
    assert "sizing" in response.context["form"].errors
    assert response.context["view"].case
    assert "sizing" not in response.context["permalink"]


def test_a_csv_names_a_sizing_that_does_not_exist(client, catalog):
    response = client.get(f"{PAGE}months.csv", {**H100, "sizing": "none"})
    assert response.status_code == 400
    assert response.content.decode().startswith("sizing: No sizing is kept")


def test_the_script_of_the_page_is_answered_so_that_it_shows_what_is_wrong(client, catalog):
    response = client.get(PAGE, {**H100, "price": "abc"}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "Enter a number." in response.content.decode()


def test_other_currencies_are_counted_and_left_out(client, catalog):
    offer = Offer.objects.get(slug="acme-h100-8")
    Offer.objects.create(
        **{
            **{field.name: getattr(offer, field.name) for field in Offer._meta.concrete_fields},
            "pk": None,
            "id": None,
            "slug": "in-euro",
            "currency": "EUR",
            "amount_per_accelerator": None,
        }
    )
    start = asked(client).context["start"]
    assert (start.currency, start.other_currencies) == ("USD", 1)
