"""What every live source comes down to: one list of rows per provider."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import Factory, frozen

from catalog.importing.errors import NotImported
from catalog.loading.files import Located, Row

PROVIDERS = {
    "gcp": "google-cloud",
    "lambdalabs": "lambda",
    "oci": "oracle-cloud",
    "datacrunch": "verda",
    "vastai": "vast-ai",
    "vast": "vast-ai",
    "cudo": "cudo-compute",
    "jarvislabs": "jarvis-labs",
    "do": "digitalocean",
}
"""Names of providers in these sources that differ from the slug of the vendor."""

NO_LICENCE = "facts only, no licence stated"


@frozen(kw_only=True)
class PriceList:
    """The rows of one provider; `name` is the file they came from."""

    provider: str
    name: str
    rows: tuple[Located, ...]


@frozen(kw_only=True)
class Fetched:
    """Texts by provider, and why the others could not be fetched."""

    texts: dict[str, str]
    failed: dict[str, str] = Factory(dict)
    revision: str = ""


@frozen(kw_only=True)
class LiveSource:
    """What the catalog says of the source, and how its files become rows of offers."""

    slug: str
    title: str
    url: str
    columns: tuple[str, ...]
    offers_of_line: Callable[[Mapping[str, str]], list[Row]]
    files: Callable[[Path], dict[str, str]]
    fetched: Callable[[], Fetched]


def price_list(source: LiveSource, provider: str, text: str, *, day: str) -> PriceList:
    """The offers of one file; machines without accelerators are none.

    Raises:
        NotImported: the file has another format, or no offer.
    """
    owner, name = PROVIDERS.get(provider, provider), f"{provider}.csv"
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    shared = {"owner": owner, "source": source.slug, "currency": "USD", "unit": "h"}
    shared |= {"observed_on": day} if day else {}
    try:
        _check_header(source, reader.fieldnames or (), name)
        rows = tuple(_rows(source, reader, shared, name))
    except csv.Error as error:
        place = f"{name}:{max(reader.line_num, 1)}"
        raise NotImported(f"{place} is no CSV: {error}.") from error
    if not rows:
        raise NotImported(f"{name} holds no price of an accelerator.")
    return PriceList(provider=owner, name=name, rows=rows)


def _check_header(source: LiveSource, columns: Sequence[str], name: str) -> None:
    missing = [column for column in source.columns if column not in columns]
    if missing:
        raise NotImported(f"{name} is empty or of another format: no column {', '.join(missing)}.")


def _rows(
    source: LiveSource, reader: "csv.DictReader[str]", shared: Row, name: str
) -> Iterator[Located]:
    for line in reader:
        said = {key: str(text or "").strip() for key, text in line.items() if key}
        for offer in source.offers_of_line(said):
            known = {field: value for field, value in offer.items() if value}
            place = f"{name}:{reader.line_num}"
            values = shared | known | {"locator": place}
            yield Located(place=f"{place} ({known['pricing']})", licence="", values=values)


def texts_of_folder(folder: Path, inside: str = "") -> dict[str, str]:
    """CSV files by provider: `<provider>.csv`, or `<provider>/<inside>`; or one such file.

    Raises:
        NotImported: there is none, or one is no text.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    if inside:
        files |= {path.parent.name: path for path in sorted(folder.glob(f"*/{inside}"))}
    if folder.is_file():
        files = {folder.parent.name if folder.name == inside else folder.stem: folder}
    if not files:
        raise NotImported(f"{folder} holds no price list (CSV files named by provider).")
    try:
        return {provider: path.read_text("utf-8-sig") for provider, path in files.items()}
    except (OSError, UnicodeDecodeError) as error:
        raise NotImported(f"{folder} cannot be read: {error}") from error
