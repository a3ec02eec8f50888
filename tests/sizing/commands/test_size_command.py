import json

import pytest
from django.core.management import CommandError, call_command

from sizing.models import Sizing

pytestmark = pytest.mark.django_db
REQUEST = {
    "workload": {
        "kind": "llm-inference",
        "model": "llama-3.1-8b",
        "input_tokens": 500,
        "output_tokens": 100,
        "load": {"mode": "concurrency", "requests": 16},
    }
}


@pytest.fixture
def request_file(tmp_path):
    path = tmp_path / "request.json"
    path.write_text(json.dumps(REQUEST))
    return path


def test_the_answer_is_json(catalog, request_file, capsys):
    call_command("size", str(request_file))
    answer = json.loads(capsys.readouterr().out)
    assert answer["recommendations"]
    assert answer["id"] == Sizing.objects.get().pk


def test_the_table_names_system_and_cost(catalog, request_file, capsys):
    call_command("size", str(request_file), table=True)
    printed = capsys.readouterr().out
    assert "nvidia-h100-sxm5-80gb" in printed
    assert "USD" in printed


def test_a_wrong_request_names_the_field(catalog, tmp_path):
    path = tmp_path / "request.json"
    path.write_text('{"workload": {"kind": "llm-inference"}}')
    with pytest.raises(CommandError, match=r"workload\.model"):
        call_command("size", str(path))


def test_old_sizings_are_pruned_and_pinned_ones_kept(catalog, request_file, capsys):
    import datetime as dt

    from django.utils import timezone

    call_command("size", str(request_file))
    old = timezone.now() - dt.timedelta(days=91)
    Sizing.objects.update(created_at=old, pinned=True)
    call_command("prune_sizings")
    assert Sizing.objects.count() == 1
    Sizing.objects.update(pinned=False)
    call_command("prune_sizings")
    assert Sizing.objects.count() == 0
