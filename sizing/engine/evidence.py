"""What an answer rests on and what a reader should know about it, in sentences."""

from sizing.engine.answer import Evidence
from sizing.engine.calibration import Calibration, Level
from sizing.engine.devices import DeviceCalibration
from sizing.engine.dtypes import bytes_per_element, matrix_format
from sizing.engine.families import calibration_family
from sizing.engine.hardware import Accelerator
from sizing.engine.serving.situation import Situation

_LEVELS = {
    "measured": "Fitted on published measurements of {name}, shipped with the project.",
    "family": "No measurement of {name}: efficiencies carried over from the {family} family.",
    "datasheet": (
        "No measurement of {name} or of its family: datasheet peaks with general efficiencies."
    ),
}


def level_note(level: Level, accelerator: Accelerator) -> str:
    """One sentence on what a level of evidence means for this accelerator."""
    family = calibration_family(accelerator)
    return _LEVELS[level].format(name=accelerator.name, family=family)


def inference_evidence(
    situation: Situation,
    calibration: Calibration,
    device: DeviceCalibration | None = None,
    extra: tuple[str, ...] = (),
) -> Evidence:
    """Level and notes of an inference answer."""
    accelerator = situation.deployment.accelerator
    published = calibration.level(accelerator)
    level: Level = "measured" if device is not None else published
    notes = (
        *device_notes(device),
        level_note(published, accelerator),
        *_format_notes(situation),
        *_context_notes(situation),
        *_split_notes(situation),
        *_speculation_notes(situation),
        *extra,
    )
    return Evidence(level=level, calibration=device.slug if device else None, notes=notes)


def device_notes(device: DeviceCalibration | None) -> tuple[str, ...]:
    """Says that a device's own probes were used."""
    if device is None:
        return ()
    notes = [f"Kernel rates of this device from its own probes (calibration {device.slug})."]
    if device.products:
        notes.append(
            f"{len(device.products)} matrix products that answers rest on were timed on it."
        )
    return tuple(notes)


def _format_notes(situation: Situation) -> tuple[str, ...]:
    formats = situation.formats
    peaks = situation.deployment.accelerator.peak_flops
    matrix = matrix_format(formats.weights, formats.activations, peaks)
    notes = [matrix.note] if matrix.note else []
    if bytes_per_element(formats.weights) < 1.1 and formats.weights != "int8":
        notes.append(f"Output quality may change with {formats.weights} weights: test it.")
    return tuple(notes)


def _context_notes(situation: Situation) -> tuple[str, ...]:
    workload = situation.workload
    needed, window = workload.input_tokens + workload.output_tokens, workload.model.max_context
    if window is None or needed <= window:
        return ()
    return (f"Requests of {needed:,.0f} tokens exceed the model's window of {window:,} tokens.",)


def _split_notes(situation: Situation) -> tuple[str, ...]:
    heads, ranks = situation.workload.model.query_heads, situation.plan.tensor_parallel
    if heads % ranks == 0:
        return ()
    return (f"Most runtimes refuse to split {heads} attention heads over {ranks} accelerators.",)


def _speculation_notes(situation: Situation) -> tuple[str, ...]:
    speculation = situation.workload.speculation
    if speculation is None:
        return ()
    note = (
        f"Speculative decoding at an acceptance rate of {speculation.acceptance_rate:g}, as given: "
        f"{speculation.tokens_per_step:.2f} tokens a step. No published measurement of it is in "
        "the calibration, so the interval does not cover a wrong acceptance rate."
    )
    return (note,)
