"""Step times on a grid of batch and prompt tokens, for simulations that ask thousands of times."""

import bisect

import numpy as np
from attrs import frozen

from sizing.engine.operations import Step
from sizing.engine.rates import Rates
from sizing.engine.serving.evaluate import price_steps_of
from sizing.engine.serving.situation import Situation


@frozen(kw_only=True)
class StepTable:
    """Bilinear interpolation of step seconds.

    Attributes:
        batches, tokens: grid of decoding sequences and of prompt tokens, ascending from 0.
        seconds: nested tuples, seconds[batch][tokens].
    """

    batches: tuple[float, ...]
    tokens: tuple[float, ...]
    seconds: tuple[tuple[float, ...], ...]

    def __call__(self, decoding: float, prompt_tokens: float) -> float:
        """Seconds of one step."""
        row, up = _position(self.batches, decoding)
        column, right = _position(self.tokens, prompt_tokens)
        low, high = self.seconds[row], self.seconds[row + 1]
        first = low[column] + right * (low[column + 1] - low[column])
        second = high[column] + right * (high[column + 1] - high[column])
        return first + up * (second - first)


def _position(grid: tuple[float, ...], value: float) -> tuple[int, float]:
    index = min(max(bisect.bisect_right(grid, value) - 1, 0), len(grid) - 2)
    return index, (value - grid[index]) / (grid[index + 1] - grid[index])


def step_table(situation: Situation, rates: Rates, most: int) -> StepTable:
    """Price a grid up to `most` decoding sequences and one full step of prompt tokens."""
    workload = situation.workload
    batches = np.unique(np.round(np.geomspace(1, max(most, 2), 12)))
    batches = np.concatenate([[0.0], batches])
    largest = max(float(situation.step_tokens), workload.new_tokens)
    tokens = np.concatenate([[0.0], np.unique(np.geomspace(min(64.0, largest / 2), largest, 7))])
    decode, prompt = (grid.ravel() for grid in np.meshgrid(batches, tokens, indexing="ij"))
    step = Step(
        decode_tokens=decode,
        decode_context=np.full_like(decode, workload.input_tokens + workload.output_tokens / 2),
        prefill_tokens=prompt,
        prefill_sequences=np.maximum(prompt / workload.new_tokens, 1.0),
        prefill_context=np.full_like(prompt, workload.cached_tokens + workload.new_tokens / 2),
    )
    seconds = price_steps_of(situation, step, rates).price.total.reshape(len(batches), -1)
    return StepTable(
        batches=tuple(map(float, batches)),
        tokens=tuple(map(float, tokens)),
        seconds=tuple(tuple(map(float, row)) for row in seconds),
    )
