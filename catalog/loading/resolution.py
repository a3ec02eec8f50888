"""Which variant a source means: from the name and the other facts of its row, never by guess.

A GPU name is no key: form factor and memory are part of the identity. A name that fits several
variants is narrowed by the row's own memory size, form and instance name; what stays ambiguous
goes to the review queue.
"""

import re
from collections.abc import Iterable

from attrs import field, frozen

from catalog.names import name_key, words

_MEMORY_WORD = re.compile(r"^\d+gb$")
_FORM_WORDS = {
    "pcie": "pcie",
    "nvl": "pcie",
    "oam": "oam",
    "superchip": "superchip",
    "hgx": "sxm",
    **{f"sxm{version}": "sxm" for version in ("", 2, 3, 4, 5, 6)},
}
# Words by which variants of one part differ; a name without them is short, not another part.
_DISTINGUISHING = {"quadro", "server", "workstation", "max", "q", "edition", "blackwell", "se"}
_DISTINGUISHING |= {"we", "hbm2", "hbm2e", "hbm3", "hbm3e", "nvl72"}
# Cloud rows give what the driver reports (22.4 GiB of 24), some give the label of the package.
_MEMORY_LOW, _MEMORY_HIGH = 0.90, 1.07


@frozen(kw_only=True)
class Variant:
    """What resolution needs to know of an accelerator."""

    slug: str
    form: str
    memory_label_gb: float | None
    alias_keys: frozenset[str]
    alias_words: frozenset[frozenset[str]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        kept = frozenset(frozenset(key.split()) for key in self.alias_keys)
        object.__setattr__(self, "alias_words", kept)


@frozen(kw_only=True)
class FamilyRule:
    """A provider's own statement of what its instance family carries."""

    provider: str
    pattern: re.Pattern[str]
    accelerator: str
    counts: dict[str, str] = field(factory=dict)
    source: str = ""


@frozen(kw_only=True)
class Stated:
    """The facts of one row that can tell variants apart."""

    name: str
    memory_gb: float | None = None
    form: str = ""
    provider: str = ""
    instance: str = ""


@frozen(kw_only=True)
class Resolution:
    """One slug, or a reason code with the candidates that are left."""

    slug: str = ""
    reason: str = ""
    detail: str = ""
    candidates: tuple[str, ...] = ()


class Resolver:
    """Resolves stated names against one state of the catalog."""

    def __init__(self, variants: Iterable[Variant], rules: Iterable[FamilyRule] = ()) -> None:
        self._variants = {variant.slug: variant for variant in variants}
        self._rules = tuple(rules)

    def rule_for(self, provider: str, instance: str) -> FamilyRule | None:
        """What the provider says about its instance family."""
        for rule in self._rules:
            if instance and rule.provider == provider and rule.pattern.fullmatch(instance):
                return rule
        return None

    def resolve(self, stated: Stated) -> Resolution:
        """The variant that the row means, or why it stays open."""
        rule = self.rule_for(stated.provider, stated.instance)
        if rule is not None:
            return self._confirm([rule.accelerator], stated)
        if not stated.name.strip():
            return Resolution(reason="no-accelerator", detail="The row names no accelerator.")
        if stated.name in self._variants:
            return self._confirm([stated.name], stated)
        named = self._named(stated)
        if not named:
            detail = f"No variant is called {stated.name!r}."
            return Resolution(reason="unknown-accelerator", detail=detail)
        return self._confirm(named, stated)

    def _named(self, stated: Stated) -> list[str]:
        key = name_key(stated.name)
        exact = [v.slug for v in self._variants.values() if key in v.alias_keys]
        if any(self._memory_fits(slug, stated) for slug in exact):
            return exact
        core = frozenset(
            word
            for word in words(stated.name)
            if not _MEMORY_WORD.match(word) and word not in _FORM_WORDS and word != "nvlink"
        )
        # A form or memory that the name gives is checked as a fact of the row.
        return [v.slug for v in self._variants.values() if _fits(core, v)] or exact

    def _confirm(self, slugs: list[str], stated: Stated) -> Resolution:
        kept = [slug for slug in slugs if self._memory_fits(slug, stated)]
        if not kept:
            sizes = ", ".join(f"{s} has {self._variants[s].memory_label_gb:g}" for s in slugs)
            detail = f"The row says {_stated_memory(stated):g} GB; {sizes}."
            return Resolution(reason="memory-mismatch", detail=detail, candidates=tuple(slugs))
        form = _stated_form(stated)
        kept = [slug for slug in kept if not form or self._variants[slug].form == form] or kept
        if len(kept) == 1:
            return Resolution(slug=kept[0])
        detail = f"{stated.name!r} fits {len(kept)} variants and the row does not tell them apart."
        return Resolution(reason="ambiguous", detail=detail, candidates=tuple(sorted(kept)))

    def _memory_fits(self, slug: str, stated: Stated) -> bool:
        variant = self._variants.get(slug)
        memory_gb, label_gb = _stated_memory(stated), variant and variant.memory_label_gb
        if variant is None or not memory_gb or not label_gb:
            return variant is not None
        return _MEMORY_LOW * label_gb <= memory_gb <= _MEMORY_HIGH * label_gb


def _fits(core: frozenset[str], variant: Variant) -> bool:
    if not core:
        return False
    for known in variant.alias_words:
        rest = known - core
        if core <= known and all(_is_distinguishing(word) for word in rest):
            return True
    return False


def _is_distinguishing(word: str) -> bool:
    return word in _DISTINGUISHING or word in _FORM_WORDS or bool(_MEMORY_WORD.match(word))


def _stated_memory(stated: Stated) -> float:
    if stated.memory_gb:
        return stated.memory_gb
    sizes = [int(word[:-2]) for word in words(stated.name) if _MEMORY_WORD.match(word)]
    return float(sizes[0]) if sizes else 0.0


def _stated_form(stated: Stated) -> str:
    for word in [*words(stated.form), *words(stated.name)]:
        if word in _FORM_WORDS:
            return _FORM_WORDS[word]
    return ""
