import pytest
from django.urls import reverse

from sizing.models import Sizing
from tests.sizing.pages.test_sizing_pages import FORM

pytestmark = pytest.mark.django_db
COMPARE = "/sizings/compare/"


def sized(client, **changes):
    response = client.post("/size/", {**FORM, **changes})
    assert response.status_code == 302, response.context["form"].errors
    return Sizing.objects.latest("created_at")


def compared(client, *rows):
    return client.get(COMPARE, {"id": [row.pk for row in rows]})


def lines(found):
    return {line.label: [cell.text for cell in line.cells] for line in found}


@pytest.fixture
def pair(client, catalog):
    return sized(client), sized(client, load_amount="200", spare_replicas="1")


def test_inputs_that_differ_come_first(client, pair):
    comparison = compared(client, *pair).context["comparison"]
    assert lines(comparison.different) == {
        "Load": ["16 users at once", "200 users at once"],
        "Replicas kept spare": ["0", "1"],
    }
    assert "Model" in lines(comparison.equal)


def test_the_best_answers_stand_side_by_side_with_intervals(client, pair):
    answers = {
        line.label: line.cells for line in compared(client, *pair).context["comparison"].answers
    }
    assert {"System", "Accelerators", "Replicas", "Cost of an hour"} <= set(answers)
    ttft = answers["Time to first token (ms)"]
    assert " to " in ttft[0].note
    assert ttft[0].change == ""
    assert "Time to first token, at the load sized for (ms)" in answers
    assert answers["Replicas"][1].text.endswith("+ 1 spare)")
    assert answers["Cost of an hour"][1].change.startswith("+")


def test_a_change_within_the_intervals_is_no_difference(client, catalog):
    rows = sized(client), sized(client, input_tokens="520")
    answers = {
        line.label: line.cells for line in compared(client, *rows).context["comparison"].answers
    }
    assert answers["Time to first token (ms)"][1].change.endswith("within the intervals")


def test_an_answer_without_recommendation_says_so(client, pair):
    impossible = sized(client, tpot_ms="0.001")
    page = compared(client, pair[0], impossible)
    assert lines(page.context["comparison"].answers)["System"][1] == "nothing does it"


def test_addresses_are_taken_as_well_as_ids(client, pair):
    address = f"http://testserver{pair[0].get_absolute_url()}?from={pair[1].pk}"
    page = client.get(COMPARE, {"id": [address, pair[1].pk]})
    assert [side.sizing for side in page.context["comparison"].sides] == list(pair)


def test_four_fit_and_more_are_left_out(client, catalog):
    rows = [sized(client, input_tokens=str(500 + more)) for more in range(5)]
    page = compared(client, *rows)
    assert len(page.context["comparison"].sides) == 4
    assert "At most 4" in page.content.decode()


def test_what_is_not_kept_is_named_and_the_rest_is_shown(client, pair):
    page = client.get(COMPARE, {"id": ["gone<script>", pair[0].pk]})
    assert page.status_code == 200
    assert "gone&lt;script&gt;" in page.content.decode()
    assert len(page.context["comparison"].sides) == 1


def test_nothing_chosen_offers_the_visitors_own(client, pair):
    page = client.get(COMPARE)
    assert page.context["comparison"] is None
    assert [row for row, _ in page.context["others"]] == [pair[1], pair[0]]
    client.cookies.clear()
    assert client.get(COMPARE).context["others"] == []


def test_matrix_products_are_compared_too(client, pair):
    body = {"workload": {"kind": "gemm", "m": 4096, "n": 4096, "k": 4096}}
    client.post("/api/v1/sizings/", body, content_type="application/json")
    assert compared(client, pair[0], Sizing.objects.latest("created_at")).status_code == 200


def test_a_comparison_takes_a_constant_number_of_queries(
    client, pair, django_assert_max_num_queries
):
    with django_assert_max_num_queries(5):
        compared(client, *pair)


def test_a_comparison_is_kept_from_search_engines(client, pair):
    assert compared(client, *pair).headers["X-Robots-Tag"] == "noindex"


def test_a_changed_copy_leads_to_what_moved(client, pair):
    source = pair[0]
    copy = client.post(f"/size/?from={source.pk}", {**FORM, "load_amount": "32"})
    assert copy.url.endswith(f"?from={source.pk}")
    made = Sizing.objects.latest("created_at")
    page = client.get(copy.url).content.decode()
    assert f"{reverse('sizing:compare')}?id={source.pk}&amp;id={made.pk}" in page


def test_an_unchanged_copy_is_the_sizing_itself(client, pair):
    copy = client.post(f"/size/?from={pair[0].pk}", FORM)
    assert copy.url == pair[0].get_absolute_url()


@pytest.mark.parametrize("origin", ["gone", ""])
def test_a_page_whose_origin_is_gone_is_shown_without_it(client, pair, origin):
    page = client.get(f"{pair[0].get_absolute_url()}?from={origin}")
    assert page.status_code == 200
    assert "See what moved" not in page.content.decode()
