import re

import pytest

from tests.catalog.data_folder import OFFER, SXM

LISTS = ["/accelerators/", "/servers/", "/instances/", "/offers/", "/vendors/", "/sources/"]


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("url", ["/", *LISTS])
def test_every_list_opens_on_an_empty_catalog(db, client, url):
    page(client, url)


@pytest.mark.parametrize("url", LISTS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    data, client, url, django_assert_max_num_queries
):
    data.load()
    with django_assert_max_num_queries(14) as few:
        client.get(url)
    data.accelerators += [SXM | {"slug": f"part-{number}"} for number in range(30)]
    data.offers = [OFFER | {"region": f"r{number}", "amount": f"2{number}"} for number in range(30)]
    data.load()
    with django_assert_max_num_queries(len(few)):
        client.get(url)


@pytest.mark.parametrize("url", LISTS)
def test_a_list_needs_neither_script_nor_inline_style(data, client, url):
    data.load()
    html = page(client, url)
    assert "style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son\w+=", html)


def test_search_finds_an_alias_in_any_order(data, client):
    data.load()
    html = page(client, "/accelerators/?search=80gb+hbm3+h100")
    assert "NVIDIA H100 SXM5 80GB" in html
    assert "NVIDIA L4" not in html


def test_offers_are_found_by_an_alias_of_their_accelerator(data, client):
    data.load()
    assert "1 row<" in page(client, "/offers/?search=hbm3")
    assert "Nothing fits" in page(client, "/offers/?search=potato")


def test_a_numeric_range_narrows(data, client):
    data.load()
    html = page(client, "/accelerators/?memory_label_gb_min=70&tdp_w_max=400")
    assert "H100 PCIe" in html
    assert "H100 SXM5" not in html


def test_a_column_head_sorts_and_says_how(data, client):
    data.load()
    html = page(client, "/accelerators/?ordering=-tdp_w&family=hopper")
    assert 'aria-sort="descending"' in html
    assert html.index("H100 SXM5 80GB</a>") < html.index("H100 PCIe 80GB</a>")
    assert "?family=hopper&amp;ordering=tdp_w" in html


@pytest.mark.parametrize("ordering", ["fp8_tflops", "-fp8_tflops"])
def test_unknown_figures_come_last_either_way(data, client, ordering):
    data.accelerators = [SXM, SXM | {"slug": "known", "name": "Known part", "fp8_tflops": 5}]
    data.load()
    html = page(client, f"/accelerators/?ordering={ordering}")
    assert html.index("Known part</a>") < html.index("H100 SXM5 80GB</a>")


def test_units_stand_in_the_column_heads(data, client):
    data.load()
    assert re.search(r"Bandwidth</a>\s*<span class=\"unit\">GB/s", page(client, "/accelerators/"))


def test_the_filters_stay_in_the_form_and_in_the_csv_link(data, client):
    data.load()
    html = page(client, "/accelerators/?search=h100&tdp_w_min=500")
    assert 'value="h100"' in html
    assert 'name="tdp_w_min" value="500"' in html
    assert "/api/v1/accelerators/?search=h100&amp;tdp_w_min=500&amp;format=csv" in html


def test_paging_keeps_the_filters(data, client):
    data.offers = [
        OFFER | {"region": f"r{number}", "amount": f"{20 + number / 100}"} for number in range(60)
    ]
    data.load()
    html = page(client, "/offers/?provider=acme&ordering=amount")
    assert "Page 1 of 2" in html
    assert "provider=acme&amp;ordering=amount&amp;page=2" in html


def test_a_filter_that_is_no_number_is_named_and_answers_400(data, client):
    data.load()
    response = client.get("/accelerators/?tdp_w_min=much")
    assert response.status_code == 400
    assert "Enter a number" in response.content.decode()


def test_a_suspect_price_is_hidden_until_asked_for(data, client):
    amounts = ["20", "21", "22", "23", "0.5"]
    data.offers = [
        OFFER | {"region": f"r{number}", "amount": amount} for number, amount in enumerate(amounts)
    ]
    data.load()
    assert "r4" not in re.findall(r"<a[^>]*>|r\d", page(client, "/offers/"))
    assert "1 row<" in page(client, "/offers/?status=suspect")


def test_an_offer_without_a_date_says_so_and_stands_last(data, client):
    data.offers = [
        OFFER | {"region": "undated", "observed_on": ""},
        OFFER | {"region": "ancient", "observed_on": "2012-01-01"},
    ]
    data.load()
    html = page(client, "/offers/")
    assert "date unknown" in html
    assert html.index("ancient") < html.index("undated")


@pytest.mark.parametrize(
    ("age", "region"), [("historical", "ancient"), ("unknown", "undated"), ("fresh", None)]
)
def test_offers_can_be_narrowed_by_age(data, client, age, region):
    data.offers = [
        OFFER | {"region": "undated", "observed_on": ""},
        OFFER | {"region": "ancient", "observed_on": "2012-01-01"},
    ]
    data.load()
    html = page(client, f"/offers/?freshness={age}")
    shown = {name for name in ("ancient", "undated") if f"<td>{name}</td>" in html}
    assert shown == ({region} if region else set())


@pytest.mark.parametrize("query", ["search=" + "a+" * 99, "search=%00", "search=" + "x" * 5000])
def test_a_strange_search_never_breaks_the_page(data, client, query):
    data.load()
    assert client.get(f"/accelerators/?{query}").status_code in (200, 400)
    assert client.get(f"/api/v1/offers/?{query}").status_code in (200, 400)


@pytest.mark.parametrize("number", ["2", "0", "-1", "abc"])
def test_a_page_that_a_list_does_not_have_is_not_passed_off_for_another(data, client, number):
    data.load()
    html = client.get("/offers/", {"page": number}).content.decode()
    assert f"There is no page “{number}”; this is 1 of 1." in html


def test_a_page_that_a_list_has_needs_no_word(data, client):
    data.load()
    assert "There is no page" not in client.get("/offers/", {"page": "1"}).content.decode()


def test_a_wrong_filter_is_said_whatever_the_page(data, client):
    data.load()
    assert client.get("/offers/", {"page": "7", "as_of": "x"}).status_code == 400


def test_downloads_leave_out_what_the_api_would_refuse(data, client):
    data.load()
    html = client.get("/offers/?utm_source=mail&search=acme").content.decode()
    link = re.search(r'href="(/api/v1/offers/[^"]*format=csv)"', html)[1].replace("&amp;", "&")
    assert "utm_source" not in link
    assert client.get(link).status_code == 200
