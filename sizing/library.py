"""The model library with the engine's figures beside what the makers state."""

import json
from collections.abc import Iterable
from functools import lru_cache

from attrs import frozen

from catalog.models import LanguageModel
from sizing import fleet
from sizing.engine.dtypes import complete_formats
from sizing.engine.errors import InputError
from sizing.engine.memory.weights import weight_bytes
from sizing.engine.models import ModelSpec, parse_config
from sizing.engine.operations import Layout
from sizing.fleet import Revision

WEIGHT_FORMATS = ("bf16", "fp8", "int4", "nvfp4", "mxfp4", "q8_0", "q4_k_m")
CACHE_FORMATS = ("bf16", "fp8")


@frozen(kw_only=True)
class ModelFigures:
    """What the engine derives from a model's configuration.

    Attributes:
        weights_gb: size of all weights by storage format.
        kv_bytes_per_token: cache of one more token by storage format, all layers, unsharded.
        max_context: tokens; None where the configuration does not say.
    """

    parameters: int
    active_parameters: int
    layers: int
    hidden: int
    vocabulary: int
    experts: int
    native_format: str
    max_context: int | None
    state_bytes_per_request: float
    weights_gb: dict[str, float]
    kv_bytes_per_token: dict[str, float]

    @property
    def parameters_b(self) -> float:
        """All weights in 1e9."""
        return self.parameters / 1e9

    @property
    def active_parameters_b(self) -> float:
        """Weights one token passes, in 1e9."""
        return self.active_parameters / 1e9

    @property
    def kv_kb_per_token(self) -> float:
        """Cache of one more token in 16 bit, in kB."""
        return self.kv_bytes_per_token["bf16"] / 1e3

    @property
    def state_mb(self) -> float:
        """Recurrent state of one request, in MB."""
        return self.state_bytes_per_request / 1e6


@frozen(kw_only=True)
class LibraryEntry:
    """A row of the library; `figures` is None when the engine cannot read it, with the reason."""

    row: LanguageModel
    figures: ModelFigures | None
    problem: str = ""

    @property
    def config_json(self) -> str:
        """The published configuration, one key per line."""
        return json.dumps(self.row.config, indent=1)


def entries(rows: Iterable[LanguageModel]) -> list[LibraryEntry]:
    """Rows with their figures; figures are derived once per catalog revision and process."""
    revision = fleet.current_revision()
    return [entry(revision, row) for row in rows]


def entry(revision: Revision, row: LanguageModel) -> LibraryEntry:
    """One row with its figures."""
    try:
        return LibraryEntry(row=row, figures=_figures(revision, row.slug))
    except InputError as error:
        return LibraryEntry(row=row, figures=None, problem=str(error))


@lru_cache(maxsize=1024)
def _figures(revision: Revision, slug: str) -> ModelFigures:
    found = fleet.find_model(revision, slug)
    if found is None:
        raise InputError.of("model", "unknown_model", f"The library has no model {slug!r}.")
    return figures(parse_config(found["config"], slug=slug, name=found["name"]))


def figures(model: ModelSpec) -> ModelFigures:
    """The figures of any model the engine can read."""
    return ModelFigures(
        parameters=model.parameters,
        active_parameters=model.active_parameters,
        layers=model.layer_count,
        hidden=model.hidden,
        vocabulary=model.vocab,
        experts=model.experts,
        native_format=model.native_weights,
        max_context=model.max_context,
        state_bytes_per_request=model.state_bytes_per_request,
        weights_gb={name: _weights_bytes(model, name) / 1e9 for name in WEIGHT_FORMATS},
        kv_bytes_per_token={name: model.kv_bytes_per_token(name) for name in CACHE_FORMATS},
    )


def _weights_bytes(model: ModelSpec, name: str) -> float:
    formats = complete_formats(model.native_dtype, weights=name)
    return float(weight_bytes(model, formats, Layout())[0])
