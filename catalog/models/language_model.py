"""Language models: the published configuration that sizing lowers to operations."""

from django.db import models
from django.db.models import Q

from catalog.models.constraints import positive_or_unknown


class LanguageModel(models.Model):
    """One published model. `config` is what its maker publishes as config.json."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    hf_id = models.CharField(max_length=140, blank=True, verbose_name="Hugging Face id")
    config = models.JSONField()
    published_quantisation = models.JSONField(null=True, blank=True)
    mlp_matrices = models.PositiveSmallIntegerField(null=True, blank=True)
    parameters_b_nominal = models.FloatField(
        null=True, blank=True, help_text="Total in 1e9, as its maker states it."
    )
    source = models.CharField(max_length=300)
    source_read_on = models.DateField(null=True, blank=True)
    confirmed = models.BooleanField(default=True, help_text="The configuration was read again.")
    licence = models.CharField(max_length=80, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            *positive_or_unknown("language_model", ("parameters_b_nominal", "mlp_matrices")),
            models.CheckConstraint(condition=~Q(source=""), name="language_model_has_source"),
        ]

    def __str__(self) -> str:
        return self.name
