import re

import pytest

from tests.catalog.data_folder import OFFER, SXM


def page(client, text):
    response = client.get("/search/", {"q": text})
    assert response.status_code == 200
    return response.content.decode()


def first_accelerator(client, text):
    groups = client.get("/api/v1/search/", {"q": text}).json()["groups"]
    return next(group for group in groups if group["noun"] == "accelerators")["results"][0]["title"]


@pytest.mark.parametrize(
    "text", ["H100 SXM5", "H100 80GB HBM3", "hbm3 h100 80 GB", "nvidia h100 sxm"]
)
def test_every_name_of_a_variant_leads_to_it_first(shipped, client, text):
    assert first_accelerator(client, text) == "NVIDIA H100 SXM5 80GB"


def test_one_search_finds_every_noun(shipped, client):
    html = page(client, "nvidia")
    found = re.findall(r'<section class="card" id="(\w+)">', html)
    assert found == [
        *("accelerators", "servers", "instances", "offers", "models", "vendors", "sources")
    ]


def test_each_group_leads_to_its_filtered_list_with_as_many_rows(shipped, client):
    answer = client.get("/api/v1/search/", {"q": "h100"}).json()
    assert answer["groups"]
    for group in answer["groups"]:
        assert client.get(group["url"]).status_code == 200
        assert client.get(group["api_url"]).json()["count"] == group["count"], group["noun"]


def test_a_maker_and_a_part_together_narrow(shipped, client):
    (group,) = client.get("/api/v1/search/", {"q": "dell h100"}).json()["groups"]
    assert group["noun"] == "servers"
    assert all("Dell" in hit["title"] for hit in group["results"])


def test_offers_are_grouped_by_what_they_offer(data, client):
    data.offers = [OFFER | {"region": f"r{number}", "amount": f"2{number}"} for number in range(3)]
    data.load()
    html = page(client, "acme")
    assert "3 offers of 1 provider" in html
    assert f"/offers/?search=acme&amp;accelerator={SXM['slug']}" in html


def test_a_typing_error_shows_what_was_probably_meant(shipped, client):
    html = page(client, "H10O SXM")
    assert "Did you mean" in html
    assert "NVIDIA H100 SXM5 80GB" in html


@pytest.mark.parametrize(("typed", "meant"), [("mi30x", "MI300X"), ("blakwell", "blackwell")])
def test_the_api_says_what_it_searched_for(shipped, client, typed, meant):
    answer = client.get("/api/v1/search/", {"q": typed}).json()
    assert answer["asked"] == typed
    assert answer["searched"] == meant
    assert meant in answer["did_you_mean"]
    assert answer["count"] > 0


def test_nothing_found_says_so_and_offers_the_lists(data, client):
    data.load()
    assert "Nothing is called “potato”" in page(client, "potato")


@pytest.mark.parametrize("text", ["", "   "])
def test_without_words_the_page_explains_itself(data, client, text):
    assert "Type a name as you know it" in page(client, text)


@pytest.mark.parametrize("url", ["/search/", "/api/v1/search/"])
def test_a_text_of_a_book_is_a_400(db, client, url):
    assert client.get(url, {"q": "a " * 400}).status_code == 400


def test_the_api_names_the_field_that_is_missing(db, client):
    response = client.get("/api/v1/search/")
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "q"


@pytest.mark.parametrize("text", ["%", "_", "'", "<script>", "\\", "é" * 50, "a+b " * 40])
def test_strange_characters_break_nothing(data, client, text):
    data.load()
    assert "<script>" not in page(client, text)


@pytest.mark.parametrize("text", ["h100", "potatoe"])
def test_a_search_takes_as_many_queries_for_many_rows_as_for_few(
    data, client, text, django_assert_max_num_queries
):
    data.load()
    with django_assert_max_num_queries(32) as few:
        client.get("/search/", {"q": text})
    data.accelerators += [SXM | {"slug": f"part-{number}"} for number in range(30)]
    data.offers = [OFFER | {"region": f"r{number}", "amount": f"2{number}"} for number in range(30)]
    data.load()
    with django_assert_max_num_queries(len(few)):
        client.get("/search/", {"q": text})


def test_every_page_has_the_search_box(data, client):
    data.load()
    for url in ("/", "/offers/", "/models/", "/size/", "/sign-in/"):
        html = client.get(url).content.decode()
        assert '<form class="site-search" action="/search/" method="get"' in html
