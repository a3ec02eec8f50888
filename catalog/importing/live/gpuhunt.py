"""gpuhunt's published catalog: a ZIP of one CSV per provider, prices in USD per hour."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from catalog.importing.errors import NotImported
from catalog.importing.live.fetching import MOST_BYTES, fetch
from catalog.importing.live.price_list import Fetched, LiveSource, texts_of_folder
from catalog.loading.files import Row

ADDRESS = "https://dstack-gpu-pricing.s3.eu-west-1.amazonaws.com/v2"
MOST_UNPACKED = 8 * MOST_BYTES


def offers_of_line(line: Mapping[str, str]) -> list[Row]:
    """One offer; a line without an accelerator or price is none."""
    if not line["gpu_name"] or line["gpu_count"] in {"", "0"} or not line["price"]:
        return []
    return [
        {
            "instance": line["instance_name"],
            "accelerator": line["gpu_name"],
            "accelerator_count": line["gpu_count"],
            "accelerator_memory_gb": line["gpu_memory"],
            "vcpus": line["cpu"],
            "ram_gb": line["memory"],
            "includes_host": "true" if line["cpu"] and line["memory"] else "",
            "region": line["location"],
            "pricing": "spot" if line["spot"].lower() == "true" else "on-demand",
            "amount": line["price"],
        }
    ]


def files(path: Path) -> dict[str, str]:
    """Of a folder of CSV files, one of them, or the ZIP as it is published."""
    if path.suffix == ".zip":
        return unpacked(path.read_bytes() if path.is_file() else b"", path.name)
    return texts_of_folder(path)


def fetched() -> Fetched:
    """The newest catalog and its version."""
    version = fetch(f"{ADDRESS}/version", most_bytes=200).decode("ascii", "replace").strip()
    if not version.replace("-", "").isalnum():
        raise NotImported(f"{ADDRESS}/version names no version: {version[:40]!r}.")
    texts = unpacked(fetch(f"{ADDRESS}/{version}/catalog.zip"), "catalog.zip")
    return Fetched(texts=texts, revision=version)


def unpacked(data: bytes, name: str) -> dict[str, str]:
    """CSV files of a ZIP by provider, read in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [entry for entry in archive.infolist() if entry.filename.endswith(".csv")]
            if sum(entry.file_size for entry in members) > MOST_UNPACKED:
                raise NotImported(f"{name} unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB.")
            texts = {
                Path(entry.filename).stem: archive.read(entry).decode("utf-8-sig", "replace")
                for entry in members
            }
    except (zipfile.BadZipFile, OSError) as error:
        raise NotImported(f"{name} is no ZIP of price lists: {error}.") from error
    if not texts:
        raise NotImported(f"{name} holds no price list.")
    return texts


GPUHUNT = LiveSource(
    slug="gpuhunt-catalog-live",
    title="gpuhunt catalog, read by this installation",
    url="https://github.com/dstackai/gpuhunt",
    columns=(
        *("instance_name", "location", "price", "cpu", "memory", "gpu_count", "gpu_name"),
        *("gpu_memory", "spot"),
    ),
    offers_of_line=offers_of_line,
    files=files,
    fetched=fetched,
)
