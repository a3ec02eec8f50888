import pytest

from sizing.engine.errors import InputError
from sizing.engine.recommend import parse_sizing_request
from tests.sizing.engine.search.small_market import find_model, request, workload


def wrong(**body):
    with pytest.raises(InputError) as caught:
        parse_sizing_request({"workload": workload(), **body}, find_model)
    return {error.attr: error for error in caught.value.errors}


def test_an_empty_request_takes_the_defaults_of_the_contract():
    asked = request()
    assert (asked.objective, asked.limit) == ("cost", 20)
    constraints = asked.constraints
    assert constraints.most_accelerators == 64
    assert constraints.min_evidence == "datasheet"
    assert (constraints.headroom, constraints.spare_nodes) == (0.0, 0)


def test_null_counts_as_not_given():
    target = {"requests_per_s": 4, "output_tokens_per_s": None, "deadline_h": None}
    asked = request(target=target, constraints={"budget_per_h": None, "as_of": None}, limit=None)
    assert asked.target.requests_per_s == 4
    assert asked.constraints.budget_per_h is None


def test_all_wrong_fields_are_named_at_once():
    errors = wrong(
        workload=workload(input_tokens=-1),
        objective="cheap",
        target={"requests_per_s": 0},
        constraints={"budget_per_h": -3, "as_of": "yesterday", "acquisition": "steal"},
        limit=0,
    )
    assert set(errors) == {
        "workload.input_tokens",
        "objective",
        "target.requests_per_s",
        "constraints.budget_per_h",
        "constraints.as_of",
        "constraints.acquisition",
        "limit",
    }


@pytest.mark.parametrize(
    ("body", "attr", "spelling"),
    [
        ({"constraint": {}}, "constraint", "constraints"),
        ({"constraints": {"budget_per_hour": 3}}, "constraints.budget_per_hour", "budget_per_h"),
        ({"target": {"request_per_s": 3}}, "target.request_per_s", "requests_per_s"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_spelling(body, attr, spelling):
    assert spelling in wrong(**body)[attr].detail


def test_a_missing_workload_is_named():
    with pytest.raises(InputError) as caught:
        parse_sizing_request({}, find_model)
    assert [error.attr for error in caught.value.errors] == ["workload"]


@pytest.mark.parametrize("body", [None, [], "size me", 3])
def test_a_request_that_is_no_object_is_refused(body):
    with pytest.raises(InputError):
        parse_sizing_request(body, find_model)


@pytest.mark.parametrize("field", ["deadline_h", "images_per_s"])
def test_targets_of_other_workloads_are_refused_for_a_language_model(field):
    assert wrong(target={field: 3})[f"target.{field}"].code == "not_applicable"


def test_a_product_of_matrices_has_neither_target_nor_token_limits():
    gemm = {"kind": "gemm", "m": 64, "n": 64, "k": 64}
    errors = wrong(workload=gemm, target={"requests_per_s": 3}, constraints={"ttft_ms": 3})
    assert set(errors) == {"target.requests_per_s", "constraints.ttft_ms"}


def test_parts_that_are_no_objects_are_refused():
    assert {"constraints", "target"} <= set(wrong(constraints=[3], target="fast"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("peak_factor", 0.5, "from 1 to 100"),
        ("peak_factor", "double", "Give a number"),
        ("growth_percent", -1, "from 0 to 1,000"),
        ("spare_replicas", 1.5, "whole number"),
        ("spare_replicas", True, "Give a number"),
    ],
)
def test_a_wrong_factor_is_named_with_its_range(field, value, words):
    assert words in wrong(constraints={field: value})[f"constraints.{field}"].detail


@pytest.mark.parametrize("field", ["peak_factor", "growth_percent"])
def test_a_full_queue_without_a_target_has_no_load_to_multiply(field):
    body = {"workload": workload(load={"mode": "saturated"}), "constraints": {field: 3}}
    assert wrong(**body)[f"constraints.{field}"].code == "not_applicable"
    assert request(**body, target={"requests_per_s": 2})


def test_factors_that_change_nothing_are_accepted_everywhere():
    neutral = {"peak_factor": 1, "growth_percent": 0, "spare_replicas": 0}
    assert request(workload=workload(load={"mode": "saturated"}), constraints=neutral)


def test_a_product_of_matrices_has_no_spare_replicas():
    gemm = {"kind": "gemm", "m": 64, "n": 64, "k": 64}
    errors = wrong(workload=gemm, constraints={"spare_replicas": 1, "peak_factor": 2})
    assert set(errors) == {"constraints.spare_replicas", "constraints.peak_factor"}
