"""What is asked of the hardware: contract section 2.1, parsed and checked."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from sizing.engine.dtypes import canonical_format
from sizing.engine.errors import FieldError, InputError
from sizing.engine.loads import Load, parse_load
from sizing.engine.models import ModelSpec, parse_config
from sizing.engine.reading import FieldReader, nearest, raise_if_any, shown
from sizing.engine.speculation import Speculation, resident_model

FindModel = Callable[[str], Mapping[str, Any] | None]

KINDS = ("llm-inference", "gemm")
RUNTIMES = (
    "tensorrt-llm",
    "vllm",
    "sglang",
    "fastertransformer",
    "llama.cpp",
    "pytorch",
    "pytorch-compiled",
    "megatron",
    "fsdp",
    "deepspeed",
    "tensorrt",
    "generic",
)
MAX_TOKENS = 1e8
MAX_DRAFT_TOKENS = 64


@frozen(kw_only=True)
class TokenCount:
    """Length of one side of a request; percentiles where the caller knows the spread."""

    mean: float
    p50: float | None = None
    p95: float | None = None


@frozen(kw_only=True)
class Objective:
    """Service level that latency metrics are judged at.

    Attributes:
        percentile: of requests; None asks for means.
    """

    ttft_ms: float | None = None
    tpot_ms: float | None = None
    percentile: float | None = None


@frozen(kw_only=True)
class LlmInference:
    """Serving a language model; formats left None take the contract's defaults per hardware."""

    model: ModelSpec
    weights: str | None = None
    activations: str | None = None
    kv_cache: str | None = None
    input_tokens: float
    output: TokenCount
    load: Load
    runtime: str = "generic"
    runtime_version: str | None = None
    prefix_cache_hit_rate: float = 0.0
    speculation: Speculation | None = None
    slo: Objective = Objective()

    @property
    def tokens_per_step(self) -> float:
        """Mean tokens a request gains in one decode step; 1 without speculation."""
        return 1.0 if self.speculation is None else self.speculation.tokens_per_step

    @property
    def decode_steps(self) -> float:
        """Steps of a request: its first token comes with the prompt, the others by decoding."""
        return 1.0 + (self.output_tokens - 1.0) / self.tokens_per_step

    @property
    def resident_model(self) -> ModelSpec:
        """The model as memory sees it, with its draft."""
        return resident_model(self.model, self.speculation)

    @property
    def output_tokens(self) -> float:
        """Mean generated tokens of a request."""
        return self.output.mean

    @property
    def new_tokens(self) -> float:
        """Prompt tokens that a prefix cache does not already hold, at least one."""
        return max(1.0, self.input_tokens * (1.0 - self.prefix_cache_hit_rate))

    @property
    def cached_tokens(self) -> float:
        """Prompt tokens that a prefix cache holds."""
        return self.input_tokens - self.new_tokens


@frozen(kw_only=True)
class Gemm:
    """One matrix product: (m x k) times (k x n)."""

    m: int
    n: int
    k: int
    precision: str


Workload = LlmInference | Gemm


def parse_workload(data: Any, find_model: FindModel) -> Workload:
    """Read one workload.

    Args:
        data: the `workload` object of a request.
        find_model: looks a slug up in the model library; gives {"slug", "name", "config"}.

    Raises:
        InputError: every wrong field, with paths that start with "workload".
    """
    errors: list[FieldError] = []
    reader = FieldReader(data, "workload", errors)
    raise_if_any(errors)
    kind = reader.data.get("kind")
    if kind == "gemm":
        return _parse_gemm(reader)
    if kind == "llm-inference":
        return _parse_inference(reader, find_model)
    code = "required" if kind is None else "unsupported_workload"
    detail = f"{shown(kind)} is not supported; use one of " + ", ".join(KINDS) + "."
    raise InputError.of("workload.kind", code, detail)


def _parse_gemm(reader: FieldReader) -> Gemm:
    reader.only("kind", "m", "n", "k", "precision")
    sizes = [reader.count(key, most=1e8, required=True) or 1 for key in ("m", "n", "k")]
    precision = _format(reader, "precision") or "bf16"
    raise_if_any(reader.errors)
    return Gemm(m=sizes[0], n=sizes[1], k=sizes[2], precision=precision)


_INFERENCE_FIELDS = (
    "kind",
    "model",
    "weights",
    "activations",
    "kv_cache",
    "input_tokens",
    "output_tokens",
    "load",
    "runtime",
    "runtime_version",
    "prefix_cache_hit_rate",
    "speculation",
    "slo",
)


