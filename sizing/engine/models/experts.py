"""Which layers route to experts, and how large these are, as config files say it."""

from typing import Any

from sizing.engine.models.layers import FeedForward
from sizing.engine.models.reader import ConfigReader

_EXPERT_KEYS = ("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts")
_ACTIVE_KEYS = (
    "num_experts_per_tok",
    "num_experts_per_token",
    "top_k_experts",
    "experts_per_token",
    "moe_k",
)
_DENSE_KEYS = ("dense_intermediate_size", "intermediate_size_mlp", "intermediate_size")
_SHARED_KEYS = (
    "shared_expert_intermediate_size",
    "moe_shared_expert_intermediate_size",
    "shared_intermediate_size",
    "share_expert_dim",
)
_LATENT_KEYS = ("routed_expert_hidden_size", "moe_latent_size")


def read_feed_forwards(
    reader: ConfigReader,
    hidden: int,
    layers: int,
    *,
    gated: bool = True,
    shared_width: int | None = None,
) -> list[FeedForward]:
    """The feed-forward of each layer, dense or routed.

    `shared_width` overrides the shared expert's keys where a family has its own rule.
    """
    routed = moe_layers(reader, layers)
    sparse = read_experts(reader, hidden, gated=gated, shared_width=shared_width)
    width = reader.integer(*_DENSE_KEYS) if not all(routed) else 0
    dense = FeedForward(hidden=hidden, width=width, gated=gated)
    return [sparse if is_routed else dense for is_routed in routed]


def read_experts(
    reader: ConfigReader, hidden: int, *, gated: bool = True, shared_width: int | None = None
) -> FeedForward:
    """Routed experts with their shared part."""
    experts = reader.integer(*_EXPERT_KEYS, high=1_000_000)
    active = reader.integer(*_ACTIVE_KEYS, high=1_000_000)
    if active > experts:
        key = next(key for key in _ACTIVE_KEYS if reader.has(key))
        reader.fail(key, f"{active} is more than the {experts} experts there are.")
    expert_width = reader.integer("moe_intermediate_size", "intermediate_size")
    shared = shared_width if shared_width is not None else _shared_width(reader, expert_width)
    return FeedForward(
        hidden=hidden,
        width=shared,
        gated=gated,
        experts=experts,
        active=min(active, experts),
        expert_width=expert_width,
        expert_inputs=reader.integer(*_LATENT_KEYS, default=0, low=0),
    )


def _shared_width(reader: ConfigReader, expert_width: int) -> int:
    if reader.has(*_SHARED_KEYS):
        return reader.integer(*_SHARED_KEYS, low=0)
    count = reader.integer("n_shared_experts", "num_shared_experts", default=0, low=0, high=1000)
    return count * expert_width


def moe_layers(reader: ConfigReader, layers: int) -> list[bool]:
    """Whether each layer is routed.

    Config files say it by a list of kinds, a list of flags, an interval, dense first layers, or
    a list of dense layers.
    """
    kinds = reader.sequence("mlp_layer_types", layers)
    if kinds is not None:
        return [kind == "sparse" for kind in kinds]
    frequency: Any = reader.config.get("moe_layer_freq")
    if isinstance(frequency, list):
        return [bool(flag) for flag in reader.sequence("moe_layer_freq", layers) or [1] * layers]
    first = reader.integer("first_k_dense_replace", default=0, low=0, high=10_000)
    every = reader.integer(
        "moe_layer_freq", "decoder_sparse_step", "interleave_moe_layer_step", default=1, high=10_000
    )
    dense = set(reader.whole_numbers("mlp_only_layers", low=0, high=10_000))
    return [
        index >= first and (index + 1) % every == 0 and index not in dense
        for index in range(layers)
    ]
