"""What the OpenAPI document allows, asked at random: nothing comes back that it does not name."""

import os

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from knox.models import AuthToken
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    status_code_conformance,
)

from config.wsgi import application

pytestmark = pytest.mark.django_db
# SCHEMATHESIS_EXAMPLES=200 asks longer than a suite should.
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "4"))
PROMISES = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.fixture
def _one_connection():
    """Requests run inside this test's transaction, so they may not close its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(params=["operator", "stranger"])
def headers(request):
    if request.param == "stranger":
        return {}
    _, token = AuthToken.objects.create(user=get_user_model().objects.create(username="ada"))
    return {"Authorization": f"Bearer {token}"}


def _ask(operation, headers):
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case):
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=PROMISES)

    asked()


@pytest.mark.usefixtures("catalog", "_one_connection")
def test_no_operation_faults_or_answers_with_an_undocumented_status_or_content_type(headers):
    document = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    broken = []
    for operation in document.get_all_operations():
        try:
            _ask(operation.ok(), headers)
        except Exception as error:  # noqa: BLE001 - every broken promise is told, not the first
            broken.append(f"{operation.ok().label}: {error}")
    assert not broken, "\n\n".join(broken)