def _parse_inference(reader: FieldReader, find_model: FindModel) -> LlmInference:
    reader.only(*_INFERENCE_FIELDS)
    model = _parse_model(reader, find_model)
    inputs = reader.number("input_tokens", least=1, most=MAX_TOKENS, required=True) or 1.0
    output = _parse_output(reader)
    if not reader.given("load"):
        reader.fail("load", "required", 'Say how requests arrive: {"mode": "static", "batch": 1}.')
    load = parse_load(reader.inner("load")) if reader.given("load") else None
    runtime = reader.choice("runtime", RUNTIMES, "generic")
    slo = _parse_slo(reader.inner("slo"))
    formats = {key: _format(reader, key) for key in ("weights", "activations", "kv_cache")}
    version = reader.text("runtime_version", longest=40)
    hit_rate = reader.number("prefix_cache_hit_rate", 0.0, most=1.0)
    speculation = _parse_speculation(reader, find_model)
    raise_if_any(reader.errors)
    assert model is not None and load is not None and output is not None  # no error: all were read
    return LlmInference(
        model=model,
        input_tokens=inputs,
        output=output,
        load=load,
        runtime=runtime or "generic",
        runtime_version=version,
        prefix_cache_hit_rate=hit_rate or 0.0,
        speculation=speculation,
        slo=slo,
        **formats,
    )


def _format(reader: FieldReader, key: str) -> str | None:
    if not reader.given(key):
        return None
    try:
        return canonical_format(reader.data[key], reader.attr(key))
    except InputError as error:
        reader.errors.extend(error.errors)
        return None


def _parse_output(reader: FieldReader) -> TokenCount | None:
    if not isinstance(reader.data.get("output_tokens"), Mapping):
        mean = reader.number("output_tokens", least=1, most=MAX_TOKENS, required=True)
        return None if mean is None else TokenCount(mean=mean)
    inner = reader.inner("output_tokens")
    inner.only("mean", "p50", "p95")
    mean = inner.number("mean", least=1, most=MAX_TOKENS, required=True)
    p50 = inner.number("p50", least=1, most=MAX_TOKENS)
    p95 = inner.number("p95", least=1, most=MAX_TOKENS)
    if p50 is not None and p95 is not None and p95 < p50:
        inner.fail("p95", "invalid", "The 95th percentile cannot be below the median.")
    return None if mean is None else TokenCount(mean=mean, p50=p50, p95=p95)


def _parse_slo(reader: FieldReader) -> Objective:
    reader.only("ttft_ms", "tpot_ms", "percentile")
    return Objective(
        ttft_ms=reader.number("ttft_ms", least=1e-6),
        tpot_ms=reader.number("tpot_ms", least=1e-6),
        percentile=reader.number("percentile", least=1, most=99.9),
    )


def _parse_speculation(reader: FieldReader, find_model: FindModel) -> Speculation | None:
    if not reader.given("speculation"):
        return None
    inner = reader.inner("speculation")
    inner.only("model", "draft_tokens", "acceptance_rate")
    tokens = inner.count("draft_tokens", most=MAX_DRAFT_TOKENS, required=True)
    rate = inner.number("acceptance_rate", most=1.0, required=True)
    draft = _parse_model(inner, find_model) if inner.given("model") else None
    if tokens is None or rate is None:
        return None
    return Speculation(draft_tokens=tokens, acceptance_rate=rate, draft=draft)


def _parse_model(reader: FieldReader, find_model: FindModel) -> ModelSpec | None:
    given = reader.data.get("model")
    if isinstance(given, str) and given.strip():
        entry = find_model(given.strip())
        if entry is None:
            detail = f"The model library has no {given.strip()[:80]!r}; paste its config instead."
            reader.fail("model", "unknown_model", detail)
            return None
    elif isinstance(given, Mapping) and isinstance(given.get("config"), Mapping):
        for key in given:
            if key not in ("config", "slug", "name", "mlp_matrices"):
                reader.fail(
                    f"model.{key}",
                    "unknown",
                    f"No such field; {nearest(str(key), ('config', 'name'))}",
                )
        entry = given
    else:
        detail = 'Give a model of the library by its slug, or {"config": {...}} with a config.json.'
        reader.fail("model", "required" if given is None else "invalid", detail)
        return None
    return _parse_entry(reader, entry)


def _parse_entry(reader: FieldReader, entry: Mapping[str, Any]) -> ModelSpec | None:
    slug, name = entry.get("slug"), entry.get("name")
    try:
        return parse_config(
            entry["config"],
            slug=slug if isinstance(slug, str) else None,
            name=name if isinstance(name, str) else None,
        )
    except InputError as error:
        reader.errors.extend(
            FieldError(attr=f"workload.{wrong.attr}", code=wrong.code, detail=wrong.detail)
            for wrong in error.errors
        )
        return None
