"""What a runtime's name and version say about its host side and its scheduler.

Facts read in the runtimes' public source and release notes; figures that were measured are in the
calibration, keyed by `engine`.
"""

from collections.abc import Mapping

from attrs import frozen

from sizing.engine.hardware import Accelerator

HBM3E_BYTES = 120e9
"""More than any Hopper with HBM3 or HBM2e holds."""


@frozen(kw_only=True)
class Runtime:
    """Scheduling behaviour of one generation of a runtime.

    Attributes:
        engine: name of the generation that calibration shares.
        step_tokens: default token budget of one scheduler step.
        chunked: whether prompts are cut into chunks by default.
        max_batch: default limit of requests in flight on one replica.
        reserves_whole_request: admission reserves prompt and full output at once.
        overlaps_host: the next step is prepared while the device works.
        turnaround_s: seconds between a user's last token and the next request reaching the
            scheduler, through front end and client; 0 where tables show no sign of it.
        front_end_s: seconds of front end and client that each request takes alone, so that users
            who finish together come back one after another.
        mixes: prompts and decoding share a step; otherwise prompts go first and decoding pauses.
        length_spread: relative half width of output lengths that this runtime's usual load
            generator draws.
        score_bytes: memory traffic per attention score of a prompt, 0 with fused attention.
        whole_batch_prefill: a static batch is prefilled in one step, whatever its size.
        memory: name of the memory rule where it is not the runtime's own.
        in_flight: requests join and leave between steps, from a paged cache pool.
    """

    engine: str
    step_tokens: int = 8192
    chunked: bool = True
    max_batch: int = 256
    reserves_whole_request: bool = False
    overlaps_host: bool = False
    turnaround_s: float = 0.0
    front_end_s: float = 0.0
    mixes: bool = True
    length_spread: float = 0.0
    score_bytes: float = 0.0
    whole_batch_prefill: bool = False
    in_flight: bool = True
    memory: str = ""


_TRT_ENGINE = Runtime(
    engine="tensorrt-llm-engine",
    chunked=False,
    whole_batch_prefill=True,
    max_batch=2048,
    reserves_whole_request=True,
)
_TRT_TORCH = Runtime(
    engine="tensorrt-llm-torch",
    memory="tensorrt-llm-torch",
    chunked=False,
    max_batch=2048,
    reserves_whole_request=True,
    overlaps_host=True,
    length_spread=0.1,
)
_TRT_UNDATED = Runtime(
    engine="tensorrt-llm",
    step_tokens=16384,
    chunked=False,
    max_batch=2048,
    reserves_whole_request=True,
    turnaround_s=0.025,
    front_end_s=0.001,
    whole_batch_prefill=True,
)
_VLLM_0 = Runtime(engine="vllm-v0", chunked=False, max_batch=256)
_VLLM_1 = Runtime(engine="vllm-v1", max_batch=1024, overlaps_host=True, length_spread=0.1)
_OTHERS: Mapping[str, Runtime] = {
    "sglang": Runtime(engine="sglang", max_batch=2048, overlaps_host=True, mixes=False),
    "fastertransformer": Runtime(
        engine="fastertransformer", chunked=False, in_flight=False, whole_batch_prefill=True
    ),
    "llama.cpp": Runtime(engine="llama.cpp", step_tokens=512, in_flight=False, score_bytes=20.0),
    "pytorch": Runtime(engine="pytorch", chunked=False, in_flight=False, whole_batch_prefill=True),
    "pytorch-compiled": Runtime(
        engine="pytorch-compiled", chunked=False, in_flight=False, whole_batch_prefill=True
    ),
    "generic": Runtime(engine="generic", max_batch=1024),
}


def runtime_facts(name: str, version: str | None, *, recent: bool = False) -> Runtime:
    """The generation of a runtime that a version belongs to; no version means the usual one.

    TensorRT-LLM moved from compiled engines to its PyTorch backend between 0.17 and 0.20 and made
    it the default; vLLM's second engine core became the default with 0.8.

    Args:
        recent: what `suggests_recent_runtime` says.
    """
    number = _version(version)
    if name == "tensorrt-llm":
        if number is None:
            return _TRT_TORCH if recent else _TRT_UNDATED
        return _TRT_ENGINE if number < (0, 18) else _TRT_TORCH
    if name == "vllm":
        return _VLLM_0 if number is not None and number < (0, 8) else _VLLM_1
    return _OTHERS.get(name, _OTHERS["generic"])


def suggests_recent_runtime(accelerator: Accelerator, weights: str) -> bool:
    """Whether an unstated version is most likely one of 2025 or later.

    Only those run on the newest architectures or with the newest weight formats, and Hopper with
    HBM3e became common when they had appeared (published times to first token of H200 with
    unstated versions match the later generation within 15 %, the earlier one within a factor of 2).
    """
    if accelerator.family.startswith(("blackwell", "cdna-4")):
        return True
    late_hopper = accelerator.family == "hopper" and accelerator.capacity_bytes > HBM3E_BYTES
    return late_hopper or weights in ("nvfp4", "mxfp4", "mxfp8")


def _version(text: str | None) -> tuple[int, int] | None:
    if not text or not any(map(str.isdigit, text)):
        return None
    parts = text.lstrip("v").split(".")
    digits = ["".join(filter(str.isdigit, part)) or "0" for part in (*parts, "0")[:2]]
    return int(digits[0]), int(digits[1])
