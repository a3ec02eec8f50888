"""Which module builds which `model_type`, and the one entry point."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from attrs import evolve

from sizing.engine.errors import InputError
from sizing.engine.models import (
    block_sparse,
    compressed_decoders,
    decoders,
    gpt_line,
    hybrids,
    latent_decoders,
    mixed_heads,
    moe_decoders,
    nas,
    nemotron_h,
)
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec

BUILDERS: Mapping[str, Callable[[ConfigReader], ModelSpec]] = {
    **dict.fromkeys(decoders.FAMILIES, decoders.build),
    **dict.fromkeys(gpt_line.FAMILIES, gpt_line.build),
    **dict.fromkeys(moe_decoders.FAMILIES, moe_decoders.build),
    **dict.fromkeys(latent_decoders.FAMILIES, latent_decoders.build),
    **dict.fromkeys(hybrids.DELTA_FAMILIES, hybrids.build_delta),
    **dict.fromkeys(nas.FAMILIES, nas.build),
    "nemotron_h": nemotron_h.build,
    "kimi_linear": hybrids.build_kimi_linear,
    "gemma4_text": mixed_heads.build_gemma4,
    "mimo_v2_flash": mixed_heads.build_mimo_v2,
    "minimax_m3": block_sparse.build,
    "deepseek_v4": compressed_decoders.build,
}
_NESTED = ("text_config", "llm_config", "language_config")
_INHERITED = ("tie_word_embeddings", "torch_dtype", "dtype", "model_type", "quantization_config")
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "gemma3_text": {
        "vocab_size": 262208,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "sliding_window_pattern": 6,
    },
}
"""Keys that published config files leave out because transformers has them as defaults."""


REMEMBERED_CHARACTERS = 32_768
"""Published config files have a few thousand characters; longer ones are not kept."""


def supported_model_types() -> tuple[str, ...]:
    """Every `model_type` that `parse_config` understands, sorted."""
    return tuple(sorted(BUILDERS))


def parse_config(
    config: Mapping[str, Any], *, slug: str | None = None, name: str | None = None
) -> ModelSpec:
    """The model that a Hugging Face `config.json` describes (its language part).

    Raises:
        InputError: naming `model.config.<key>` for every key that is missing or wrong.
    """
    if not isinstance(config, Mapping):
        raise InputError.of("model.config", "invalid", "must be the object of a config.json.")
    text = _text(config)
    return _parse(config, slug, name) if text is None else _parse_text(text, slug, name)


def _text(config: Mapping[str, Any]) -> str | None:
    """What a config is remembered by; None where it is not worth it or not JSON."""
    try:
        text = json.dumps(config)
    except (TypeError, ValueError, RecursionError):
        return None
    return text if len(text) <= REMEMBERED_CHARACTERS else None


@lru_cache(maxsize=256)
def _parse_text(text: str, slug: str | None, name: str | None) -> ModelSpec:
    """Equal models are one object, which makes comparing them free wherever they are keys."""
    return _parse(json.loads(text), slug, name)


def _parse(config: Mapping[str, Any], slug: str | None, name: str | None) -> ModelSpec:
    reader = _language_part(ConfigReader(config))
    model_type = reader.text("model_type")
    reader.check()
    builder = BUILDERS.get(model_type)
    if builder is None:
        raise _unsupported(reader, model_type)
    reader.config = {**_DEFAULTS.get(model_type, {}), **reader.config}
    spec = builder(reader)
    reader.check()
    label = name or slug or ConfigReader(config).text("_name_or_path") or model_type
    return evolve(spec, slug=slug, name=label)


def _language_part(reader: ConfigReader) -> ConfigReader:
    """The nested language model of a multimodal config, with the outer keys it inherits."""
    for key in _NESTED:
        if not isinstance(reader.config.get(key), Mapping):
            continue
        inherited = {name: reader.config[name] for name in _INHERITED if name in reader.config}
        nested = ConfigReader({**inherited, **reader.config[key]}, f"{reader.path}.{key}")
        nested.errors = reader.errors
        return nested
    return reader


def _unsupported(reader: ConfigReader, model_type: str) -> InputError:
    attr = f"{reader.path}.model_type"
    if not model_type:
        return InputError.of(attr, "required", "is missing; paste the whole config.json.")
    known = ", ".join(supported_model_types())
    return InputError.of(
        attr, "unsupported_model", f"{model_type!r:.60} is not supported; supported: {known}."
    )
