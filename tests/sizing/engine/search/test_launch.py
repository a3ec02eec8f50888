import pytest

from tests.sizing.engine.search.small_market import BIG, answer, rent, system, workload

EIGHT = (system(BIG, 8, prices=(rent(22.0),)),)


def command(**changes):
    found = answer(systems=EIGHT, workload=workload(**changes), limit=1)["recommendations"]
    return found[0]["launch"].splitlines()[-1] if found[0]["launch"] else None


@pytest.mark.parametrize(
    ("runtime", "start"),
    [
        ("generic", "vllm serve llama-3.1-8b"),
        ("vllm", "vllm serve llama-3.1-8b"),
        ("sglang", "python -m sglang.launch_server --model-path llama-3.1-8b"),
        ("tensorrt-llm", "trtllm-serve llama-3.1-8b"),
        ("llama.cpp", "llama-server --model llama-3.1-8b.gguf"),
    ],
)
def test_the_command_starts_the_runtime_asked_for(runtime, start):
    assert command(runtime=runtime).startswith(start)


def test_the_context_covers_prompt_and_answer():
    assert "--max-model-len 640" in command(runtime="vllm")


def test_runtimes_that_are_libraries_have_no_command():
    assert command(runtime="pytorch") is None


def test_the_cache_format_is_passed_on():
    assert "--kv-cache-dtype fp8" in command(runtime="vllm", kv_cache="fp8")


def test_parallelism_of_the_plan_is_passed_on():
    wide = workload(model="llama-wide", input_tokens=6000, output_tokens=2000)
    found = answer(systems=EIGHT, workload=wide, limit=1, objective="latency")
    first = found["recommendations"][0]
    ranks = first["plan"]["tensor_parallel"]
    assert ranks > 1
    assert f"--tensor-parallel-size {ranks}" in first["launch"]


def test_several_replicas_are_started_alike():
    found = answer(systems=EIGHT, limit=1)["recommendations"][0]
    replicas = found["plan"]["data_parallel"]
    assert replicas > 1
    assert found["launch"].startswith(f"# the same for each of {replicas} replicas")


@pytest.mark.parametrize(
    ("runtime", "option"),
    [
        ("vllm", '--speculative-config \'{"method": "ngram", "num_speculative_tokens": 3}\''),
        ("sglang", "--speculative-algorithm NGRAM --speculative-num-draft-tokens 3"),
    ],
)
def test_drafts_are_passed_on(runtime, option):
    drafts = {"draft_tokens": 3, "acceptance_rate": 0.6}
    assert option in command(runtime=runtime, speculation=drafts)
