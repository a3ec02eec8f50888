"""Number formats: real storage cost, and what matrix units make of them.

A *storage* format (weights, KV cache) says how many bits an element takes, block scales included.
A *math* format is a key of `Accelerator.peak_flops`: what the matrix units multiply.
"""

from collections.abc import Mapping

from attrs import frozen

from sizing.engine.errors import InputError

BITS_PER_WEIGHT: Mapping[str, float] = {
    "fp64": 64.0,
    "fp32": 32.0,
    "tf32": 32.0,
    "bf16": 16.0,
    "fp16": 16.0,
    "fp8": 8.0,
    "int8": 8.0,
    "mxfp8": 8.25,
    "int4": 4.5,
    "nvfp4": 4.5,
    "mxfp4": 4.25,
    "q8_0": 8.5,
    "q6_k": 6.5625,
    "q5_k_m": 5.69,
    "q5_k_s": 5.54,
    "q5_1": 6.0,
    "q5_0": 5.5,
    "q4_k_m": 4.85,
    "q4_k_s": 4.58,
    "q4_1": 5.0,
    "q4_0": 4.5,
    "iq4_xs": 4.25,
    "iq4_nl": 4.5,
    "q3_k_l": 4.27,
    "q3_k_m": 3.91,
    "q3_k_s": 3.5,
    "iq3_m": 3.66,
    "iq3_xxs": 3.06,
    "q2_k": 3.35,
    "iq2_m": 2.7,
    "iq2_xxs": 2.06,
}
"""Bits of one stored element, block scales and zero points included.

Sources: OCP Microscaling specification v1.0 (32 elements share an 8-bit scale: mxfp8 8.25, mxfp4
4.25); NVFP4 (16 elements share an fp8 scale: 4.5); AWQ and GPTQ with groups of 128 and 4-bit
zero points about 4.4-4.5 (int4); GGUF blocks by their definition (q8_0: 32 x 8 bit + fp16 scale =
8.5; q6_k: 210 bytes for 256 = 6.5625; q4_0: 4.5; q5_0: 5.5), and the mixes (`_m`, `_s`, `_l`) by
the bits per weight that llama.cpp's quantize tool reports for 7-8 B Llama models.
"""

ALIASES: Mapping[str, str] = {
    "float64": "fp64",
    "float32": "fp32",
    "bfloat16": "bf16",
    "float16": "fp16",
    "half": "fp16",
    "float8_e4m3fn": "fp8",
    "fp8_e4m3": "fp8",
    "fp8_e5m2": "fp8",
    "awq": "int4",
    "gptq": "int4",
    "fp4": "nvfp4",
}

_PREFERRED_MATH: Mapping[str, tuple[str, ...]] = {
    "fp64": ("fp64",),
    "fp32": ("fp32",),
    "tf32": ("tf32", "fp32"),
    "bf16": ("bf16", "fp16", "fp32"),
    "fp16": ("fp16", "bf16", "fp32"),
    "fp8": ("fp8", "bf16", "fp16", "fp32"),
    "mxfp8": ("fp8", "bf16", "fp16", "fp32"),
    "int8": ("int8", "fp16", "bf16", "fp32"),
    "nvfp4": ("fp4", "fp8", "bf16", "fp16", "fp32"),
    "mxfp4": ("fp4", "fp8", "bf16", "fp16", "fp32"),
}
_WIDE = frozenset({"fp64", "fp32", "tf32", "bf16", "fp16"})


def canonical_format(name: object, attr: str = "weights") -> str:
    """The one spelling of a number format.

    Raises:
        InputError: for anything that is not a known format, naming `attr`.
    """
    text = name.strip().lower() if isinstance(name, str) else ""
    text = ALIASES.get(text, text)
    if text not in BITS_PER_WEIGHT:
        known = ", ".join(BITS_PER_WEIGHT)
        said = repr(name)[:60]
        raise InputError.of(attr, "invalid", f"{said} is no known number format; use {known}.")
    return text


