import re

import pytest

from catalog.loading.resolution import FamilyRule, Resolver, Stated, Variant
from catalog.names import name_key


def variant(slug, form, memory, *names):
    keys = frozenset(name_key(name) for name in (slug, *names))
    return Variant(slug=slug, form=form, memory_label_gb=memory, alias_keys=keys)


VARIANTS = [
    variant("nvidia-h100-sxm5-80gb", "sxm", 80, "H100 SXM", "H100 SXM5 80GB"),
    variant("nvidia-h100-pcie-80gb", "pcie", 80, "H100 PCIe"),
    variant("nvidia-h100-nvl-94gb", "pcie", 94, "H100 NVL", "H100 NVL 94GB"),
    variant("nvidia-a100-pcie-40gb", "pcie", 40, "A100 PCIe 40GB"),
    variant("nvidia-a100-pcie-80gb", "pcie", 80, "A100 PCIe", "A100 PCIe 80GB"),
    variant("nvidia-geforce-rtx-3060-12gb", "pcie", 12, "RTX 3060"),
    variant("nvidia-geforce-rtx-3060-ti-8gb", "pcie", 8, "RTX 3060 Ti"),
    variant("nvidia-quadro-rtx-5000-16gb", "pcie", 16, "Quadro RTX 5000"),
]
RULE = FamilyRule(
    provider="aws", pattern=re.compile(r"p5\..*"), accelerator="nvidia-h100-sxm5-80gb"
)
RESOLVER = Resolver(VARIANTS, [RULE])


@pytest.mark.parametrize(
    ("stated", "slug"),
    [
        (Stated(name="H100 SXM"), "nvidia-h100-sxm5-80gb"),
        (Stated(name="H100", form="SXM"), "nvidia-h100-sxm5-80gb"),
        (Stated(name="H100 (80 GB)", form="PCIe"), "nvidia-h100-pcie-80gb"),
        (Stated(name="H100", memory_gb=93.6), "nvidia-h100-nvl-94gb"),
        (Stated(name="A100 PCIe", memory_gb=40), "nvidia-a100-pcie-40gb"),
        (Stated(name="A100 80GB PCIe NVLink"), "nvidia-a100-pcie-80gb"),
        (Stated(name="RTX5000 (16 GB)"), "nvidia-quadro-rtx-5000-16gb"),
        (Stated(name="H100", provider="aws", instance="p5.48xlarge"), "nvidia-h100-sxm5-80gb"),
        (Stated(name="", provider="aws", instance="p5.4xlarge"), "nvidia-h100-sxm5-80gb"),
    ],
)
def test_facts_of_the_row_tell_variants_apart(stated, slug):
    assert RESOLVER.resolve(stated).slug == slug


def test_a_name_that_fits_several_stays_open_with_its_candidates():
    answer = RESOLVER.resolve(Stated(name="H100", memory_gb=80))
    assert (answer.slug, answer.reason) == ("", "ambiguous")
    assert answer.candidates == ("nvidia-h100-pcie-80gb", "nvidia-h100-sxm5-80gb")


def test_an_unknown_name_is_not_given_the_nearest_part():
    assert RESOLVER.resolve(Stated(name="H100X")).reason == "unknown-accelerator"


def test_the_memory_of_a_sister_part_does_not_make_it_that_part():
    answer = RESOLVER.resolve(Stated(name="RTX 3060", memory_gb=8))
    assert (answer.slug, answer.reason) == ("", "memory-mismatch")


def test_memory_that_contradicts_the_part_is_refused():
    assert RESOLVER.resolve(Stated(name="H100 SXM", memory_gb=40)).reason == "memory-mismatch"


def test_a_row_without_a_name_stays_open():
    assert RESOLVER.resolve(Stated(name=" ")).reason == "no-accelerator"


def test_a_family_rule_does_not_override_the_memory_of_the_row():
    stated = Stated(name="H100", provider="aws", instance="p5.48xlarge", memory_gb=40)
    assert RESOLVER.resolve(stated).reason == "memory-mismatch"
