import json
from pathlib import Path

import pytest

from sizing.engine.models import parse_config

LIBRARY = Path(__file__).parents[4] / "catalog" / "data" / "models"
ENTRIES = {path.stem: path for path in sorted(LIBRARY.glob("*.json"))}
COUNTED = json.loads((Path(__file__).parent / "counted_parameters.json").read_text())


def parsed(slug):
    return parse_config(json.loads(ENTRIES[slug].read_text())["config"], slug=slug)


def test_the_library_has_every_model_that_was_counted():
    assert set(COUNTED) <= set(ENTRIES)


@pytest.mark.parametrize("slug", COUNTED)
def test_the_count_agrees_with_a_count_from_the_checkpoint_keys(slug):
    assert parsed(slug).parameters / 1e9 == pytest.approx(COUNTED[slug]["parameters_b"], rel=0.01)


@pytest.mark.parametrize("slug", [s for s in COUNTED if "active_parameters_b" in COUNTED[s]])
def test_active_parameters_agree_with_a_count_from_the_checkpoint_keys(slug):
    counted = COUNTED[slug]["active_parameters_b"]

    assert parsed(slug).active_parameters / 1e9 == pytest.approx(counted, rel=0.01)


@pytest.mark.parametrize("slug", ENTRIES)
def test_the_count_is_what_the_maker_states(slug):
    stated = json.loads(ENTRIES[slug].read_text()).get("parameters_b_nominal")

    # Makers round (Kimi K2's "1T" is 1,026 B) and count vision parts in or out.
    if stated is not None:
        assert parsed(slug).parameters / 1e9 == pytest.approx(stated, rel=0.03)


@pytest.mark.parametrize(
    ("config", "billions"),
    [
        ({"n_embd": 6144, "n_layer": 44, "n_head": 48, "n_inner": 24576}, 20.3),
        ({"n_embd": 20480, "n_layer": 105, "n_head": 128, "n_inner": 81920}, 529.6),
        ({"n_embd": 4096, "n_layer": 32, "n_head": 32, "n_inner": None}, 6.66),
    ],
)
def test_gpt2_style_keys_are_understood(config, billions):
    common = {"model_type": "gpt2", "vocab_size": 51200, "n_positions": 2048}

    assert parse_config({**common, **config}).parameters / 1e9 == pytest.approx(billions, rel=0.01)


def test_dense_models_use_every_parameter_for_each_token(config):
    spec = parse_config(config("llama-3.1-8b"))

    assert spec.active_parameters == spec.parameters
    assert not spec.is_moe


def test_the_number_of_layers_survives_grouping():
    for slug in ("llama-3.3-nemotron-super-49b", "kimi-k3", "gemma-3-27b", "llama-3.1-8b"):
        config = json.loads(ENTRIES[slug].read_text())["config"]
        stated = config.get("text_config", config)["num_hidden_layers"]
        assert parsed(slug).layer_count == stated
