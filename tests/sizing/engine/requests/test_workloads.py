import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.errors import InputError
from sizing.engine.loads import Concurrency, Rate, Saturated, Static
from sizing.engine.workload import parse_workload

GOOD = {
    "kind": "llm-inference",
    "model": "llama-3.1-8b",
    "input_tokens": 1000,
    "output_tokens": 200,
    "load": {"mode": "static", "batch": 8},
}
CONFIG = {
    "model_type": "llama",
    "hidden_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 512,
    "vocab_size": 1000,
}


def find_model(slug):
    return {"slug": slug, "name": slug, "config": CONFIG} if slug == "llama-3.1-8b" else None


def parse(**changes):
    data = {**GOOD, **changes}
    return parse_workload(
        {key: value for key, value in data.items() if value is not ...}, find_model
    )


def wrong(**changes):
    with pytest.raises(InputError) as caught:
        parse(**changes)
    return {error.attr: error for error in caught.value.errors}


@pytest.mark.parametrize(
    ("load", "value"),
    [
        ({"mode": "static", "batch": 8}, Static(batch=8)),
        ({"mode": "concurrency", "requests": 64}, Concurrency(requests=64)),
        ({"mode": "rate", "requests_per_s": 0.5}, Rate(requests_per_s=0.5)),
        ({"mode": "saturated"}, Saturated()),
    ],
)
def test_every_load_is_read(load, value):
    assert parse(load=load).load == value


def test_an_unknown_kind_names_what_is_supported():
    error = wrong(kind="llm-training")["workload.kind"]
    assert error.code == "unsupported_workload"
    assert "llm-inference" in error.detail
    assert "gemm" in error.detail


def test_all_wrong_fields_are_told_at_once():
    found = wrong(input_tokens=-5, output_tokens=True, runtime="vlm", load={"mode": "static"})
    assert set(found) == {
        "workload.input_tokens",
        "workload.output_tokens",
        "workload.runtime",
        "workload.load.batch",
    }


@pytest.mark.parametrize(
    "value", [-1, 0, True, "12", math.nan, math.inf, 1e30, [], {"mean": 5.5e20}]
)
def test_impossible_token_counts_are_refused(value):
    assert any(attr.startswith("workload.output_tokens") for attr in wrong(output_tokens=value))


def test_a_misspelt_field_gets_the_nearest_spelling():
    assert "input_tokens" in wrong(input_token=5)["workload.input_token"].detail


def test_an_unknown_model_is_named():
    error = wrong(model="no-such-model")["workload.model"]
    assert error.code == "unknown_model"
    assert "no-such-model" in error.detail


def test_a_pasted_config_is_read():
    assert parse(model={"config": CONFIG}).model.hidden == 256


def test_missing_keys_of_a_pasted_config_carry_their_path():
    broken = {key: value for key, value in CONFIG.items() if key != "hidden_size"}
    assert "workload.model.config.hidden_size" in wrong(model={"config": broken})


def test_a_missing_load_says_what_to_send():
    assert wrong(load=...)["workload.load"].code == "required"


def test_output_percentiles_are_kept():
    output = parse(output_tokens={"mean": 200, "p50": 150, "p95": 600}).output
    assert (output.mean, output.p50, output.p95) == (200, 150, 600)


def test_a_95th_percentile_below_the_median_is_refused():
    found = wrong(output_tokens={"mean": 200, "p50": 150, "p95": 100})
    assert "workload.output_tokens.p95" in found


def test_prefix_hits_leave_at_least_one_token_to_compute():
    workload = parse(prefix_cache_hit_rate=1.0)
    assert workload.new_tokens == 1.0
    assert workload.cached_tokens == 999.0


def test_gemm_sizes_must_be_whole():
    with pytest.raises(InputError) as caught:
        parse_workload({"kind": "gemm", "m": 2.5, "n": 4, "k": 0}, find_model)
    assert {error.attr for error in caught.value.errors} == {"workload.m", "workload.k"}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(data=JSON)
def test_any_json_is_answered_or_refused_never_a_crash(data):
    with pytest.raises(InputError):
        parse_workload(data, find_model)


@given(field=st.sampled_from(sorted(GOOD)), value=JSON)
def test_any_single_field_is_answered_or_refused_never_a_crash(field, value):
    with suppress(InputError):
        assert parse(**{field: value}) is not None
