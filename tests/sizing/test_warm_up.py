import pytest

from sizing.models import SizingAnswer
from sizing.warmup import warm_up

pytestmark = pytest.mark.django_db


def test_a_warm_process_has_its_fleet_and_stored_nothing(catalog, django_assert_num_queries):
    from sizing import fleet

    warm_up()
    revision = fleet.current_revision()
    with django_assert_num_queries(0):
        assert fleet.systems(revision)
    assert not SizingAnswer.objects.exists()


def test_an_empty_catalog_is_no_reason_to_fail():
    warm_up()
