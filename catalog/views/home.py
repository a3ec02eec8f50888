"""The first page."""

from typing import Any

from django.views.generic import TemplateView

from catalog.models import (
    Accelerator,
    CatalogRevision,
    Device,
    InstanceType,
    LanguageModel,
    Offer,
    Server,
)


class Home(TemplateView):
    """What the product is for and what it knows."""

    template_name = "catalog/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            accelerator_count=Accelerator.objects.filter(derived=False).count(),
            server_count=Server.objects.count(),
            instance_count=InstanceType.objects.count(),
            offer_count=Offer.objects.filter(status=Offer.Status.LIVE).count(),
            model_count=LanguageModel.objects.count(),
            device_count=Device.objects.count(),
            revision=CatalogRevision.objects.first(),
            **kwargs,
        )
