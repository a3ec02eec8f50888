"""What the first request would otherwise wait for."""

from django.urls import get_resolver

from catalog.models import LanguageModel
from sizing import fleet, selectors
from sizing.engine.recommend import parse_sizing_request, recommend
from sizing.requests import model_finder


def warm_up() -> None:
    """Load addresses, calibration and fleet into this process and rank once; stores nothing."""
    _ = get_resolver().url_patterns
    _rank_once()


def _rank_once() -> None:
    revision = fleet.current_revision()
    systems = fleet.systems(revision)
    model = LanguageModel.objects.values_list("slug", flat=True).first()
    if not systems or model is None:
        return
    workload = {
        "kind": "llm-inference",
        "model": model,
        "input_tokens": 128,
        "output_tokens": 32,
        "load": {"mode": "concurrency", "requests": 1},
    }
    request = parse_sizing_request({"workload": workload}, model_finder(revision))
    recommend(request, systems, selectors.shipped_calibration())
