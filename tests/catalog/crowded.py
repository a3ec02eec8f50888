"""Many rows of every noun, made as copies because loading hundreds of each takes too long."""

from catalog.models import (
    Accelerator,
    InstanceType,
    Offer,
    OfferObservation,
    Server,
    Source,
    Vendor,
)
from catalog.services import record_edit

NOUNS = (Vendor, Source, Accelerator, Server, InstanceType, Offer)


def crowd(number, models=NOUNS):
    """Make `number` rows of each model, and a revision as every change does."""
    for model in models:
        original = model.objects.first()
        kept = {
            field.attname: getattr(original, field.attname)
            for field in model._meta.concrete_fields
            if not field.primary_key and not field.generated
        }
        start = model.objects.count()
        model.objects.bulk_create(
            model(**kept | _own(model, original, place)) for place in range(start, number)
        )
    _observe()
    record_edit("crowded")


def _observe():
    unseen = Offer.objects.filter(observations=None)
    OfferObservation.objects.bulk_create(
        OfferObservation(
            offer=offer,
            amount=offer.amount,
            currency=offer.currency,
            observed_on=offer.observed_on,
            source_id=offer.source_id,
            fingerprint=offer.slug,
        )
        for offer in unseen
    )


def _own(model, original, place):
    own = {"slug": f"{original.slug}-{place}"}
    if model in (Vendor, InstanceType):
        own["name"] = f"{original.name} {place}"
    if model is Server:
        own["model"] = f"{original.model} {place}"
    if model is Offer:
        own["amount"] = original.amount + place
        own["region"] = f"region {place % 7}"
    return own
