"""Speculative decoding: a draft proposes tokens, the model verifies them in one step.

Leviathan, Kalman and Matias, "Fast inference from transformers via speculative decoding" (2023):
with k drafts that are accepted independently with probability a, a step yields
(1 - a^(k+1)) / (1 - a) tokens on average, the model's own one included.
"""

from attrs import evolve, frozen

from sizing.engine.models.layers import Layer, LayerGroup, Projection
from sizing.engine.models.spec import ModelSpec


@frozen(kw_only=True)
class Speculation:
    """How tokens are drafted.

    Attributes:
        draft_tokens: tokens drafted before each step of the model.
        acceptance_rate: probability that a draft is accepted when those before it were.
        draft: model that drafts, on the same accelerators and in the same formats; None where
            drafts cost the accelerator nothing (looked up in the prompt).
    """

    draft_tokens: int
    acceptance_rate: float
    draft: ModelSpec | None = None

    @property
    def tokens_per_step(self) -> float:
        """Mean tokens a sequence gains in a step of the model, 1 to `draft_tokens` + 1."""
        rate, most = self.acceptance_rate, self.draft_tokens + 1
        return float(most) if rate == 1.0 else (1.0 - rate**most) / (1.0 - rate)


def resident_model(model: ModelSpec, speculation: Speculation | None) -> ModelSpec:
    """What memory holds: the model and, behind it, its draft with a vocabulary table of its own."""
    if speculation is None or speculation.draft is None:
        return model
    draft = speculation.draft
    table = Layer(mixer=VocabularyTables(draft=draft), feed_forward=None, norms=0)
    layers = (*model.layers, *draft.layers, LayerGroup(count=1, layer=table))
    return evolve(model, layers=layers)


@frozen(kw_only=True)
class VocabularyTables:
    """Embedding table and head of a draft as a layer without attention; it is only ever stored."""

    draft: ModelSpec
    small_parameters: int = 0
    prefill: None = None
    decode: None = None
    state: None = None

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The tables, in 16 bit as those of the model itself."""
        table = Projection(
            part="draft vocabulary",
            inputs=self.draft.hidden,
            outputs=self.draft.vocab,
            copies=1 if self.draft.tied_embeddings else 2,
            quantised=False,
        )
        return (table,)
