"""`attn.prefill` and `attn.decode`: attention as language models run it, grouped heads and all."""

import math

import attrs
import torch
from torch.nn.functional import scaled_dot_product_attention

from probes.agent.device import Device
from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, outcome
from probes.protocol import Correctness, Measurement

#: Query rows that the fp64 reference recomputes; the last ones look at the most keys.
CHECKED_ROWS = 32


@attrs.frozen(kw_only=True)
class Heads:
    """Query heads, key-value heads and their width."""

    query: int = 32
    cached: int = 8
    width: int = 128


CPU_HEADS = Heads(query=8, cached=2, width=64)


def run(context: Context) -> Outcome:
    """FLOP/s of causal prompts by length, or bytes of cache per second by batch and length."""
    device = context.open_device()
    fmt = figures.format_of(context)
    heads = CPU_HEADS if context.on_cpu else Heads()
    one = _prefill if context.probe == "attn.prefill" else _decode
    points = _points(context, device, heads)
    found = []
    for i, (batch, length) in enumerate(points):
        context.progress(i, len(points))
        found.append(one(context, device, heads, batch, length, fmt))
    return outcome(device, found)


def _points(context: Context, device: Device, heads: Heads) -> list[tuple[int, int]]:
    """(batch, tokens): prompts share their number of tokens, caches fit the budget."""
    if context.probe == "attn.prefill":
        tokens = 32 if context.is_tiny else 1024 if context.on_cpu else 8192
        return [(tokens // length, length) for length in (tokens // 16, tokens // 4, tokens)]
    if context.is_tiny:
        return [(1, 32), (2, 64)]
    batches = (1, 4) if context.on_cpu else (1, 8, 32, 128)
    lengths = (512, 4096) if context.on_cpu else (512, 2048, 8192, 32768)
    each = 2 * heads.cached * heads.width * 4
    most = device.budget_bytes()
    return [(b, n) for b in batches for n in lengths if b * n * each <= most]


def _prefill(
    context: Context, device: Device, heads: Heads, batch: int, length: int, fmt: str
) -> Measurement:
    """4 B H S^2 D / 2 FLOPs: two products over the causal half."""
    query, key, value = _inputs(context, device, heads, batch, length, length, fmt)
    check = _check(attend(query, key, value, causal=True), query, key, value, fmt, causal=True)
    flops = 2.0 * batch * heads.query * length**2 * heads.width
    return figures.rate(
        context,
        device,
        f"flops_per_s.s{length}",
        lambda: attend(query, key, value, causal=True),
        work=flops,
        unit="FLOP/s",
        flops=flops,
        correctness=check,
        params={"batch": batch, "tokens": length, "dtype": fmt, **attrs.asdict(heads)},
    )


def _decode(
    context: Context, device: Device, heads: Heads, batch: int, length: int, fmt: str
) -> Measurement:
    """2 B Hkv S D s bytes: keys and values read once."""
    query, key, value = _inputs(context, device, heads, batch, 1, length, fmt)
    check = _check(attend(query, key, value, causal=False), query, key, value, fmt, causal=False)
    moved = 2.0 * key.numel() * key.element_size()
    return figures.rate(
        context,
        device,
        f"bytes_per_s.b{batch}.s{length}",
        lambda: attend(query, key, value, causal=False),
        work=moved,
        unit="B/s",
        moved=moved,
        correctness=check,
        params={"batch": batch, "tokens": length, "dtype": fmt, **attrs.asdict(heads)},
    )


def _inputs(
    context: Context, device: Device, heads: Heads, batch: int, rows: int, length: int, fmt: str
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Queries (B, H, rows, D), keys and values (B, Hkv, length, D)."""
    query = figures.randn(context, device, "q", batch, heads.query, rows, heads.width, fmt=fmt)
    shape = (batch, heads.cached, length, heads.width)
    key = figures.randn(context, device, "k", *shape, fmt=fmt)
    return query, key, figures.randn(context, device, "v", *shape, fmt=fmt)


def attend(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *, causal: bool
) -> torch.Tensor:
    """The kernel torch chooses, with grouped heads where this torch knows them (2.5 on)."""
    groups = query.shape[1] // key.shape[1]
    try:
        return scaled_dot_product_attention(
            query, key, value, is_causal=causal, enable_gqa=groups > 1
        )
    except TypeError:
        key, value = (each.repeat_interleave(groups, dim=1) for each in (key, value))
        return scaled_dot_product_attention(query, key, value, is_causal=causal)


def _check(
    found: torch.Tensor,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    fmt: str,
    *,
    causal: bool,
) -> Correctness:
    """The last rows of the last head of the first request against fp64."""
    rows = min(query.shape[2], CHECKED_ROWS)
    asked, keys, values = (each[0, -1].double().cpu() for each in (query[:, :, -rows:], key, value))
    scores = asked @ keys.T / math.sqrt(asked.shape[1])
    if causal:
        seen = torch.ones(rows, keys.shape[0], dtype=torch.bool).tril(keys.shape[0] - rows)
        scores = scores.masked_fill(~seen, -math.inf)
    wanted = scores.softmax(dim=1) @ values
    return figures.relative_error(found[0, -1, -rows:], wanted, figures.OPERATION_LIMITS[fmt])
