import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizing.engine.errors import InputError
from sizing.engine.speculation import Speculation
from tests.sizing.engine.engine_parts import inference

BIG = "llama-3.1-70b"
DRAFT = "llama-3.2-1b"
LOADS = (
    {"mode": "static", "batch": 1},
    {"mode": "concurrency", "requests": 8},
    {"mode": "saturated"},
    {"mode": "rate", "requests_per_s": 0.5},
)


def speculation(rate=0.8, tokens=4, model=None):
    named = {"model": model} if model else {}
    return {"draft_tokens": tokens, "acceptance_rate": rate, **named}


def ask(engine, load=LOADS[0], spec=None, **fields):
    extra = {"speculation": spec} if spec else {}
    return engine.ask(count=4, model=BIG, weights="fp8", load=load, **extra, **fields)


@given(rate=st.floats(0, 1), tokens=st.integers(1, 16))
def test_a_step_yields_between_one_token_and_all_drafts_and_one(rate, tokens):
    found = Speculation(draft_tokens=tokens, acceptance_rate=rate).tokens_per_step
    assert 1.0 <= found <= tokens + 1 + 1e-9


@given(rate=st.floats(0.01, 0.99), tokens=st.integers(1, 12))
def test_the_yield_is_the_sum_of_the_chances_of_each_prefix(rate, tokens):
    found = Speculation(draft_tokens=tokens, acceptance_rate=rate).tokens_per_step
    assert found == pytest.approx(sum(rate**i for i in range(tokens + 1)))


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load["mode"])
def test_free_drafts_that_are_all_accepted_speed_up_decoding(engine, load):
    plain = ask(engine, load).metrics
    drafted = ask(engine, load, speculation(rate=1.0)).metrics
    assert drafted["tpot_ms"].value < 0.9 * plain["tpot_ms"].value


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load["mode"])
def test_drafts_that_are_never_accepted_only_cost_time(engine, load):
    plain = ask(engine, load).metrics
    drafted = ask(engine, load, speculation(rate=0.0, model=DRAFT)).metrics
    assert drafted["tpot_ms"].value > plain["tpot_ms"].value


@given(rates=st.tuples(st.floats(0, 1), st.floats(0, 1)), tokens=st.integers(1, 8))
@settings(max_examples=15, deadline=None)
def test_a_higher_acceptance_rate_never_slows(engine, rates, tokens):
    low, high = sorted(rates)
    slow, fast = (
        ask(engine, spec=speculation(rate, tokens, DRAFT)).metrics["tpot_ms"].value
        for rate in (low, high)
    )
    assert fast <= slow * (1 + 1e-9)


def test_at_batch_one_the_gain_is_near_the_tokens_of_a_step(engine):
    spec = speculation(rate=0.8, tokens=4)
    plain, drafted = ask(engine).metrics["tpot_ms"], ask(engine, spec=spec).metrics["tpot_ms"]
    assert plain.value / drafted.value == pytest.approx(3.36, rel=0.1)


def test_the_gain_shrinks_as_the_batch_fills_the_compute_units(engine):
    def gain(batch):
        load = {"mode": "static", "batch": batch}
        plain, drafted = ask(engine, load), ask(engine, load, speculation())
        return plain.metrics["tpot_ms"].value / drafted.metrics["tpot_ms"].value

    assert gain(1) > gain(128) > gain(512)


def test_a_draft_takes_memory_for_its_weights_and_its_cache(engine):
    load = {"mode": "static", "batch": 16}
    plain = ask(engine, load).memory
    drafted = ask(engine, load, speculation(model=DRAFT)).memory
    # Llama-3.2-1B: 1.24e9 weights of which 0.26e9 are the table in 16 bit, over four ranks.
    assert drafted.weights_gb - plain.weights_gb == pytest.approx(0.375, rel=0.1)
    assert drafted.kv_cache_gb > plain.kv_cache_gb


def test_the_breakdown_tells_drafting_from_verifying(engine):
    parts = {part.part for part in ask(engine, spec=speculation(model=DRAFT)).breakdown}
    assert any(part.startswith("draft ") for part in parts)
    assert "decode attention" in parts


def test_the_answer_says_what_it_takes_on_trust(engine):
    notes = " ".join(ask(engine, spec=speculation()).evidence.notes)
    assert "acceptance rate of 0.8, as given" in notes


@pytest.mark.parametrize(
    ("given", "attr"),
    [
        ({"acceptance_rate": 0.5}, "workload.speculation.draft_tokens"),
        ({"draft_tokens": 4}, "workload.speculation.acceptance_rate"),
        ({"draft_tokens": 4, "acceptance_rate": 1.5}, "workload.speculation.acceptance_rate"),
        ({"draft_tokens": 0, "acceptance_rate": 0.5}, "workload.speculation.draft_tokens"),
        (
            {"draft_tokens": 4, "acceptance_rate": 0.5, "model": "no-such-model"},
            "workload.speculation.model",
        ),
        ({"draft_tokens": 4, "acceptance_rate": 0.5, "depth": 1}, "workload.speculation.depth"),
    ],
)
def test_a_wrong_field_is_named(given, attr):
    with pytest.raises(InputError) as caught:
        inference(speculation=given)
    assert attr in [error.attr for error in caught.value.errors]
