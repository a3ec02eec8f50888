"""The form with which anybody asks for an alert."""

from typing import Any

from django import forms
from django.conf import settings

from catalog.alerts.making import Asked, currencies, problems
from catalog.alerts.posting import LONGEST
from catalog.models import Alert, Offer
from catalog.models.alert import LONGEST_QUERY

NEEDS_NUMBER = "Write a price such as 2.50, or leave it empty."


class AlertForm(forms.Form):
    """Where to, what for and how often."""

    email = forms.CharField(
        required=False,
        max_length=254,
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="It gets one mail with a link; only who opens that and confirms gets more.",
    )
    webhook = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Or the https address of a webhook",
        widget=forms.URLInput,
        help_text="For programs: gets signed JSON. Its secret is shown once, after this form.",
    )
    limit = forms.DecimalField(
        required=False,
        max_digits=14,
        decimal_places=4,
        label="Only at or below",
        error_messages={"invalid": NEEDS_NUMBER},
        widget=forms.NumberInput(attrs={"step": "any", "min": "0"}),
        help_text="Price per accelerator and hour (each, for purchases). Empty for every price.",
    )
    currency = forms.ChoiceField(required=False, label="Currency of that price")
    pace = forms.ChoiceField(choices=Alert.Pace.choices, label="How often", required=False)
    name = forms.CharField(
        required=False,
        max_length=80,
        label="Name of the alert",
        help_text="Stands in what is sent.",
    )
    query = forms.CharField(required=False, max_length=LONGEST_QUERY, widget=forms.HiddenInput)
    offer = forms.ModelChoiceField(
        queryset=Offer.objects.select_related("provider", "instance", "server", "accelerator"),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "There is no such offer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(name, name) for name in currencies()]  # type: ignore[attr-defined]
        if not settings.MAIL_OFFERED:
            del self.fields["email"]
            self.fields["webhook"].label = "The https address of a webhook"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            for name, problem in problems(self.asked).items():
                self.add_error(name if name in self.fields else None, problem)
        return given

    @property
    def asked(self) -> Asked:
        """What was filled in."""
        given = dict(self.cleaned_data)
        given["pace"] = given.get("pace") or Alert.Pace.AT_ONCE
        return Asked(**given)
