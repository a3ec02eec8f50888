"""What a scheduler makes of a load: which steps run, how often, and who waits for them.

A closed system's schedule does not depend on how long a step takes, so it is made once and priced
later. By Little's law the mean time to first token is the sum over steps of (requests without a
first token) x (step time) / (requests), and the mean decoding time likewise: every latency and
rate is a weighted sum of step times.
"""

import numpy as np
from attrs import field, frozen

from sizing.engine.operations import Array, Step, as_points

_FIELDS = (
    "decode_tokens",
    "decode_context",
    "prefill_tokens",
    "prefill_sequences",
    "prefill_context",
)


@frozen(kw_only=True, eq=False, repr=False)
class Trace:
    """When requests came, got their first and their last token; first in, first out.

    Attributes:
        label: step of the schedule that each event is priced as, shape (events,).
        repeats: how often the event's step runs, shape (events,).
        arrivals, firsts, lasts: (events that had ended, requests) pairs in order, shape (n, 2);
            part of an event means during it.
    """

    label: Array
    repeats: Array
    arrivals: Array
    firsts: Array
    lasts: Array

    def times(self, step_s: Array) -> tuple[Array, Array, Array]:
        """Seconds of arrival, first and last token of every finished request."""
        seconds = step_s[self.label.astype(np.intp)] * self.repeats
        clock = np.concatenate([[0.0], np.cumsum(seconds)])
        ends = np.arange(len(clock), dtype=np.float64)
        each = [
            np.repeat(np.interp(rows[:, 0], ends, clock), rows[:, 1].astype(np.intp))
            for rows in (self.arrivals, self.firsts, self.lasts)
            if len(rows)
        ]
        done = min(len(times) for times in each)
        return each[0][:done], each[1][:done], each[2][:done]


@frozen(kw_only=True, eq=False, repr=False)
class Schedule:
    """Steps of one replica's run; arrays of shape (steps,).

    Attributes:
        step: what each (kind of) step holds.
        repeats: how often it runs.
        waiting: requests without a first token during it.
        decoding: requests between first and last token during it.
        requests: requests the run completes.
        live: most requests that hold memory at once.
        trace: events in order, where percentiles can be asked for.
    """

    step: Step
    repeats: Array = field(converter=as_points)
    waiting: Array = field(converter=as_points)
    decoding: Array = field(converter=as_points)
    requests: float
    live: float
    trace: Trace | None = None

    def wall_s(self, step_s: Array) -> float:
        """Duration of the run, given the seconds of each step."""
        return float(self.repeats @ step_s)

    def ttft_s(self, step_s: Array) -> float:
        """Mean time to first token."""
        return float((self.repeats * self.waiting) @ step_s) / self.requests

    def decode_s(self, step_s: Array) -> float:
        """Mean time from a request's first token to its last."""
        return float((self.repeats * self.decoding) @ step_s) / self.requests


def make_step(**columns: Array) -> Step:
    """A `Step` from columns of equal length."""
    decode, context, tokens, sequences, attended = (columns[name] for name in _FIELDS)
    return Step(
        decode_tokens=decode,
        decode_context=context,
        prefill_tokens=tokens,
        prefill_sequences=sequences,
        prefill_context=attended,
    )


def merge_steps(
    columns: dict[str, Array], repeats: Array, labels: Array
) -> tuple[dict[str, Array], Array]:
    """Averages, weighted by `repeats`, of the rows that share a label.

    Args:
        columns: name -> values per row.
        labels: whole number per row, 0 ... groups - 1, each in use.

    Returns:
        Merged columns and the summed repeats, one entry per label.
    """
    groups = int(labels.max()) + 1
    index = labels.astype(np.intp)
    total = np.bincount(index, repeats, groups).astype(np.float64)
    merged = {
        name: np.bincount(index, repeats * values, groups) / total
        for name, values in columns.items()
    }
    return merged, total
