"""Walks every heading that pages show against the glossary."""

import re
from pathlib import Path

import pytest

from catalog.abbreviations import abbreviations, explained
from catalog.comparing.ratios import accelerator_ratios, offer_ratios, server_ratios
from catalog.fields import LABELS
from catalog.listing import columns
from sizing.glossary import ANCHORS, TERMS
from sizing.presentation.inputs import LABELS as INPUTS
from sizing.presentation.words import METRICS

TEMPLATES = Path(__file__).parents[2] / "templates"
HEAD = re.compile(r"<(th|caption|dt|h[1-4])\b[^>]*>(.*?)</\1>", re.DOTALL)
MARKUP = re.compile(r"<[^>]*>|{[{%].*?[%}]}")
LISTS = {name: found for name, found in vars(columns).items() if name.isupper()}


def of_columns(name):
    return [text for column in LISTS[name] for text in (column.label, column.unit)]


def missing(texts):
    words = {word for text in texts for word in abbreviations(text)}
    return sorted(word for word in words if word.lower() not in ANCHORS)


@pytest.mark.parametrize("name", [name for name in LISTS if isinstance(LISTS[name], list)])
def test_the_glossary_explains_the_column_heads_of_every_list(name):
    assert missing(of_columns(name)) == []


def test_the_glossary_explains_the_labels_of_facts_metrics_and_inputs():
    pairs = [*LABELS.values(), *METRICS.values()]
    assert missing([*(text for pair in pairs for text in pair), *INPUTS.values()]) == []


def test_the_glossary_explains_what_a_watt_and_a_dollar_buy(db):
    lines = [
        line for ratios in (accelerator_ratios, server_ratios, offer_ratios) for line in ratios([])
    ]
    assert missing([text for line in lines for text in (line.label, line.unit)]) == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_an_abbreviation_in_a_heading_of_a_page_leads_to_the_glossary(path):
    heads = [head for _, head in HEAD.findall(path.read_text())]
    bare = [head for head in heads if "glossary" not in head]
    assert [head for head in bare if abbreviations(MARKUP.sub(" ", head))] == []


def test_abbreviations_of_texts_are_linked_once_for_each_term():
    found = explained(["BF16 dense", "TFLOPS", "FP16 dense", "Memory", "GiB", "GB"])
    assert [(one.word, one.anchor) for one in found] == [
        ("BF16", "bf16-fp16"),
        ("TFLOPS", "flop"),
        ("GiB", "gb-gib"),
    ]


def test_every_anchor_is_a_term():
    assert len(set(ANCHORS.values())) == len(TERMS)
