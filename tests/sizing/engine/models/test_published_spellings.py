"""Config files as their publishers spell them."""

import pytest

from sizing.engine.models import parse_config


@pytest.mark.parametrize(
    ("config", "billions"),
    [
        (
            {
                "model_type": "mpt",
                "d_model": 4096,
                "n_layers": 32,
                "n_heads": 32,
                "expansion_ratio": 4,
                "vocab_size": 50432,
                "max_seq_len": 2048,
            },
            6.65,
        ),
        (
            {
                "model_type": "falcon",
                "hidden_size": 8192,
                "num_hidden_layers": 60,
                "num_attention_heads": 128,
                "num_kv_heads": 8,
                "new_decoder_architecture": True,
                "vocab_size": 65024,
            },
            41.3,
        ),
        (
            {
                "model_type": "gpt_neox",
                "hidden_size": 2560,
                "num_hidden_layers": 32,
                "num_attention_heads": 32,
                "intermediate_size": 10240,
                "vocab_size": 50304,
            },
            2.78,
        ),
        (
            {
                "model_type": "stablelm",
                "hidden_size": 2560,
                "num_hidden_layers": 32,
                "num_attention_heads": 32,
                "num_key_value_heads": 32,
                "intermediate_size": 6912,
                "vocab_size": 50304,
            },
            2.80,
        ),
        (
            {
                "model_type": "deepseek_v2",
                "hidden_size": 2048,
                "num_hidden_layers": 27,
                "num_attention_heads": 16,
                "intermediate_size": 10944,
                "moe_intermediate_size": 1408,
                "n_routed_experts": 64,
                "n_shared_experts": 2,
                "num_experts_per_tok": 6,
                "first_k_dense_replace": 1,
                "q_lora_rank": None,
                "kv_lora_rank": 512,
                "qk_nope_head_dim": 128,
                "qk_rope_head_dim": 64,
                "v_head_dim": 128,
                "vocab_size": 102400,
            },
            15.7,
        ),
        (
            {
                "model_type": "gemma3",
                "text_config": {
                    "model_type": "gemma3_text",
                    "hidden_size": 2560,
                    "intermediate_size": 10240,
                    "num_hidden_layers": 34,
                    "sliding_window": 1024,
                },
            },
            3.88,
        ),
    ],
    ids=lambda value: value["model_type"] if isinstance(value, dict) else None,
)
def test_the_count_is_the_published_one(config, billions):
    assert parse_config(config).parameters / 1e9 == pytest.approx(billions, rel=0.01)


def test_gemma_3_without_a_layer_list_has_five_local_layers_to_one_global():
    spec = parse_config(
        {
            "model_type": "gemma3_text",
            "hidden_size": 2560,
            "intermediate_size": 10240,
            "num_hidden_layers": 34,
            "sliding_window": 1024,
        }
    )

    assert {g.layer.mixer.span.window: g.count for g in spec.layers} == {1024: 29, None: 5}


@pytest.mark.parametrize(
    ("quantisation", "stored"),
    [
        ({"quant_method": "fp8", "weight_block_size": [128, 128]}, "fp8"),
        ({"quant_method": "mxfp4"}, "mxfp4"),
        ({"quant_method": "awq", "bits": 4}, "int4"),
        ({"quant_method": "gptq", "bits": 8}, "int8"),
        ({"quant_method": "compressed-tensors", "format": "pack-quantized"}, "int4"),
        ({"quant_method": "compressed-tensors", "format": "float-quantized"}, "fp8"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "nvfp4"),
        ({"quant_method": "something new"}, "bf16"),
    ],
)
def test_a_quantised_checkpoint_names_its_format(llama, quantisation, stored):
    spec = parse_config({**llama, "quantization_config": quantisation})

    assert (spec.native_weights, spec.native_dtype) == (stored, "bf16")


def test_a_plain_checkpoint_stores_its_own_dtype(llama):
    assert parse_config({**llama, "torch_dtype": "float16"}).native_weights == "fp16"


def test_mpt_has_biases_and_a_table_of_positions_only_where_its_keys_say_so():
    width, layers, positions = 768, 12, 2048
    small = {
        "model_type": "mpt",
        "d_model": width,
        "n_layers": layers,
        "n_heads": 12,
        "vocab_size": 50368,
        "max_seq_len": positions,
    }
    released = {"no_bias": True, "learned_pos_emb": True, "attn_config": {"alibi": True}}
    recipe = {"no_bias": False, "learned_pos_emb": True, "attn_config": {"alibi": False}}
    bare, without, with_both = (
        parse_config({**small, **keys}).parameters for keys in ({}, released, recipe)
    )

    assert without == bare
    assert with_both == bare + layers * 9 * width + positions * width
