"""What a load did: counts per noun, and every row that was refused or queued, with the reason."""

from collections import Counter

from attrs import Factory, define, frozen

from catalog.history.log import Log

CHANGES = ("added", "changed", "unchanged", "refused", "queued")


@frozen(kw_only=True)
class Refusal:
    """One reason why one field of one row is refused, queued or worth a look."""

    noun: str
    row: str
    field: str
    reason: str
    outcome: str = "refused"

    @property
    def queued(self) -> bool:
        """Whether the row waits in the review queue."""
        return self.outcome == "queued"

    def __str__(self) -> str:
        word = self.outcome
        return f"{self.noun} {self.row}: {word}: {self.field}: {self.reason}"


@define
class Report:
    """Counts and refusals of one load, and what it changed in which row."""

    counts: dict[str, Counter] = Factory(dict)
    refusals: list[Refusal] = Factory(list)
    log: Log = Factory(Log)

    def add(self, noun: str, change: str, number: int = 1) -> None:
        """Count rows of a noun."""
        self.counts.setdefault(noun, Counter())[change] += number

    def refuse(self, noun: str, row: str, reasons: dict[str, str]) -> None:
        """Note a row that does not enter the catalog, with every reason by field."""
        self.add(noun, "refused")
        for field, reason in reasons.items():
            self.refusals.append(Refusal(noun=noun, row=row, field=field, reason=reason))

    def queue(self, noun: str, row: str, field: str, reason: str) -> None:
        """Note a row that waits in the review queue."""
        self.add(noun, "queued")
        entry = Refusal(noun=noun, row=row, field=field, reason=reason, outcome="queued")
        self.refusals.append(entry)

    def warn(self, noun: str, row: str, field: str, reason: str) -> None:
        """Note a row that enters the catalog but is worth a look."""
        entry = Refusal(noun=noun, row=row, field=field, reason=reason, outcome="warning")
        self.refusals.append(entry)

    @property
    def changed(self) -> bool:
        """Whether any row was added or changed."""
        return any(count["added"] or count["changed"] for count in self.counts.values())

    def summary(self) -> dict[str, dict[str, int]]:
        """Counts as plain values."""
        return {noun: dict(count) for noun, count in self.counts.items()}

    def lines(self) -> list[str]:
        """The counts, one line per noun."""
        return [
            f"{noun:<18}"
            + "  ".join(f"{count[change]:>5} {change}" for change in CHANGES if count[change])
            for noun, count in self.counts.items()
            if any(count.values())
        ]
