"""The SkyPilot catalog: one vms.csv per cloud, a line per machine, region and zone."""

import ast
from collections.abc import Mapping
from contextlib import suppress

from catalog.importing.errors import NotImported
from catalog.importing.live.fetching import fetch
from catalog.importing.live.price_list import Fetched, LiveSource, texts_of_folder
from catalog.loading.files import Row

ADDRESS = "https://raw.githubusercontent.com/skypilot-org/skypilot-catalog/master/catalogs/v8"
FILE = "vms.csv"
CLOUDS = (
    *("aws", "azure", "cudo", "do", "fluidstack", "gcp", "hyperstack", "lambda", "nebius", "oci"),
    *("paperspace", "runpod", "vast", "verda"),
)
MIB_PER_GIB = 1024


def offers_of_line(line: Mapping[str, str]) -> list[Row]:
    """On demand by region and spot by zone, because that is how far each price is told apart."""
    if not line["AcceleratorName"] or line["AcceleratorCount"] in {"", "0", "0.0"}:
        return []
    machine = {
        "instance": line["InstanceType"],
        "accelerator": line["AcceleratorName"],
        "accelerator_count": line["AcceleratorCount"],
        "accelerator_memory_gb": _memory_gib(line),
        "vcpus": line.get("vCPUs", ""),
        "ram_gb": line.get("MemoryGiB", ""),
        # Google's accelerators are listed without the machine around them.
        "includes_host": "true" if line["InstanceType"] else "false",
    }
    zone = line.get("AvailabilityZone") or line["Region"]
    offers = []
    if line["Price"]:
        offers.append(machine | _price("on-demand", line["Price"], line["Region"]))
    if line["SpotPrice"]:
        offers.append(machine | _price("spot", line["SpotPrice"], zone))
    return offers


def _price(pricing: str, amount: str, region: str) -> Row:
    return {"pricing": pricing, "amount": amount, "region": region}


def _memory_gib(line: Mapping[str, str]) -> str:
    """Of one accelerator, in the units of its label; unknown where the host's is given instead."""
    info = line.get("GpuInfo") or line.get("GPUInfo") or ""
    with suppress(ValueError, SyntaxError, LookupError, TypeError, MemoryError, RecursionError):
        gpu = ast.literal_eval(info)["Gpus"][0]
        each_gib = float(gpu["MemoryInfo"]["SizeInMiB"]) / MIB_PER_GIB
        count, host_gib = float(line["AcceleratorCount"]), float(line.get("MemoryGiB") or 0)
        return "" if each_gib * count == host_gib else f"{each_gib:g}"
    return ""


def fetched() -> Fetched:
    """The files of all clouds; a cloud whose file is not there keeps its prices."""
    texts, failed = {}, {}
    for cloud in CLOUDS:
        try:
            texts[cloud] = fetch(f"{ADDRESS}/{cloud}/{FILE}").decode("utf-8", "replace")
        except NotImported as error:
            failed[cloud] = str(error)
    if not texts:
        raise NotImported(failed[CLOUDS[0]])
    return Fetched(texts=texts, failed=failed, revision="v8")


SKYPILOT = LiveSource(
    slug="skypilot-catalog-live",
    title="SkyPilot catalog, read by this installation",
    url="https://github.com/skypilot-org/skypilot-catalog",
    columns=(
        *("InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "SpotPrice", "Region"),
    ),
    offers_of_line=offers_of_line,
    files=lambda path: texts_of_folder(path, FILE),
    fetched=fetched,
)
