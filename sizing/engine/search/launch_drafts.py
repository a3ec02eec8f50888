"""What speculative decoding adds to the command that starts a runtime.

Options as in the documentation of vLLM (`--speculative-config`), SGLang (`--speculative-*`) and
llama.cpp's server (`--model-draft`).
"""

import json

from sizing.engine.speculation import Speculation

UNNAMED = "DRAFT"


def vllm_drafts(speculation: Speculation | None) -> list[str]:
    """A draft model, or look-up in the prompt."""
    if speculation is None:
        return []
    named = {"model": _name(speculation)} if speculation.draft else {"method": "ngram"}
    config = {**named, "num_speculative_tokens": speculation.draft_tokens}
    return [f"--speculative-config '{json.dumps(config)}'"]


def sglang_drafts(speculation: Speculation | None) -> list[str]:
    """A draft model, or look-up in the prompt."""
    if speculation is None:
        return []
    tokens = f"--speculative-num-draft-tokens {speculation.draft_tokens}"
    if speculation.draft is None:
        return ["--speculative-algorithm NGRAM", tokens]
    path = f"--speculative-draft-model-path {_name(speculation)}"
    return ["--speculative-algorithm STANDALONE", path, tokens]


def llama_cpp_drafts(speculation: Speculation | None) -> list[str]:
    """A draft model; its server has no other way."""
    if speculation is None or speculation.draft is None:
        return []
    return [f"--model-draft {_name(speculation)}.gguf --draft-max {speculation.draft_tokens}"]


def _name(speculation: Speculation) -> str:
    return (speculation.draft.slug if speculation.draft else None) or UNNAMED
