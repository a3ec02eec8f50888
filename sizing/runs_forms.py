"""What a visitor may ask of the models that run on an accelerator."""

from typing import Any, cast

from django import forms

PRECISION_CHOICES = [
    ("bf16", "bf16 (16 bit)"),
    ("fp8", "fp8 (8 bit)"),
    ("int4", "int4 (4 bit)"),
]
FIT_CHOICES = [("", "All models"), ("yes", "Those that fit"), ("no", "Those that do not fit")]
ORDER_CHOICES = [
    ("size", "Smallest first"),
    ("-size", "Largest first"),
    ("name", "By name"),
    ("ttft", "Shortest wait for the first token"),
    ("tpot", "Shortest time per further token"),
    ("rate", "Most tokens per second"),
]


class RunsForm(forms.Form):
    """Precision, number of accelerators, model size and order; everything has a default."""

    precision = forms.ChoiceField(choices=PRECISION_CHOICES, required=False, label="Weights")
    count = forms.TypedChoiceField(
        required=False, label="Accelerators", coerce=int, empty_value=None
    )
    min_parameters_b = forms.FloatField(
        required=False, min_value=0, label="At least (billion parameters)"
    )
    max_parameters_b = forms.FloatField(
        required=False, min_value=0, label="At most (billion parameters)"
    )
    fits = forms.ChoiceField(choices=FIT_CHOICES, required=False, label="Show")
    order = forms.ChoiceField(choices=ORDER_CHOICES, required=False, label="Order")

    def __init__(self, counts: tuple[int, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [(str(count), f"On {count}") for count in counts]
        count = cast("forms.ChoiceField", self.fields["count"])
        count.choices = [("", "On the fewest that hold it"), *numbers]

    @staticmethod
    def defaults() -> dict[str, Any]:
        """What is shown while the form holds something wrong."""
        return {"precision": PRECISION_CHOICES[0][0]}

    def clean_precision(self) -> str:
        return self.cleaned_data["precision"] or PRECISION_CHOICES[0][0]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        least, most = found.get("min_parameters_b"), found.get("max_parameters_b")
        if least is not None and most is not None and least > most:
            self.add_error("max_parameters_b", "Give a number that is not below the least size.")
        return found
