"""A handful of systems with round figures, and requests to size on them."""

from sizing.engine.calibration import Calibration
from sizing.engine.hardware import Accelerator, Price, System
from sizing.engine.recommend import parse_sizing_request, recommend

CALIBRATION = Calibration(version="general efficiencies")

CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "torch_dtype": "bfloat16",
}


def find_model(slug):
    names = {"llama-3.1-8b": 32, "llama-wide": 80}
    if slug not in names:
        return None
    return {"slug": slug, "name": slug, "config": {**CONFIG, "num_hidden_layers": names[slug]}}


def accelerator(slug="big", **changes):
    facts = {
        "name": slug.title(),
        "vendor": "acme",
        "family": f"{slug}-family",
        "capacity_bytes": 80e9,
        "memory_bytes_per_s": 3e12,
        "peak_flops": {"fp32": 60e12, "bf16": 900e12, "fp16": 900e12, "fp8": 1800e12},
        "link": "nvswitch",
        "link_bytes_per_s": 450e9,
        "pcie_bytes_per_s": 50e9,
        "tdp_w": 700,
        "multiprocessors": 132,
    }
    return Accelerator(slug=slug, **{**facts, **changes})


BIG = accelerator()
SLOW = accelerator(
    "slow",
    vendor="other",
    memory_bytes_per_s=1e12,
    peak_flops={"fp32": 20e12, "bf16": 200e12, "fp16": 200e12},
    tdp_w=300,
)
TINY = accelerator("tiny", capacity_bytes=8e9, memory_bytes_per_s=0.3e12, tdp_w=70, link="pcie")


def rent(amount, offer="rented", **more):
    facts = {"currency": "USD", "observed_on": "2026-05-24", "terms": "on-demand", **more}
    return Price(amount_per_h=amount, offer=offer, **facts)


def sale(amount, offer="sold", **more):
    facts = {"currency": "USD", "observed_on": "2026-05-24", "terms": "buy", **more}
    return Price(purchase_amount=amount, offer=offer, **facts)


def system(card, count=8, kind="instance", slug=None, **more):
    name = slug or f"{card.slug}-{kind}-{count}"
    link = card.link if count > 1 or kind == "accelerator" else "none"
    facts = {"name": name, "url": f"/{kind}s/{name}/", "interconnect": link, **more}
    return System(kind=kind, slug=name, accelerator=card, count=count, **facts)


MARKET = (
    system(BIG, 1, prices=(rent(3.0, "big-1"),)),
    system(BIG, 8, prices=(rent(22.0, "big-8"),)),
    system(BIG, 8, kind="server", rack_units=8.0),
    system(SLOW, 1, prices=(rent(1.2, "slow-1"),)),
    system(SLOW, 4, prices=(rent(4.5, "slow-4"),)),
    system(TINY, 1, prices=(rent(0.2, "tiny-1"),)),
    system(BIG, 1, kind="accelerator"),
    system(SLOW, 1, kind="accelerator"),
    system(TINY, 1, kind="accelerator"),
)


def workload(**changes):
    facts = {
        "kind": "llm-inference",
        "model": "llama-3.1-8b",
        "input_tokens": 512,
        "output_tokens": 128,
        "load": {"mode": "concurrency", "requests": 32},
    }
    return {**facts, **changes}


def request(body=None, **changes):
    asked = {"workload": workload(), **(body or {}), **changes}
    return parse_sizing_request(asked, find_model)


def answer(systems=MARKET, body=None, **changes):
    return recommend(request(body, **changes), systems, CALIBRATION).to_dict()


def metric(recommendation, name):
    return recommendation["metrics"][name]["value"]
