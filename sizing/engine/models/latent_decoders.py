"""DeepSeek V2 to V3.2, Kimi K2 and GLM 5: latent attention, routed experts.

Source: DeepSeek-V2 and V3 technical reports; the modelling code of the families.
"""

from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.experts import read_feed_forwards
from sizing.engine.models.latent_mixer import LatentAttention
from sizing.engine.models.layers import FULL_ATTENTION, Layer, Span
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec

FAMILIES = (
    *("deepseek_v2", "deepseek_v3", "deepseek_v32"),
    *("kimi_k2", "glm_moe_dsa", "glm4_moe_lite"),
)


def build(reader: ConfigReader) -> ModelSpec:
    """A latent-attention decoder from its config."""
    dimensions = read_dimensions(reader, tied_default=False)
    hidden, layers = dimensions.hidden, dimensions.layers
    selecting = _selecting_layers(reader, layers)
    mixers = {flag: read_latent(reader, hidden, selects=flag) for flag in set(selecting)}
    feeds = read_feed_forwards(reader, hidden, layers)
    reader.check()
    return build_spec(
        dimensions,
        [
            Layer(mixer=mixers[flag], feed_forward=feed, small_parameters=2 * hidden)
            for flag, feed in zip(selecting, feeds, strict=True)
        ],
    )


def read_latent(
    reader: ConfigReader, hidden: int, *, selects: bool = True, output_gate: bool = False
) -> LatentAttention:
    """Latent attention from its ranks and head widths.

    `selects` is False for layers that reuse the positions another layer selected.
    """
    top = reader.integer("index_topk", default=0, low=0)
    index_heads = reader.integer("index_n_heads", default=0, low=0) if top and selects else 0
    index_dim = reader.integer("index_head_dim", default=0, low=0) if index_heads else 0
    return LatentAttention(
        hidden=hidden,
        heads=reader.integer("num_attention_heads", high=100_000),
        query_rank=reader.integer("q_lora_rank", default=0, low=0, high=1_000_000),
        kv_rank=reader.integer("kv_lora_rank", high=1_000_000),
        nope_dim=reader.integer("qk_nope_head_dim", high=65_536),
        rope_dim=reader.integer("qk_rope_head_dim", low=0, high=65_536),
        value_dim=reader.integer("v_head_dim", high=65_536),
        span=Span(top=top) if top else FULL_ATTENTION,
        output_gate=output_gate,
        index_heads=index_heads,
        index_dim=index_dim,
    )


def _selecting_layers(reader: ConfigReader, layers: int) -> list[bool]:
    kinds = reader.sequence("indexer_types", layers)
    return [kind == "full" for kind in kinds] if kinds is not None else [True] * layers
