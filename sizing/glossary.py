"""Every abbreviation and term of art on the pages, in plain English."""

from collections.abc import Mapping
from typing import Final

from django.utils.text import slugify

TERMS: Final = (
    ("accelerator", "A variant of a GPU or similar chip as it is sold, such as H100 SXM5 80 GB."),
    ("batch", "Requests that the model works on together. A larger batch makes each one slower."),
    ("bf16, fp16", "Number formats of 16 bits. Most models are published in one of them."),
    ("calibration", "What measurements taught about one device; it replaces the datasheet there."),
    ("colocation", "Room, power and cooling that a data centre rents out for your own machines."),
    ("config.json", "The file that describes a model's shape: layers, widths, vocabulary."),
    ("CUDA capability", "The version of an NVIDIA chip's features that programs are built for."),
    ("decode", "The part of an answer in which the model writes one token after another."),
    ("ECC", "Error-correcting code: memory that finds flipped bits and repairs single ones."),
    ("EP", "Expert parallelism: the experts of a model are spread over several accelerators."),
    ("evidence", "How close the measurements behind a figure are to the hardware it is about."),
    ("feed", "A list of what is new that a feed reader asks for again and again: an alert."),
    ("FLOP", "One floating-point operation. A TFLOPS is a million million of them per second."),
    (
        "fp4",
        "Number formats of 4 bits that chips since Blackwell multiply, with a scale per block.",
    ),
    ("fp64, fp32, tf32", "Number formats of 64, 32 and 19 bits, of simulation and of training."),
    ("fp8, int8, int4", "Number formats of 8 or 4 bits: less memory, but answers may get worse."),
    ("frontier", "The systems that nothing else beats on both cost and speed."),
    ("GB, GiB", "A billion bytes, and 1,073,741,824 bytes. Memory here is in GB."),
    ("HBM", "High-bandwidth memory: stacks of memory beside the chip."),
    ("instance", "A machine that a cloud rents out under a name and an hourly price."),
    ("interval", "The range that should hold the true value in 90 of 100 cases."),
    ("KV cache", "What the model remembers of each request while it answers; grows with tokens."),
    ("L2 cache", "Fast memory on the chip itself, which all its processors share."),
    ("link domain", "Accelerators that one NVLink, NVSwitch or xGMI network joins."),
    ("MFU", "Model FLOPS utilisation: the share of a chip's peak that useful work reaches."),
    ("MHz", "A million clock cycles per second."),
    ("MoE", "Mixture of experts: a model that uses only some of its parts for each token."),
    ("N+1", "One replica more than the load needs, so that one may fail at the busiest moment."),
    ("node", "One server of a system that spans several."),
    ("NVLink, NVSwitch, xGMI", "Links between accelerators, several times as fast as PCIe."),
    ("offer", "A price that somebody asks for hardware, with its source and the day it was seen."),
    ("PCI id", "The number by which a device says on the PCIe bus what it is, such as 10de:2330."),
    ("PCIe", "The slot that joins a card to its server. Slower than links between accelerators."),
    ("peak factor", "The load of the busiest moment over the average load."),
    ("percentile", "With 95 %, 95 of 100 requests are at least as fast as the limit."),
    ("PP", "Pipeline parallelism: the layers of a model are spread over several accelerators."),
    ("prefill", "The first part of an answer: the model reads the whole question at once."),
    ("probe", "A small program that measures a device with real work."),
    ("PUE", "Power usage effectiveness: the power of a site over the power of its machines."),
    ("quantisation", "Storing a model in fewer bits per weight to save memory and time."),
    ("replica", "A whole copy of the model. Two replicas serve about twice the requests."),
    ("residual value", "What a machine still sells for at the end of its use."),
    ("roofline", "The rule that a chip is held up by its arithmetic or by its memory."),
    ("runtime", "The program that serves the model, such as vLLM, SGLang or llama.cpp."),
    (
        "speculative decoding",
        "A small model guesses the next tokens and the large one checks them all in one step.",
    ),
    ("SXM, OAM", "Forms of accelerators that sit on a server's own board rather than in a slot."),
    ("TDP", "Thermal design power: the heat that the cooling of a chip has to carry away."),
    ("token", "A piece of text; in English about three quarters of a word."),
    ("TOPS", "A million million integer operations per second; the TFLOPS of integers."),
    ("TP", "Tensor parallelism: every layer is split over several accelerators."),
    ("TPOT", "Time per output token: the pause between two tokens once an answer has begun."),
    ("TTFT", "Time to first token: how long a person waits until the answer begins."),
    ("USD, EUR", "Currencies by their international codes. Prices are never converted here."),
    ("UTC", "Coordinated universal time, in which every time of day on these pages is written."),
    ("vCPU", "Virtual processor: what a cloud counts, mostly one of two threads of a core."),
    ("VRAM", "The memory of a graphics card, here called the memory of an accelerator."),
    ("weights", "The numbers a model learned. They have to fit in memory, with the KV cache."),
)

SPELLINGS: Final = {
    "FLOP": ("TFLOP", "TFLOPS"),
    "fp4": ("nvfp4", "mxfp4"),
    "GB, GiB": ("MB", "TB"),
    "KV cache": ("KV",),
    "L2 cache": ("L2",),
    "CUDA capability": ("CUDA",),
    "PCI id": ("PCI",),
    "vCPU": ("vCPUs",),
}
"""Other words of headings that a term explains."""


def _anchors() -> dict[str, str]:
    return {
        word.lower(): slugify(term)
        for term, _ in TERMS
        for word in (*term.split(", "), *SPELLINGS.get(term, ()))
    }


ANCHORS: Final[Mapping[str, str]] = _anchors()
"""Where the glossary explains each word, written small."""
