"""The inputs of rent-or-buy: a number and a slider each, sent by GET."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from django import forms
from django.http import QueryDict

from sizing.formats import plain
from sizing.ownership import Purchase, Rent, RentOrBuy

BILLING_CHOICES = [("used", "Only for the hours used"), ("always", "For every hour")]
SLIDE, WAS = "_slide", "_was"


@frozen(kw_only=True)
class Slider:
    """A range beside a number field."""

    least: float
    most: float
    step: float

    def place(self, value: float) -> str:
        """Where the slider stands for a value: a browser knows no place between its steps."""
        held = min(max(value, self.least), self.most)
        steps = round((held - self.least) / self.step)
        return plain(round(self.least + steps * self.step, 6))


SLIDERS: Mapping[str, Slider] = {
    "use_percent": Slider(least=5, most=100, step=5),
    "lifetime_months": Slider(least=12, most=84, step=6),
    "residual_percent": Slider(least=0, most=80, step=5),
    "interest_percent": Slider(least=0, most=20, step=0.5),
    "pue": Slider(least=1, most=2, step=0.05),
    "tariff_per_kwh": Slider(least=0, most=0.6, step=0.01),
    "colocation_per_kw": Slider(least=0, most=400, step=10),
}


def _number(label: str, least: float, most: float, text: str = "") -> forms.FloatField:
    return forms.FloatField(label=label, min_value=least, max_value=most, help_text=text)


class RentOrBuyForm(forms.Form):
    """Everything the comparison rests on; all money in one currency."""

    rent_per_h = _number("Rent per accelerator and hour", 1e-6, 1e6)
    rent_billing = forms.ChoiceField(label="Rent is paid", choices=BILLING_CHOICES)
    price = _number("Price of the server", 1e-2, 1e10, "Whole, with everything in it.")
    accelerators = forms.IntegerField(label="Accelerators in it", min_value=1, max_value=100_000)
    use_percent = _number("Hours at work (%)", 0.1, 100, "Of all hours of a month.")
    lifetime_months = forms.IntegerField(label="Kept for (months)", min_value=1, max_value=240)
    residual_percent = _number("Sold at the end for (%)", 0, 100, "Of its price.")
    interest_percent = _number("Interest (% a year)", 0, 100, "On what is still tied up in it.")
    power_w = _number("Power at work (W)", 0, 1e8, "Of the whole server.")
    idle_percent = _number("Power when idle (%)", 0, 100, "Of the power at work.")
    pue = _number("PUE", 1, 5, "Power of the site over power of the machines.")
    tariff_per_kwh = _number("Electricity per kWh", 0, 100, "0 where colocation includes it.")
    colocation_per_kw = _number("Colocation per kW and month", 0, 1e5, "0 in a room of your own.")
    rack_units = _number("Rack units", 0, 1000)
    colocation_per_unit = _number("Colocation per rack unit and month", 0, 1e5)
    sizing = forms.CharField(
        label="Your sizing",
        required=False,
        max_length=300,
        help_text="Its address or id, for the cost of a million tokens.",
    )

    def to_case(self) -> RentOrBuy:
        """The comparison that a valid form asks for."""
        data = self.cleaned_data
        return RentOrBuy(
            accelerators=data["accelerators"],
            use=data["use_percent"] / 100,
            purchase=Purchase(
                price=data["price"],
                lifetime_months=data["lifetime_months"],
                residual_share=data["residual_percent"] / 100,
                interest_per_year=data["interest_percent"] / 100,
                busy_power_w=data["power_w"],
                idle_share=data["idle_percent"] / 100,
                pue=data["pue"],
                tariff_per_kwh=data["tariff_per_kwh"],
                colocation_per_kw_month=data["colocation_per_kw"],
                colocation_per_unit_month=data["colocation_per_unit"],
                rack_units=data["rack_units"],
            ),
            rent=Rent(
                per_accelerator_h=data["rent_per_h"],
                only_when_used=data["rent_billing"] == "used",
            ),
        )


def settled(query: QueryDict) -> QueryDict | None:
    """The query with every slider that was moved put into its number; None without sliders.

    A form without JavaScript sends both: the slider counts where it no longer stands where the
    page had put it, so that whichever of the two was moved wins.
    """
    if not any(f"{name}{SLIDE}" in query for name in SLIDERS):
        return None
    found = query.copy()
    for name in SLIDERS:
        slide, was = query.get(f"{name}{SLIDE}"), query.get(f"{name}{WAS}")
        if slide is not None and was is not None and slide != was:
            found[name] = slide
        found.pop(f"{name}{SLIDE}", None)
        found.pop(f"{name}{WAS}", None)
    return found


def slider_of(name: str, value: Any) -> dict[str, Any] | None:
    """What a template needs to draw the slider of a field; None where it has none."""
    slider = SLIDERS.get(name)
    if slider is None:
        return None
    try:
        at = slider.place(float(value))
    except (TypeError, ValueError, OverflowError):
        at = plain(slider.least)
    return {"least": slider.least, "most": slider.most, "step": slider.step, "at": at}
