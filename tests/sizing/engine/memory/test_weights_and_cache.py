import numpy as np
import pytest

from sizing.engine.dtypes import complete_formats
from sizing.engine.memory import kv_bytes_per_request
from sizing.engine.memory.rules import rule_of
from sizing.engine.memory.weights import weight_bytes
from sizing.engine.operations import Layout

BF16 = complete_formats("bf16")


def test_one_accelerator_holds_every_parameter(model):
    llama = model("llama-3.1-8b")

    assert weight_bytes(llama, BF16, Layout())[0] == pytest.approx(2 * llama.parameters, rel=1e-3)


def test_tensor_parallelism_divides_the_weights(model):
    llama = model("llama-3.1-70b")
    one, eight = weight_bytes(llama, BF16, Layout(tp=[1, 8], etp=[1, 8]))

    assert eight == pytest.approx(one / 8, rel=1e-3)


def test_tied_embeddings_are_stored_once(model):
    gemma = model("gemma-2b")

    assert weight_bytes(gemma, BF16, Layout())[0] == pytest.approx(2 * gemma.parameters, rel=1e-3)


def test_a_quantised_checkpoint_keeps_embeddings_and_head_in_sixteen_bits(model):
    llama = model("llama-3.1-8b")
    stored = weight_bytes(llama, complete_formats("bf16", weights="nvfp4"), Layout())[0]
    expected = llama.quantisable_parameters * 4.5 / 8 + llama.embedding_parameters * 2

    assert stored == pytest.approx(expected, rel=1e-3)


def test_a_gguf_file_is_as_large_as_its_bits_per_weight_say(model):
    llama = model("llama-3.1-8b")
    formats = complete_formats("bf16", weights="q4_k_m")

    assert weight_bytes(llama, formats, Layout())[0] == pytest.approx(
        llama.parameters * 4.85 / 8, rel=1e-3
    )


def test_the_fullest_pipeline_stage_rounds_layers_up(model):
    llama = model("llama-3.1-8b")
    layer = 2 * llama.quantisable_parameters / 32
    table = 2 * llama.vocab * llama.hidden
    (stage,) = weight_bytes(llama, BF16, Layout(pp=3))

    assert stage == pytest.approx(11 * layer + table, rel=1e-6)


def test_llama_cpp_keeps_embeddings_on_the_host_and_the_head_on_the_lighter_stage(model):
    llama = model("llama-3-70b")
    formats = complete_formats("fp16", weights="fp16")
    (stage,) = weight_bytes(llama, formats, Layout(pp=6), rule_of("llama.cpp"))

    layer = 2 * llama.quantisable_parameters / 80
    head = 2 * llama.vocab * llama.hidden

    assert stage == pytest.approx(13 * layer + head, rel=1e-3)
    assert stage < 24 * 2**30


def test_experts_are_divided_by_expert_ranks(model):
    mixtral = model("mixtral-8x7b")
    whole, spread = weight_bytes(mixtral, BF16, Layout(tp=[1, 8], ep=[1, 8]))

    assert spread == pytest.approx(whole / 8, rel=1e-2)


def test_attention_groups_replicate_attention_weights(model):
    mixtral = model("mixtral-8x7b")
    tensor, groups = weight_bytes(mixtral, BF16, Layout(tp=[8, 1], attention_dp=[1, 8], ep=8))

    assert groups > tensor + 1e9


def test_cached_heads_are_replicated_beyond_their_number(model):
    llama = model("llama-3.1-70b")
    cache = kv_bytes_per_request(llama, BF16, Layout(tp=[1, 8, 16]), 1600)

    assert cache[1] == cache[0] / 8
    assert cache[2] == cache[1]


def test_a_latent_cache_is_whole_on_every_rank(model):
    deepseek = model("deepseek-v3")
    cache = kv_bytes_per_request(deepseek, BF16, Layout(tp=[1, 8], etp=[1, 8]), 1600)

    assert cache[0] == cache[1] == 61 * 576 * 2 * 1600


def test_a_cache_grows_in_whole_pages(model):
    llama = model("llama-3.1-8b")
    one, sixteen, seventeen = (
        kv_bytes_per_request(llama, BF16, Layout(), tokens)[0] for tokens in (1, 16, 17)
    )

    assert one == sixteen == seventeen / 2


def test_a_runtime_without_pages_holds_exact_tokens(model):
    llama = model("llama-3.1-8b")

    assert kv_bytes_per_request(llama, BF16, Layout(), 17, "llama.cpp")[0] == 17 * 131_072


def test_windows_cap_the_cache_only_where_the_runtime_frees_it(model):
    mistral = model("mistral-7b")
    freed, kept = (
        kv_bytes_per_request(mistral, BF16, Layout(), [4096, 32_768], runtime)
        for runtime in ("vllm", "tensorrt-llm")
    )

    assert freed[0] == freed[1]
    assert kept[1] == 8 * kept[0]


def test_states_are_divided_by_ranks_and_do_not_grow(model):
    nano = model("nemotron-3-nano-30b-a3b")
    empty = kv_bytes_per_request(nano, BF16, Layout(tp=np.array([1, 2])), 0)

    assert empty == pytest.approx([nano.state_bytes_per_request, nano.state_bytes_per_request / 2])
