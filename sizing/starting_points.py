"""Named workloads to start from. Each only fills in fields, and says where they come from."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

SPLITWISE = "https://arxiv.org/abs/2311.18677"
SPLITWISE_TITLE = "Patel et al., Splitwise, 2023"


@frozen(kw_only=True)
class StartingPoint:
    """Fields of the sizing form under a name.

    Attributes:
        origin: where the numbers come from; says so where they are an assumption.
        source_title, source_url: of the publication, empty where there is none.
    """

    slug: str
    name: str
    fields: Mapping[str, Any]
    origin: str
    source_title: str = ""
    source_url: str = ""


STARTING_POINTS = (
    StartingPoint(
        slug="chat-assistant",
        name="Chat assistant",
        fields={
            "load_mode": "concurrency",
            "load_amount": 64,
            "input_tokens": 1020,
            "output_tokens": 129,
            "ttft_ms": 1000,
            "tpot_ms": 50,
            "percentile": "95",
        },
        origin=(
            "The lengths are the medians of a conversation service at Azure in 2023. "
            "Load and limits are an assumption."
        ),
        source_title=SPLITWISE_TITLE,
        source_url=SPLITWISE,
    ),
    StartingPoint(
        slug="code-completion",
        name="Code completion",
        fields={
            "load_mode": "rate",
            "load_amount": 5,
            "input_tokens": 1500,
            "output_tokens": 13,
            "ttft_ms": 300,
            "tpot_ms": 30,
            "percentile": "95",
        },
        origin=(
            "The lengths are the medians of a coding service at Azure in 2023. "
            "Load and limits are an assumption."
        ),
        source_title=SPLITWISE_TITLE,
        source_url=SPLITWISE,
    ),
    StartingPoint(
        slug="retrieval",
        name="Answers from documents (RAG)",
        fields={
            "load_mode": "rate",
            "load_amount": 2,
            "input_tokens": 4000,
            "output_tokens": 300,
            "ttft_ms": 1500,
            "tpot_ms": 50,
            "percentile": "95",
        },
        origin=(
            "An assumption: eight passages of 400 tokens, 800 for instructions and question, "
            "and an answer of about 225 words."
        ),
    ),
    StartingPoint(
        slug="agent",
        name="Agent with tools",
        fields={
            "load_mode": "concurrency",
            "load_amount": 16,
            "input_tokens": 8000,
            "output_tokens": 300,
            "prefix_cache_hit_rate": 0.8,
            "ttft_ms": 1500,
            "tpot_ms": 30,
            "percentile": "95",
        },
        origin=(
            "An assumption: each turn sends the whole history again, of which four fifths are in "
            "the prefix cache."
        ),
    ),
    StartingPoint(
        slug="reasoning",
        name="Reasoning",
        fields={
            "load_mode": "concurrency",
            "load_amount": 32,
            "input_tokens": 1000,
            "output_tokens": 4000,
            "tpot_ms": 25,
        },
        origin="An assumption: thousands of tokens of thought before a short answer.",
    ),
    StartingPoint(
        slug="batch-summaries",
        name="Summaries in a batch",
        fields={
            "load_mode": "saturated",
            "load_amount": None,
            "input_tokens": 4000,
            "output_tokens": 200,
        },
        origin=(
            "An assumption: documents of about 3,000 words, nobody waits, and the cost per token "
            "counts."
        ),
    ),
)


def starting_point(slug: str) -> StartingPoint | None:
    """The one of that name; None when there is none."""
    return next((point for point in STARTING_POINTS if point.slug == slug), None)
