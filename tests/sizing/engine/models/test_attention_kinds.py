import numpy as np
import pytest

from sizing.engine.models import parse_config


def test_grouped_query_attention_caches_keys_and_values_of_its_own_heads(llama):
    spec = parse_config(llama)

    assert spec.kv_bytes_per_token("bf16") == 32 * 8 * 128 * 2 * 2


def test_an_fp8_cache_is_half_a_bf16_cache(llama):
    spec = parse_config(llama)

    assert spec.kv_bytes_per_token("fp8") == spec.kv_bytes_per_token("bf16") / 2


def test_latent_attention_caches_576_values_per_token_and_layer(config):
    spec = parse_config(config("deepseek-v3"))

    assert spec.kv_bytes_per_token("bf16") == 61 * 576 * 2


def test_sliding_layers_stop_growing_at_their_window(config):
    spec = parse_config(config("gemma-3-27b"))
    short, long = spec.kv_bytes([1024.0, 100_000.0], "bf16")
    per_layer = 2 * 16 * 128 * 2
    windowed = 52 * 1024 * per_layer

    assert short == 62 * 1024 * per_layer
    assert long == windowed + 10 * 100_000 * per_layer


def test_a_window_for_all_layers_caps_the_whole_cache(config):
    spec = parse_config(config("mistral-7b"))

    assert spec.kv_bytes(4096, "bf16") == spec.kv_bytes(50_000, "bf16")


def test_a_printed_but_unused_window_is_ignored(config):
    spec = parse_config(config("mimo-7b"))

    assert spec.kv_bytes(65_536, "bf16") == 2 * spec.kv_bytes(32_768, "bf16")


def test_state_space_layers_keep_a_constant_state(config):
    spec = parse_config(config("nemotron-3-nano-30b-a3b"))
    per_layer = 64 * 64 * 128 * 4 + (64 * 64 + 2 * 8 * 128) * 3 * 2

    assert spec.state_bytes_per_request == 23 * per_layer


def test_delta_layers_cache_nothing_and_attention_layers_do(config):
    spec = parse_config(config("qwen3.5-27b"))

    assert spec.kv_bytes_per_token("bf16") == 16 * 2 * 4 * 256 * 2
    assert spec.state_bytes_per_request > 48 * 48 * 128 * 128 * 4


def test_searched_blocks_without_attention_cache_nothing(config):
    spec = parse_config(config("llama-3.3-nemotron-super-49b"))

    assert spec.kv_bytes_per_token("bf16") == 49 * 2 * 8 * 128 * 2


def test_compressed_attention_caches_a_fraction_of_the_context(config):
    spec = parse_config(config("deepseek-v4-flash"))
    growth = spec.kv_bytes(200_000, "bf16") - spec.kv_bytes(100_000, "bf16")
    uncompressed = 43 * 512 * 2 * 100_000

    assert growth < uncompressed / 4


def test_global_layers_of_gemma_4_have_other_heads_than_local_ones(config):
    spec = parse_config(config("gemma-4-31b"))
    cores = {group.layer.mixer.decode.kv_heads: group.count for group in spec.layers}

    assert cores == {16: 50, 4: 10}


@pytest.mark.parametrize(
    ("slug", "dense"), [("deepseek-v3", 3), ("kimi-k2", 1), ("llama-4-maverick-17b-128e", 24)]
)
def test_dense_layers_among_experts_are_found(config, slug, dense):
    layers = parse_config(config(slug)).layers

    assert sum(g.count for g in layers if not g.layer.feed_forward.experts) == dense


def test_a_multimodal_config_gives_its_language_part(config):
    nested = config("qwen3-vl-8b")

    assert parse_config(nested).hidden == nested["text_config"]["hidden_size"]


def test_multi_query_attention_has_one_cached_head():
    falcon = {
        "model_type": "falcon",
        "hidden_size": 4544,
        "num_hidden_layers": 32,
        "num_attention_heads": 71,
        "multi_query": True,
        "vocab_size": 65024,
    }

    assert parse_config(falcon).kv_bytes_per_token("bf16") == 32 * 2 * 64 * 2


def test_specs_of_equal_configs_are_equal_and_hashable(llama):
    assert parse_config(llama) == parse_config(dict(llama))
    assert len({parse_config(llama), parse_config(dict(llama))}) == 1


def test_cache_bytes_keep_the_shape_of_the_contexts(llama):
    contexts = np.array([[1.0, 2.0], [3.0, 4.0]])

    assert parse_config(llama).kv_bytes(contexts, "bf16").shape == (2, 2)
