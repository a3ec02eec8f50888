"""Timing single matrix products on a device because an answer rests on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User

from catalog.errors import NotMeasurable
from catalog.models import Device
from probes.protocol import Product, ProtocolError, from_data
from probes.services.errors import RunRefused
from probes.services.runs import request_probe


def time_products(
    device: Device, products: Sequence[Mapping[str, Any]], *, requested_by: User | None
) -> str:
    """Ask a device for the times of products; gives the id of the run.

    `settings.PRODUCTS_TIMED_TASK` is sent when the run has ended, however it did.

    Args:
        products: objects with `m`, `n`, `k` and `dtype`.

    Raises:
        NotMeasurable: the device cannot be asked now, or not for these.
    """
    try:
        asked = tuple(from_data(Product, product) for product in products)
        formats = dict.fromkeys(product.dtype for product in asked)
        run = request_probe(
            device=device,
            probes=[f"gemm.curve.{dtype}" for dtype in formats],
            products=asked,
            requested_by=requested_by,
        )
    except (ProtocolError, RunRefused) as error:
        raise NotMeasurable(str(error)) from error
    run.refresh_from_db()
    if not run.is_active:
        raise NotMeasurable(run.reason)
    return str(run.pk)
