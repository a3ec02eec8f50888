import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizing.engine.errors import InputError
from sizing.engine.models import parse_config, supported_model_types

LIBRARY = Path(__file__).parents[4] / "catalog" / "data" / "models"

FAMILIES = (
    "llama-3.1-8b",
    "mixtral-8x7b",
    "deepseek-v3.2",
    "deepseek-v4-flash",
    "gemma-4-26b-a4b",
    "gpt-3-175b",
    "kimi-k3",
    "llama-3.3-nemotron-super-49b",
    "mimo-v2-flash",
    "minimax-m3",
    "nemotron-3-nano-30b-a3b",
    "qwen3.5-122b-a10b",
)
NONSENSE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(-2, 2), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def library_config(slug):
    return json.loads((LIBRARY / f"{slug}.json").read_text())["config"]


def errors_of(config):
    with pytest.raises(InputError) as caught:
        parse_config(config)
    return {error.attr: error for error in caught.value.errors}


@pytest.mark.parametrize("key", ["hidden_size", "num_hidden_layers", "vocab_size"])
def test_a_missing_key_is_named_as_required(llama, key):
    del llama[key]

    assert errors_of(llama)[f"model.config.{key}"].code == "required"


def test_all_missing_keys_are_named_at_once(llama):
    del llama["hidden_size"], llama["vocab_size"]

    assert {"model.config.hidden_size", "model.config.vocab_size"} <= set(errors_of(llama))


@pytest.mark.parametrize("value", [-1, 0, 1.5, 1e30, float("nan"), "4096", True, [4096], {}])
def test_a_size_that_is_none_is_refused_with_its_limits(llama, value):
    error = errors_of({**llama, "hidden_size": value})["model.config.hidden_size"]

    assert error.code == "invalid"
    assert "whole number" in error.detail


def test_an_unknown_architecture_is_answered_with_the_known_ones():
    error = errors_of({"model_type": "whisper"})["model.config.model_type"]

    assert error.code == "unsupported_model"
    assert "llama" in error.detail


def test_an_empty_config_says_what_to_paste():
    assert errors_of({})["model.config.model_type"].code == "required"


@pytest.mark.parametrize("config", [None, [], "llama", 7])
def test_something_else_than_an_object_is_refused(config):
    assert "model.config" in errors_of(config)


def test_a_nested_model_is_named_by_its_path(config):
    nested = config("llama-4-scout-17b-16e")
    del nested["text_config"]["num_local_experts"]

    assert "model.config.text_config.n_routed_experts" in errors_of(nested)


def test_heads_that_do_not_divide_are_refused(llama):
    error = errors_of({**llama, "num_key_value_heads": 5})["model.config.num_key_value_heads"]

    assert "32" in error.detail


def test_more_active_experts_than_there_are_is_refused(config):
    mixtral = {**config("mixtral-8x7b"), "num_experts_per_tok": 9}

    assert "model.config.num_experts_per_tok" in errors_of(mixtral)


def test_a_list_of_layers_must_have_one_entry_per_layer(config):
    gemma = config("gemma-3-4b")
    gemma["layer_types"] = gemma["layer_types"][:-1]

    assert "33 entries" in errors_of(gemma)["model.config.layer_types"].detail


def test_every_supported_type_refuses_an_empty_config_by_naming_keys():
    for model_type in supported_model_types():
        assert all(
            attr.startswith("model.config.") for attr in errors_of({"model_type": model_type})
        )


def keys_of(slug):
    config = library_config(slug)
    inner = "text_config" if "text_config" in config else None
    return sorted(config[inner] if inner else config)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_wrong_value_of_any_key_ever_crashes(data):
    slug = data.draw(st.sampled_from(FAMILIES))
    config = library_config(slug)
    inner = config.get("text_config", config)
    for key in data.draw(st.lists(st.sampled_from(keys_of(slug)), min_size=1, max_size=3)):
        inner[key] = data.draw(NONSENSE)
    spec, errors = outcome_of(config)
    assert all(error.attr.startswith("model.config") for error in errors)
    assert errors or spec.parameters >= spec.active_parameters > 0


def outcome_of(config):
    try:
        return parse_config(config), ()
    except InputError as error:
        return None, error.errors
