"""The queue of reports in the admin: read, decide with a remark, keep."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from catalog.errors import CatalogError
from catalog.models import Source, ValueReport
from catalog.provenance.choosing import CONFIDENCE
from catalog.reports import deciding
from catalog.reports.checking import refusals
from catalog.reports.sources import DEFAULT_CONFIDENCE

ACCEPT, REJECT = "accept", "reject"


class DecisionForm(forms.ModelForm):
    """Accept or reject, with the reason."""

    decision = forms.ChoiceField(
        choices=[("", "Leave open"), (ACCEPT, "Accept"), (REJECT, "Reject")], required=False
    )
    confidence = forms.TypedChoiceField(
        coerce=int,
        choices=list(enumerate(CONFIDENCE)),
        initial=DEFAULT_CONFIDENCE,
        help_text="In the source, when the catalog does not know it yet. The usual choice "
        "follows the value unless the one that stands comes from a source that is trusted more.",
    )

    class Meta:
        model = ValueReport
        fields = ["decision_remark"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == REJECT and not given.get("decision_remark"):
            self.add_error("decision_remark", "Say why, for the reporter and for later reviewers.")
        if given.get("decision") == ACCEPT:
            for field, why in refusals(self.instance).items():
                self.add_error("decision", f"An import would refuse this: {field}: {why}.")
        return given


@admin.register(ValueReport)
class ValueReportAdmin(admin.ModelAdmin):
    """Reports wait here; a decided one can be read and never changed or deleted."""

    form = DecisionForm
    list_display = ["__str__", "stated_value", "proposed_value", "status", "reported_at"]
    list_filter = ["status", "field"]
    list_select_related = ["accelerator", "server__vendor", "instance__provider", "offer"]
    search_fields = ["accelerator__slug", "server__slug", "instance__slug", "offer__slug", "field"]
    readonly_fields = [
        *("subject", "field", "stated_value", "proposed_value", "source_url", "known_source"),
        *("read_on", "remark", "email", "reported_at", "status", "decided_at", "decided_by"),
        *("followed", "claim", "observation"),
    ]
    fields = [*readonly_fields, "decision", "decision_remark", "confidence"]

    @admin.display(description="Source in the catalog")
    def known_source(self, report: ValueReport) -> str:
        """The source with this address, if the catalog has it."""
        source = Source.objects.filter(url=report.source_url).first()
        return f"{source}, confidence {source.confidence} of 3" if source else "not known yet"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_open = obj is None or obj.status == ValueReport.Status.OPEN
        return is_open and super().has_change_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: ValueReport, form: DecisionForm, change: bool
    ) -> None:
        """Pass the decision on; without one nothing is saved."""
        given = form.cleaned_data
        remark, by = given["decision_remark"], str(request.user)
        try:
            if given["decision"] == ACCEPT:
                done = deciding.accept(obj, by=by, remark=remark, confidence=given["confidence"])
                self.message_user(request, _outcome(done))
            elif given["decision"] == REJECT:
                deciding.reject(obj, by=by, remark=remark)
        except CatalogError as error:
            self.message_user(request, str(error), "ERROR")


def _outcome(report: ValueReport) -> str:
    if report.followed:
        return f"The row says {report.proposed_value} now."
    return "The claim is kept beside the value that stands, which is trusted more."
