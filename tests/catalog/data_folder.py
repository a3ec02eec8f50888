"""A tiny data folder that tests bend."""

import csv
import datetime as dt
import json
from pathlib import Path

from catalog.loading.catalog import load_catalog

SOURCES = """
[[source]]
slug = "datasheets"
title = "Datasheets"
kind = "datasheet"
read_on = 2026-11-01
[[source]]
slug = "label-rule"
title = "Rule"
kind = "rule"
[[source]]
slug = "prices"
title = "A price list"
kind = "price-list"
"""
VENDORS = """
[[vendor]]
slug = "nvidia"
name = "NVIDIA"
kind = "chip-maker"
[[vendor]]
slug = "boxer"
name = "Boxer"
kind = "server-maker"
[[vendor]]
slug = "acme"
name = "Acme Cloud"
kind = "cloud"
"""
SXM = {
    "slug": "nvidia-h100-sxm5-80gb",
    "name": "NVIDIA H100 SXM5 80GB",
    "vendor": "nvidia",
    "family": "hopper",
    "form_factor": "SXM5",
    "aliases": ["H100 SXM", "H100 80GB HBM3"],
    "memory_type": "HBM3",
    "memory_label_gb": 80,
    "capacity_gb": 85.5,
    "memory_bandwidth_gb_s": 3350,
    "fp32_tflops": 67,
    "fp16_tflops": 989,
    "tdp_w": 700,
    "link_kind": "nvswitch",
    "link_bidirectional_gb_s": 900,
    "sources": ["datasheets"],
    "source_of": {"capacity_gb": "label-rule"},
}
PCIE = SXM | {
    "slug": "nvidia-h100-pcie-80gb",
    "name": "NVIDIA H100 PCIe 80GB",
    "form_factor": "PCIe dual-slot",
    "aliases": ["H100 PCIe"],
    "fp32_tflops": 51.2,
    "fp16_tflops": 756,
    "tdp_w": 350,
    "link_kind": "pcie",
    "link_bidirectional_gb_s": None,
}
L4 = SXM | {
    "slug": "nvidia-l4-24gb",
    "name": "NVIDIA L4",
    "family": "ada",
    "form_factor": "PCIe single-slot",
    "aliases": ["L4"],
    "memory_type": "GDDR6",
    "memory_label_gb": 24,
    "capacity_gb": 24.2,
    "fp32_tflops": 30.3,
    "fp16_tflops": 121,
    "tdp_w": 72,
    "link_kind": "pcie",
    "link_bidirectional_gb_s": None,
}
SERVER = {
    "vendor": "boxer",
    "model": "Box 8",
    "kind": "rack",
    "accelerator": "H100 SXM",
    "accelerator_count": 8,
    "accelerator_memory_gb": 80,
    "rack_units": 8,
    "max_power_w": 10200,
    "cores_per_socket": 56,
    "observed_on": dt.date(2026, 1, 2),
    "source": "datasheets",
}
INSTANCE = {
    "name": "a.8x",
    "accelerator": "H100 SXM",
    "accelerator_count": "8",
    "accelerator_memory_gb": "79.6",
    "ram_gb": "2000",
    "observed_on": "2026-01-02",
    "source": "prices",
}
OFFER = {
    "instance": "a.8x",
    "accelerator": "H100 SXM",
    "accelerator_count": "8",
    "accelerator_memory_gb": "80",
    "region": "north",
    "pricing": "on-demand",
    "amount": "20.00",
    "currency": "USD",
    "observed_on": "2026-01-02",
    "source": "prices",
}
MODEL = {
    "slug": "tiny",
    "name": "Tiny",
    "source": "config.json of tiny",
    "parameters_b_nominal": 1.0,
    "config": {"hidden_size": 64},
}


class DataFolder:
    """Rows in memory; `load` writes them to files and loads those."""

    def __init__(self, path: Path):
        self.path = path
        self.accelerators = [SXM, PCIE, L4]
        self.servers = [SERVER]
        self.instances = [INSTANCE]
        self.offers = [OFFER]
        self.models = [MODEL]
        self.families = []

    def load(self):
        self.write()
        return load_catalog(self.path)

    def write(self):
        self._text("sources.toml", SOURCES)
        self._text("vendors.toml", VENDORS)
        self._toml("accelerators/nvidia.toml", "accelerator", self.accelerators)
        self._toml("servers/boxer.toml", "server", self.servers)
        self._toml("instance_families.toml", "family", self.families)
        self._csv("instances/acme.csv", INSTANCE, self.instances)
        self._csv("offers/acme.csv", OFFER, self.offers)
        for model in self.models:
            self._text(f"models/{model['slug']}.json", json.dumps(model))

    def _text(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def _toml(self, name, table, rows):
        lines = []
        for row in rows:
            lines.append(f"[[{table}]]")
            lines += [f"{key} = {toml(value)}" for key, value in row.items() if value is not None]
        self._text(name, "\n".join(lines))

    def _csv(self, name, example, rows):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = dict.fromkeys([*example, *(key for row in rows for key in row)])
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(columns))
            writer.writeheader()
            writer.writerows(rows)


def toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value)
