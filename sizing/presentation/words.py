"""Names of the API in plain words, with units."""

from sizing.formats import UNKNOWN

METRICS = {
    "ttft_ms": ("Time to first token", "ms"),
    "tpot_ms": ("Time per further token", "ms"),
    "request_latency_ms": ("Whole request", "ms"),
    "output_tokens_per_s": ("Generated tokens", "tokens/s"),
    "total_tokens_per_s": ("Tokens in and out", "tokens/s"),
    "prefill_tokens_per_s": ("Prefill", "tokens/s"),
    "decode_tokens_per_s": ("Decode", "tokens/s"),
    "requests_per_s": ("Requests", "per s"),
    "max_concurrency": ("Requests that fit in memory", ""),
    "peak_memory_gb": ("Memory per accelerator", "GB"),
    "latency_ms": ("Latency", "ms"),
    "tflops": ("Rate", "TFLOP/s"),
}

BOTTLENECKS = {
    "compute": "compute",
    "memory-bandwidth": "memory bandwidth",
    "memory-capacity": "memory capacity",
    "interconnect": "the links between accelerators",
    "host-overhead": "the host: launching and scheduling",
}

EVIDENCE = {
    "measured": "measured on this very variant",
    "family": "carried over from the same architecture family",
    "datasheet": "datasheet figures and general efficiencies only",
}

RUNTIMES = {
    "generic": "Any (general)",
    "vllm": "vLLM",
    "sglang": "SGLang",
    "tensorrt-llm": "TensorRT-LLM",
    "fastertransformer": "FasterTransformer",
    "pytorch": "PyTorch",
    "pytorch-compiled": "PyTorch, compiled",
    "megatron": "Megatron",
    "transformers": "Transformers",
}

OBJECTIVES = {
    "cost": "lowest cost",
    "latency": "lowest latency",
    "throughput": "highest throughput",
    "energy": "least energy",
}

REASONS = {
    "memory": "memory",
    "latency": "too slow",
    "limit": "ranked lower",
    "max_accelerators": "too many needed",
    "budget": "too expensive",
    "evidence": "evidence",
    "excluded": "not asked for",
    "acquisition": "no offer",
}

KINDS = {"llm-inference": "language model", "gemm": "matrix product"}

LOADS = {
    "static": "one batch",
    "concurrency": "users at once",
    "rate": "requests per second",
    "saturated": "long queue",
}

EVIDENCE_BADGES = {"measured": "badge-ok", "family": "badge-info", "datasheet": "badge-warn"}

PLAN_FIELDS = {
    "tensor_parallel": "tensor parallel",
    "pipeline_parallel": "pipeline parallel",
    "data_parallel": "replicas",
    "attention_data_parallel": "attention data parallel",
    "expert_parallel": "expert parallel",
    "expert_tensor_parallel": "expert tensor parallel",
    "max_batch": "largest batch",
    "prefill_chunk_tokens": "prefill chunk (tokens)",
    "memory_fraction": "memory fraction",
}

SHORT_PLAN = (
    ("tensor_parallel", "TP"),
    ("pipeline_parallel", "PP"),
    ("attention_data_parallel", "ADP"),
    ("expert_parallel", "EP"),
)


def metric_in_words(name: str) -> tuple[str, str]:
    """Label and unit of a metric."""
    return METRICS.get(name, (name.replace("_", " "), ""))


def bottleneck_in_words(name: str | None) -> str:
    """What holds an answer back."""
    return BOTTLENECKS.get(name or "", name or UNKNOWN)


def evidence_in_words(level: str) -> str:
    """What an evidence level means."""
    return EVIDENCE.get(level, level)


def plan_in_short(plan: dict[str, float]) -> str:
    """The layout in one line: what is more than one."""
    parts = [f"{short} {plan[name]:g}" for name, short in SHORT_PLAN if plan.get(name, 1) > 1]
    if plan.get("data_parallel", 1) > 1:
        parts.append(f"{plan['data_parallel']:g} replicas")
    return ", ".join(parts) or "one accelerator"
