"""Changes of rows: append-only, one line per column that got another value."""

from django.db import models

from catalog.addresses import address
from catalog.fields import LABELS, label

PAGES = {"accelerator", "server", "instance", "vendor", "source"}
FACT_PAGES = {"accelerator", "server", "instance"}
LONGEST = 300


class RowChange(models.Model):
    """What became of one row, or of one column of it; never changed or deleted.

    It names its row by slug, so that it outlasts the row. Values are texts as they were then.
    """

    class Kind(models.TextChoices):
        CATALOG = "catalog", "Catalog"
        ACCELERATOR = "accelerator", "Accelerator"
        SERVER = "server", "Server"
        INSTANCE = "instance", "Instance type"
        OFFER = "offer", "Offer"
        MODEL = "model", "Model"
        VENDOR = "vendor", "Vendor"
        SOURCE = "source", "Source"

    class What(models.TextChoices):
        FIRST = "first", "first load"
        ADDED = "added", "added"
        CHANGED = "changed", "changed"
        REMOVED = "removed", "removed"

    class Origin(models.TextChoices):
        LOAD = "load", "shipped data"
        IMPORT = "import", "import of prices"
        EDIT = "edit", "edit by hand"
        REPORT = "report", "accepted report"

    revision = models.ForeignKey(
        "CatalogRevision", on_delete=models.PROTECT, related_name="row_changes"
    )
    changed_at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    slug = models.CharField(max_length=200)
    row_id = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(max_length=LONGEST)
    what = models.CharField(max_length=8, choices=What.choices, verbose_name="change")
    field = models.CharField(max_length=60, blank=True)
    old = models.CharField(max_length=LONGEST, blank=True)
    new = models.CharField(max_length=LONGEST, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    source = models.ForeignKey(
        "Source",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="row_changes",
        help_text="What the new value rests on; empty for an edit by hand without a claim.",
    )
    origin = models.CharField(max_length=8, choices=Origin.choices)
    by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "slug", "-id"], name="catalog_change_of_row"),
            models.Index(fields=["changed_at"], name="catalog_change_time"),
            # Holds all that facets group by, so that counting them reads no rows.
            models.Index(fields=["kind", "what", "field", "origin"], name="catalog_change_facets"),
        ]

    def __str__(self) -> str:
        if self.what != self.What.CHANGED:
            return f"{self.name}: {self.what}"
        return f"{self.name}: {self.field} {self.old or 'unknown'} to {self.new or 'unknown'}"

    def get_absolute_url(self) -> str:
        """Page of the row; empty where it has none."""
        if self.what in (self.What.REMOVED, self.What.FIRST):
            return ""
        if self.kind == self.Kind.OFFER and self.row_id:
            return address("catalog:offer", self.row_id)
        return address(f"catalog:{self.kind}", self.slug) if self.kind in PAGES else ""

    @property
    def fact_url(self) -> str:
        """Page of the fact that changed, with every claim about it; empty where it has none."""
        has_page = self.kind in FACT_PAGES and self.field in LABELS
        return f"{self.get_absolute_url()}facts/{self.field}/" if has_page else ""

    @property
    def field_label(self) -> str:
        """What people call the column; empty for a row as a whole."""
        return label(self.field) if self.field else ""
