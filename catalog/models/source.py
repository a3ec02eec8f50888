"""Where a fact or a price was read."""

from django.db import models

from catalog.addresses import address


class Source(models.Model):
    """A document, repository, page or price list that facts cite."""

    class Kind(models.TextChoices):
        DATASHEET = "datasheet", "Datasheet"
        BENCHMARK = "benchmark", "Benchmark submission"
        LIBRARY = "library", "Public data set"
        PRICE_LIST = "price-list", "Price list"
        TRACKER = "tracker", "Price tracker"
        PAGE = "page", "Web page"
        PROBE = "probe", "Probe run"
        RULE = "rule", "Stated rule"
        MANUAL = "manual", "Entered by hand"

    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    url = models.URLField(max_length=400, blank=True)
    revision = models.CharField(max_length=60, blank=True, help_text="Commit or version read.")
    read_on = models.DateField(null=True, blank=True, help_text="Empty when unknown.")
    licence = models.CharField(max_length=80, blank=True)
    attribution = models.CharField(max_length=400, blank=True)
    confidence = models.PositiveSmallIntegerField(
        default=2, help_text="0 rumour, 1 second hand, 2 stated by a reader, 3 first hand."
    )
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["title", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confidence__lte=3), name="source_confidence_at_most_3"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("catalog:source", self.slug)
