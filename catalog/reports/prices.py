"""An accepted report about a price: an observation, and the usual checks of an offer."""

from decimal import Decimal

from django.db.models import Q

from catalog.errors import RefusedRow
from catalog.fingerprints import fingerprint
from catalog.loading import offer_checks
from catalog.models import Offer, OfferObservation, Source, ValueReport
from catalog.reports.values import parse


def observe(report: ValueReport, source: Source) -> None:
    """Append the observation; the newest one is the offer's price. Sets the outcome.

    Raises:
        RefusedRow: an import would refuse the price.
    """
    offer: Offer = report.subject
    amount: Decimal = parse(offer, "amount", report.proposed_value)
    if wrong := reasons_against(report):
        raise RefusedRow(str(offer), wrong)
    report.replaced_value = f"{offer.amount.normalize():f}"
    report.observation = OfferObservation.objects.create(
        offer=offer,
        amount=amount,
        currency=offer.currency,
        observed_on=report.read_on,
        source=source,
        locator=f"Report {report.pk}",
        fingerprint=fingerprint("report", report.pk),
    )
    report.followed = offer.observed_on is None or report.read_on >= offer.observed_on
    if report.followed:
        offer.amount, offer.observed_on, offer.source = amount, report.read_on, source
        _judge(offer)
        offer.save(update_fields=["amount", "observed_on", "source", "status", "status_reason"])


def reasons_against(report: ValueReport) -> dict[str, str]:
    """What the checks of an import would refuse, by field."""
    offer: Offer = report.subject
    return offer_checks.price_row(
        {
            "amount": parse(offer, "amount", report.proposed_value),
            "accelerator_count": offer.accelerator_count,
            "currency": offer.currency,
            "pricing": offer.pricing,
        }
    )


def _judge(offer: Offer) -> None:
    """Suspect when far from the median of its kind; what was withdrawn stays withdrawn."""
    if offer.status == Offer.Status.WITHDRAWN:
        return
    like_it = Offer.objects.filter(
        accelerator=offer.accelerator, pricing=offer.pricing, currency=offer.currency
    ).exclude(Q(pk=offer.pk) | Q(status=Offer.Status.WITHDRAWN))
    prices = list(like_it.values_list("slug", "amount_per_accelerator"))
    prices.append((offer.slug, float(offer.amount / offer.accelerator_count)))
    reason = offer_checks.suspects({"like it": prices}).get(offer.slug, "")
    offer.status = Offer.Status.SUSPECT if reason else Offer.Status.LIVE
    offer.status_reason = reason
