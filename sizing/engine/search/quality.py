"""What weights of fewer than 16 bits may do to the answers of a model, with a source."""

from typing import Any

from attrs import asdict, frozen

from sizing.engine.dtypes import bytes_per_element
from sizing.engine.serving.situation import formats_of
from sizing.engine.workload import LlmInference

SOURCE_TITLE = "Kurtic et al., Accuracy-Performance Trade-Offs in LLM Quantization, 2024"
SOURCE_URL = "https://arxiv.org/abs/2411.02355"
_LLAMA = "over half a million evaluations of the Llama 3.1 family"
_PUBLISHED = {
    "fp8": f"In {_LLAMA}, fp8 weights and activations lost nothing.",
    "int8": f"In {_LLAMA}, well tuned int8 weights and activations lost 1 to 3 %.",
    "int4": f"In {_LLAMA}, int4 weights alone did about as well as int8.",
}


@frozen(kw_only=True)
class QualityNote:
    """A warning beside figures that rest on few bits.

    Attributes:
        weights: their storage format.
        source_title, source_url: of what `text` cites; empty where it cites nothing.
    """

    weights: str
    text: str
    source_title: str = ""
    source_url: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON object."""
        return asdict(self)


def is_low_bit(weights: str) -> bool:
    """Whether a storage format has fewer than 16 bits per weight."""
    return bytes_per_element(weights) < 2.0


def quality_note(workload: LlmInference) -> QualityNote | None:
    """The warning that an answer for this workload carries; None for 16 bits and more."""
    weights = formats_of(workload).weights
    if not is_low_bit(weights):
        return None
    if weights == workload.model.native_weights:
        text = f"The model was published with {weights} weights: nothing is lost beside that."
        return QualityNote(weights=weights, text=text)
    warning = f"Output quality may change with {weights} weights; compare it on your own work."
    known = _PUBLISHED.get(weights)
    if known is None:
        missing = "No published comparison of this format is cited here."
        return QualityNote(weights=weights, text=f"{warning} {missing}")
    return QualityNote(
        weights=weights,
        text=f"{warning} {known} Other models and tasks may differ.",
        source_title=SOURCE_TITLE,
        source_url=SOURCE_URL,
    )
