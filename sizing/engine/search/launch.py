"""The command that starts a runtime with a recommended plan."""

from collections.abc import Mapping

from sizing.engine.search.finalist import Finalist
from sizing.engine.search.launch_drafts import llama_cpp_drafts, sglang_drafts, vllm_drafts
from sizing.engine.workload import LlmInference

Plan = Mapping[str, int]

_VLLM_QUANTISED = {"fp8": "fp8"}
_FP8_CACHE = {"vllm": "--kv-cache-dtype fp8", "sglang": "--kv-cache-dtype fp8_e5m2"}


def launch_command(finalist: Finalist, workload: LlmInference) -> str | None:
    """How to start one replica; every further one is started alike behind a load balancer.

    None for runtimes that are libraries or are started otherwise. Runtimes without a name
    ("generic") get the command of vLLM.
    """
    makers = {
        "vllm": _vllm,
        "generic": _vllm,
        "sglang": _sglang,
        "tensorrt-llm": _tensorrt_llm,
        "llama.cpp": _llama_cpp,
    }
    maker = makers.get(workload.runtime)
    if maker is None:
        return None
    command = " ".join(maker(finalist, workload, finalist.estimate.plan))
    if finalist.replicas == 1:
        return command
    return f"# the same for each of {finalist.replicas} replicas\n{command}"


def _model(workload: LlmInference) -> str:
    return workload.model.slug or "MODEL"


def _context(workload: LlmInference) -> int:
    longest = workload.output.p95 or workload.output_tokens
    return int(-(-(workload.input_tokens + longest) // 64) * 64)


def _batch(finalist: Finalist, plan: Plan) -> int | None:
    return plan.get("max_batch") or (finalist.room if finalist.room > 0 else None)


def _flag(name: str, value: int | None, without: int = 1) -> list[str]:
    return [] if value is None or value == without else [f"{name} {value}"]


def _vllm(finalist: Finalist, workload: LlmInference, plan: Plan) -> list[str]:
    attention = plan["attention_data_parallel"]
    parts = [f"vllm serve {_model(workload)}"]
    parts += _flag("--tensor-parallel-size", plan["tensor_parallel"])
    parts += _flag("--pipeline-parallel-size", plan["pipeline_parallel"])
    parts += _flag("--data-parallel-size", attention)
    parts += ["--enable-expert-parallel"] if plan["expert_parallel"] > 1 else []
    parts += [f"--max-model-len {_context(workload)}"]
    parts += _flag("--max-num-seqs", _batch(finalist, plan), 0)
    parts += _flag("--max-num-batched-tokens", plan.get("prefill_chunk_tokens"), 0)
    quantised = _VLLM_QUANTISED.get(workload.weights or "")
    parts += [f"--quantization {quantised}"] if quantised else []
    return [*parts, *_cache(workload, "vllm"), *vllm_drafts(workload.speculation)]


def _sglang(finalist: Finalist, workload: LlmInference, plan: Plan) -> list[str]:
    attention = plan["attention_data_parallel"]
    ranks = plan["tensor_parallel"] * attention
    parts = [f"python -m sglang.launch_server --model-path {_model(workload)}"]
    parts += _flag("--tp-size", ranks)
    parts += _flag("--pp-size", plan["pipeline_parallel"])
    parts += _flag("--dp-size", attention)
    parts += ["--enable-dp-attention"] if attention > 1 else []
    parts += _flag("--ep-size", plan["expert_parallel"])
    parts += [f"--context-length {_context(workload)}"]
    parts += _flag("--max-running-requests", _batch(finalist, plan), 0)
    return [*parts, *_cache(workload, "sglang"), *sglang_drafts(workload.speculation)]


def _tensorrt_llm(finalist: Finalist, workload: LlmInference, plan: Plan) -> list[str]:
    parts = [f"trtllm-serve {_model(workload)}"]
    parts += _flag("--tp_size", plan["tensor_parallel"] * plan["attention_data_parallel"])
    parts += _flag("--pp_size", plan["pipeline_parallel"])
    parts += _flag("--ep_size", plan["expert_parallel"])
    parts += [f"--max_seq_len {_context(workload)}"]
    return parts + _flag("--max_batch_size", _batch(finalist, plan), 0)


def _llama_cpp(finalist: Finalist, workload: LlmInference, plan: Plan) -> list[str]:
    slots = _batch(finalist, plan) or 1
    mode = "row" if plan["tensor_parallel"] > 1 else "layer"
    parts = [f"llama-server --model {_model(workload)}.gguf --n-gpu-layers 999"]
    parts += (
        [f"--split-mode {mode}"] if plan["tensor_parallel"] * plan["pipeline_parallel"] > 1 else []
    )
    parts += [f"--parallel {slots}", f"--ctx-size {slots * _context(workload)}"]
    return parts + llama_cpp_drafts(workload.speculation)


def _cache(workload: LlmInference, runtime: str) -> list[str]:
    return [_FP8_CACHE[runtime]] if workload.kv_cache == "fp8" else []
