"""What the lists of the sizing form offer."""

from catalog.models import Vendor
from sizing.engine.workload import RUNTIMES
from sizing.presentation.words import RUNTIMES as RUNTIME_NAMES

MODEL_DEFAULT = ("", "The model's own")
WEIGHT_CHOICES = [
    MODEL_DEFAULT,
    ("bf16", "bf16 (16 bit)"),
    ("fp16", "fp16 (16 bit)"),
    ("fp8", "fp8 (8 bit)"),
    ("int8", "int8 (8 bit)"),
    ("mxfp8", "mxfp8 (8 bit)"),
    ("int4", "int4: AWQ, GPTQ (4.5 bit)"),
    ("nvfp4", "nvfp4 (4.5 bit)"),
    ("mxfp4", "mxfp4 (4.25 bit)"),
    ("q8_0", "GGUF q8_0 (8.5 bit)"),
    ("q6_k", "GGUF q6_k (6.6 bit)"),
    ("q5_k_m", "GGUF q5_k_m (5.7 bit)"),
    ("q4_k_m", "GGUF q4_k_m (4.85 bit)"),
]
CACHE_CHOICES = [("", "As the activations"), ("bf16", "bf16 (16 bit)"), ("fp8", "fp8 (8 bit)")]
LOAD_CHOICES = [
    ("concurrency", "Users at once, always asking"),
    ("rate", "Requests per second, at random times"),
    ("static", "One batch of equal requests"),
    ("saturated", "A long queue: most offline throughput"),
]
PERCENTILE_CHOICES = [
    ("", "the mean"),
    ("50", "50 %"),
    ("90", "90 %"),
    ("95", "95 %"),
    ("99", "99 %"),
]
OBJECTIVE_CHOICES = [
    ("cost", "Lowest cost"),
    ("latency", "Lowest latency"),
    ("throughput", "Highest throughput"),
    ("energy", "Least energy"),
]
ACQUISITION_CHOICES = [("any", "Rent or buy"), ("rent", "Rent"), ("buy", "Buy")]
EVIDENCE_CHOICES = [
    ("datasheet", "Any, datasheets included"),
    ("family", "Measured, at least on the same architecture"),
    ("measured", "Measured on this very variant"),
]
RUNTIME_CHOICES = [(name, RUNTIME_NAMES.get(name, name)) for name in RUNTIMES]
SPARE_CHOICES = [
    ("", "None"),
    ("1", "One replica (N+1)"),
    ("2", "Two replicas (N+2)"),
    ("3", "Three replicas (N+3)"),
]


def vendor_choices() -> list[tuple[str, str]]:
    """Makers of accelerators that somebody can buy or rent."""
    makers = Vendor.objects.filter(accelerators__derived=False).distinct()
    return list(makers.values_list("slug", "name"))