def bytes_per_element(name: str) -> float:
    """Real bytes of one stored element, block scales included."""
    return BITS_PER_WEIGHT[name] / 8


def is_quantised(name: str) -> bool:
    """Whether a weight format is narrower than 16 bits."""
    return name not in _WIDE


def covers_whole_file(name: str) -> bool:
    """Whether the bits per weight average over embeddings and head too (GGUF files do)."""
    return name.startswith(("q", "iq"))


def default_activations(weights: str, native: str) -> str:
    """Activation format when the workload names none (contract 2.1)."""
    if weights in ("fp8", "nvfp4", "mxfp8") or weights in _WIDE:
        return weights
    return native if native in ("bf16", "fp16") else "fp16"


def default_kv_cache(activations: str) -> str:
    """KV cache format when the workload names none: as activations, at least 8 bit."""
    if activations in ("nvfp4", "mxfp4", "mxfp8"):
        return "fp8"
    return "bf16" if activations in ("int8", "int4") else activations


@frozen(kw_only=True)
class MatrixFormat:
    """What the matrix units run for a pair of storage formats.

    Attributes:
        math: key of `peak_flops`.
        operand: storage format of the activations that the units read.
        note: a sentence when weights are dequantised or activations widened, else empty.
    """

    math: str
    operand: str
    note: str = ""


def _available(wanted: str, peaks: Mapping[str, float]) -> str:
    options = _PREFERRED_MATH.get(wanted, ("fp16", "bf16", "fp32"))
    return next((option for option in options if option in peaks), "fp32")


def _operand(math: str, activations: str) -> str:
    if math in ("fp8", "int8"):
        return math
    return activations if math == "fp4" else math


def matrix_format(weights: str, activations: str, peaks: Mapping[str, float]) -> MatrixFormat:
    """The format in which an accelerator with these peaks multiplies.

    The wider of the two storage formats decides (weight-only quantisation multiplies in the format
    of the activations); where the units lack it, the next format that can hold its values.

    Shapes and units:
        peaks: `Accelerator.peak_flops`, dense FLOP/s by math format.
    """
    narrow = not is_quantised(weights) or not is_quantised(activations)
    wanted = activations if is_quantised(weights) and narrow else weights
    if is_quantised(weights) and is_quantised(activations):
        wanted = max(weights, activations, key=lambda name: BITS_PER_WEIGHT[name])
    math = _available(wanted, peaks)
    return MatrixFormat(
        math=math, operand=_operand(math, activations), note=_note(weights, wanted, math)
    )


def _note(weights: str, wanted: str, math: str) -> str:
    native = {"nvfp4": "fp4", "mxfp4": "fp4", "mxfp8": "fp8"}.get(weights, weights)
    if native == math:
        return ""
    if is_quantised(weights):
        return f"{weights} weights are dequantised and multiplied in {math}."
    return f"{wanted} is not supported by the matrix units and runs in {math}."


@frozen(kw_only=True)
class Formats:
    """Storage formats of one inference workload; hashable, independent of the accelerator.

    Attributes:
        weights: of quantisable matrices.
        activations: what those matrices are multiplied with.
        kv_cache: of the cache.
        wide: 16-bit (or wider) format of head, router, embeddings and of what passes between ops.
    """

    weights: str
    activations: str
    kv_cache: str
    wide: str


def complete_formats(
    native: str,
    *,
    weights: str | None = None,
    activations: str | None = None,
    kv_cache: str | None = None,
) -> Formats:
    """Formats of a workload where unnamed ones follow the rules of contract 2.1.

    Shapes and units:
        native: the model's own dtype, "bf16", "fp16" or "fp32".

    Raises:
        InputError: for an unknown format, naming `workload.<field>`.
    """
    stored = canonical_format(weights or native, "workload.weights")
    chosen = canonical_format(
        activations or default_activations(stored, native), "workload.activations"
    )
    cache = canonical_format(kv_cache or default_kv_cache(chosen), "workload.kv_cache")
    kept = native if is_quantised(stored) else stored
    return Formats(weights=stored, activations=chosen, kv_cache=cache, wide=kept)
