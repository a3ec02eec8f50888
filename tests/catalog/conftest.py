"""The shipped data loaded once per module, and a small folder to bend."""

import pytest
from django.db import transaction

from catalog.loading.catalog import load_catalog
from tests.catalog.data_folder import DataFolder


@pytest.fixture
def data(db, tmp_path):
    return DataFolder(tmp_path)


@pytest.fixture(scope="module")
def shipped_report(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_catalog()
        transaction.set_rollback(True)


@pytest.fixture
def shipped(shipped_report, db):
    """The shipped catalog; what a test changes is undone."""
    return shipped_report
