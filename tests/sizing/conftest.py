"""A catalog small enough to make in every test: four variants, three models, a few offers."""

import datetime as dt
from decimal import Decimal

import pytest

from catalog.models import (
    Accelerator,
    AcceleratorAlias,
    CatalogRevision,
    Device,
    Host,
    InstanceType,
    LanguageModel,
    Offer,
    Server,
    Source,
    Vendor,
)
from tests.sizing.catalog_rows import LLAMA_8B, LLAMA_405B, MIXTRAL

READ_ON = dt.date(2026, 11, 1)


@pytest.fixture
def vendors(db):
    kinds = {
        "nvidia": "chip-maker",
        "amd": "chip-maker",
        "acme-cloud": "cloud",
        "boxer": "server-maker",
    }
    return {
        slug: Vendor.objects.create(slug=slug, name=slug.title(), kind=kind)
        for slug, kind in kinds.items()
    }


@pytest.fixture
def source(db):
    return Source.objects.create(slug="test-datasheets", title="Datasheets", kind="datasheet")


def _accelerator(vendor, slug, name, aliases=(), **facts):
    row = Accelerator.objects.create(slug=slug, name=name, vendor=vendor, **facts)
    for alias in (name, *aliases):
        AcceleratorAlias.objects.create(accelerator=row, name=alias)
    return row


@pytest.fixture
def accelerators(vendors):
    nvidia, amd = vendors["nvidia"], vendors["amd"]
    hopper = {
        "vendor": nvidia,
        "family": "hopper",
        "architecture": "Hopper",
        "compute_capability": "9.0",
        "fp64_tflops": 67,
        "fp32_tflops": 67,
        "tf32_tflops": 494.7,
        "bf16_tflops": 989.4,
        "fp16_tflops": 989.4,
        "fp8_tflops": 1978.9,
        "int8_tops": 1978.9,
        "multiprocessors": 132,
        "pcie_generation": 5,
        "pcie_lanes": 16,
        "link_kind": "nvswitch",
        "link_bidirectional_gb_s": 900,
        "released_on": dt.date(2022, 9, 20),
    }
    return {
        "h100": _accelerator(
            slug="nvidia-h100-sxm5-80gb",
            name="NVIDIA H100 SXM5 80GB",
            aliases=("H100 SXM", "NVIDIA H100 80GB HBM3"),
            form_factor="SXM5",
            capacity_gb=85.5,
            memory_bandwidth_gb_s=3350,
            tdp_w=700,
            **hopper,
        ),
        "h100-pcie": _accelerator(
            slug="nvidia-h100-pcie-80gb",
            name="NVIDIA H100 PCIe 80GB",
            aliases=("H100 PCIe",),
            form_factor="PCIe",
            capacity_gb=85.5,
            memory_bandwidth_gb_s=2039,
            tdp_w=350,
            **{**hopper, "link_kind": "pcie", "bf16_tflops": 756.5, "fp16_tflops": 756.5},
        ),
        "t4": _accelerator(
            nvidia,
            "nvidia-t4-16gb",
            "NVIDIA T4",
            family="turing",
            architecture="Turing",
            compute_capability="7.5",
            capacity_gb=15.8,
            memory_bandwidth_gb_s=320,
            fp32_tflops=8.1,
            fp16_tflops=65,
            int8_tops=130,
            pcie_generation=3,
            pcie_lanes=16,
            link_kind="pcie",
            tdp_w=70,
        ),
        "mi300x": _accelerator(
            amd,
            "amd-mi300x-192gb",
            "AMD MI300X",
            family="cdna-3",
            architecture="CDNA 3",
            capacity_gb=206.1,
            memory_bandwidth_gb_s=5300,
            fp32_tflops=163.4,
            bf16_tflops=1307.4,
            fp16_tflops=1307.4,
            fp8_tflops=2614.9,
            int8_tops=2614.9,
            link_kind="xgmi",
            link_bidirectional_gb_s=896,
            tdp_w=750,
        ),
    }


@pytest.fixture
def language_models(db):
    return [
        LanguageModel.objects.create(
            slug=slug, name=slug.title(), config=config, mlp_matrices=3, source="config.json"
        )
        for slug, config in (
            ("llama-3.1-8b", LLAMA_8B),
            ("llama-3.1-405b", LLAMA_405B),
            ("mixtral-8x7b", MIXTRAL),
        )
    ]


@pytest.fixture
def catalog(accelerators, language_models, vendors, source):
    """Variants, models, a server, instances and dated offers, as one revision."""
    cloud, boxer, h100 = vendors["acme-cloud"], vendors["boxer"], accelerators["h100"]
    Server.objects.create(
        slug="boxer-b8",
        vendor=boxer,
        model="B8",
        kind="rack",
        accelerator=h100,
        accelerator_count=8,
        link_kind="nvswitch",
        network_gbit_s=3200,
        max_power_w=10_200,
        rack_units=8,
        source=source,
    )
    for count, amount in ((1, "2.50"), (8, "20.00")):
        instance = InstanceType.objects.create(
            slug=f"acme-h100-{count}",
            provider=cloud,
            name=f"h100.{count}",
            accelerator=h100,
            accelerator_count=count,
            source=source,
        )
        _offer(f"acme-h100-{count}", cloud, h100, count, amount, source, instance=instance)
    _offer("acme-t4-1", cloud, accelerators["t4"], 1, "0.40", source)
    CatalogRevision.objects.create(fingerprint="test", reason="test")
    return accelerators


def _offer(slug, provider, accelerator, count, amount, source, **target):
    return Offer.objects.create(
        slug=slug,
        provider=provider,
        accelerator=accelerator,
        accelerator_count=count,
        accelerator_stated=accelerator.name,
        pricing="on-demand",
        amount=Decimal(amount),
        currency="USD",
        unit="h",
        region="eu-1",
        observed_on=READ_ON,
        source=source,
        **target,
    )


@pytest.fixture
def cpu_device(vendors):
    """An attached CPU with derived peaks and no measurement."""
    accelerator = Accelerator.objects.create(
        slug="cpu-test-2c",
        name="Test CPU",
        vendor=vendors["amd"],
        family="cpu",
        capacity_gb=16,
        memory_bandwidth_gb_s=40,
        fp32_tflops=0.2,
        bf16_tflops=0.2,
        per_node=1,
        derived=True,
    )
    host = Host.objects.create(name="test-host", machine_id="test-machine")
    return Device.objects.create(
        host=host, accelerator=accelerator, uuid="CPU-test", backend="cpu", name="Test CPU"
    )
