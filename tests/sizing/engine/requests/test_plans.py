import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.dtypes import complete_formats
from sizing.engine.errors import InputError
from sizing.engine.layouts import complete_plan
from sizing.engine.plan import parse_plan
from tests.sizing.engine.engine_parts import H100, deployment_of, inference

MODEL = inference().model


FORMATS = complete_formats(MODEL.native_dtype)


def complete(count, model=MODEL, **fields):
    return complete_plan(parse_plan(fields), deployment_of(H100, count), model, FORMATS)


def refused(count, **fields):
    with pytest.raises(InputError) as caught:
        complete(count, **fields)
    return caught.value.errors


def test_an_empty_plan_is_tensor_parallel_inside_the_node():
    assert complete(8).tensor_parallel == 8


def test_a_model_that_fits_a_node_is_served_by_one_replica_per_node():
    plan = complete(16)
    assert (plan.tensor_parallel, plan.pipeline_parallel, plan.data_parallel) == (8, 1, 2)


def test_given_replicas_leave_the_rest_to_pipeline_stages():
    plan = complete(16, data_parallel=1)
    assert (plan.tensor_parallel, plan.pipeline_parallel, plan.data_parallel) == (8, 2, 1)


def test_a_model_that_outgrows_a_node_gets_pipeline_stages():
    large = evolve(
        MODEL, layers=tuple(evolve(group, count=64 * group.count) for group in MODEL.layers)
    )
    plan = complete(32, large)
    assert (plan.tensor_parallel, plan.pipeline_parallel, plan.data_parallel) == (8, 2, 2)


def test_more_stages_than_layers_are_refused():
    (error,) = refused(64, pipeline_parallel=64)
    assert error.attr == "plan.pipeline_parallel"
    assert "at most 32" in error.detail


def test_ranks_left_over_become_replicas():
    assert complete(8, tensor_parallel=2).data_parallel == 4


def test_three_of_eight_says_which_product_fails():
    (error,) = refused(8, tensor_parallel=3)
    assert "tensor_parallel 3" in error.detail
    assert "8" in error.detail


def test_too_small_a_product_is_refused():
    (error,) = refused(
        8, tensor_parallel=2, pipeline_parallel=2, data_parallel=1, attention_data_parallel=1
    )
    assert "= 4" in error.detail


def test_expert_ranks_must_match_the_stage():
    (error,) = refused(8, tensor_parallel=8, expert_parallel=3)
    assert error.attr == "plan.expert_parallel"


def test_wrong_fields_of_a_plan_are_told_at_once():
    with pytest.raises(InputError) as caught:
        parse_plan({"tensor_parallel": -1, "memory_fraction": 1.5, "tensor_paralel": 2})
    found = {error.attr for error in caught.value.errors}
    assert found == {"plan.tensor_parallel", "plan.memory_fraction", "plan.tensor_paralel"}


@given(
    count=st.integers(1, 64),
    tensor=st.none() | st.integers(1, 16),
    pipeline=st.none() | st.integers(1, 8),
    replicas=st.none() | st.integers(1, 8),
)
def test_a_completed_plan_uses_every_accelerator(count, tensor, pipeline, replicas):
    fields = {
        "tensor_parallel": tensor,
        "pipeline_parallel": pipeline,
        "data_parallel": replicas,
    }
    try:
        plan = complete(count, **fields)
    except InputError:
        return
    assert plan.replica_ranks * plan.data_parallel == count
    assert plan.expert_parallel * plan.expert_tensor_parallel == plan.stage_ranks
