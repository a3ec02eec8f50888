"""Calibrated log-factors, how far they were off, and what they rest on."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from attrs import evolve, field, frozen

from sizing.engine.devices import DeviceCalibration
from sizing.engine.families import calibration_family
from sizing.engine.hardware import Accelerator
from sizing.engine.models import ModelSpec

Level = Literal["measured", "family", "datasheet"]
DATA = Path(__file__).resolve().parent.parent / "data"


@frozen(kw_only=True, eq=False, repr=False)
class Calibration:
    """What `make fit` estimated from published measurements.

    Attributes:
        version: names this calibration in answers.
        fingerprint: of the measurements it rests on.
        factors: natural logarithm of each factor by name (`physics.factor_names`).
        variants: figures per accelerator slug that the fit used.
        families: figures per calibration family.
        models: figures per model signature (`model_signature`).
        spreads: quantiles of log(predicted / measured), see `intervals`.
        devices: calibrations of attached devices by the slug of their variant.
    """

    version: str
    fingerprint: str = ""
    factors: Mapping[str, float] = field(factory=dict)
    variants: Mapping[str, int] = field(factory=dict)
    families: Mapping[str, int] = field(factory=dict)
    models: Mapping[str, int] = field(factory=dict)
    spreads: Mapping[str, tuple[float, float, int]] = field(factory=dict)
    devices: Mapping[str, DeviceCalibration] = field(factory=dict)

    def with_devices(self, devices: Iterable[DeviceCalibration]) -> "Calibration":
        """This calibration where each variant among `devices` goes by its own probes."""
        return evolve(self, devices={device.accelerator: device for device in devices})

    def device(self, accelerator: Accelerator) -> DeviceCalibration | None:
        """The attached device that speaks for a variant."""
        return self.devices.get(accelerator.slug)

    def level(self, accelerator: Accelerator) -> Level:
        """How strong the evidence for an accelerator is, its own probes apart."""
        if self.variants.get(accelerator.slug, 0) > 0:
            return "measured"
        if self.families.get(calibration_family(accelerator), 0) > 0:
            return "family"
        return "datasheet"

    def knows(self, model: ModelSpec) -> bool:
        """Whether measurements of this very model are behind the calibration."""
        return model_signature(model) in self.models

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Calibration":
        """The calibration that a calibration file holds."""
        spreads = {key: (row[0], row[1], int(row[2])) for key, row in data["spreads"].items()}
        return cls(
            version=data["version"],
            fingerprint=data["fingerprint"],
            factors=data["factors"],
            variants=data["variants"],
            families=data["families"],
            models=data["models"],
            spreads=spreads,
        )


def model_signature(model: ModelSpec) -> str:
    """What tells models of one architecture apart, whatever they are called."""
    return f"{model.model_type}-{model.layer_count}x{model.hidden}-{model.parameters / 1e9:.1f}b"


@lru_cache(maxsize=4)
def load_calibration(path: Path = DATA / "calibration.json") -> Calibration:
    """The shipped calibration."""
    return Calibration.from_dict(json.loads(path.read_text(encoding="utf-8")))


def evidence_level(accelerator: Accelerator, calibration: Calibration) -> Level:
    """Evidence for a catalog variant, without making an estimate."""
    return "measured" if calibration.device(accelerator) else calibration.level(accelerator)
