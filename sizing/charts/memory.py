"""Memory of one accelerator as a bar: what the work needs of what there is."""

from collections.abc import Mapping

from django.utils.safestring import SafeString

from drawing import svg

WIDTH, HEIGHT = 200, 14
PARTS = (
    ("weights_gb", "weights", "series-1"),
    ("kv_cache_gb", "KV cache", "series-2"),
    ("activations_gb", "activations", "series-3"),
    ("runtime_gb", "runtime", "series-4"),
)


def memory_bar(memory: Mapping[str, float]) -> SafeString:
    """Weights, KV cache, activations and runtime beside the free rest."""
    capacity = memory.get("capacity_gb") or 0.0
    if capacity <= 0:
        return SafeString("")
    drawn = [svg.element("rect", class_="track", x=0, y=0, width=WIDTH, height=HEIGHT)]
    at = 0.0
    for key, name, kind in PARTS:
        size = memory.get(key) or 0.0
        width = min(WIDTH * size / capacity, WIDTH - at)
        if width > 0:
            drawn.append(_segment(at, width, kind, f"{name}: {size:.1f} GB"))
        at += width
    used = memory.get("total_gb") or 0.0
    label = f"{used:.1f} of {capacity:.1f} GB used"
    return svg.document(drawn, width=WIDTH, height=HEIGHT, label=label, class_="bar")


def _segment(at: float, width: float, kind: str, name: str) -> str:
    return svg.element("rect", svg.title(name), class_=kind, x=at, y=0, width=width, height=HEIGHT)
