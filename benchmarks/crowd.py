"""Fills an installation with offers nobody made: `python -m benchmarks.crowd OFFERS OBSERVATIONS`.

Copies of the shipped offers with other names, prices and days, for measuring how lists behave when
there are many. Only ever run on an installation made for it.
"""

import datetime as dt
import os
import random
import sys
from decimal import Decimal

BATCH = 5000
SEED = 1


def main(offers: int, observations: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    _fill(offers, observations)


def _fill(wanted: int, observations: int) -> None:
    from catalog.models import Offer, OfferObservation

    chance, today = random.Random(SEED), dt.date(2026, 11, 27)
    originals = list(Offer.objects.all())
    made: list[int] = []
    for start in range(0, wanted - len(originals), BATCH):
        rows = [
            _copy(chance.choice(originals), f"crowd-{start + i}", chance, today)
            for i in range(min(BATCH, wanted - len(originals) - start))
        ]
        made += [row.pk for row in Offer.objects.bulk_create(rows)]
    source = originals[0].source_id
    for start in range(0, observations, BATCH):
        OfferObservation.objects.bulk_create(
            OfferObservation(
                offer_id=made[(start + i) % len(made)],
                amount=Decimal(chance.randint(10, 9000)) / 100,
                currency="USD",
                observed_on=today - dt.timedelta(days=chance.randint(0, 900)),
                source_id=source,
                fingerprint=f"crowd-{start + i}",
            )
            for i in range(min(BATCH, observations - start))
        )


def _copy(original: object, slug: str, chance: random.Random, today: dt.date) -> object:
    from catalog.models import Offer

    kept = {
        field.attname: getattr(original, field.attname)
        for field in Offer._meta.concrete_fields  # noqa: SLF001 - the documented way to copy a row
        if field.attname not in ("id", "slug", "amount_per_accelerator")
    }
    kept["amount"] = Decimal(kept["amount"]) * Decimal(chance.randint(50, 200)) / 100
    kept["observed_on"] = today - dt.timedelta(days=chance.randint(0, 700))
    kept["region"] = f"region-{chance.randint(1, 60)}"
    return Offer(slug=slug, **kept)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
