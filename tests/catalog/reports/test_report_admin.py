import pytest
from django.urls import reverse

from catalog.models import Accelerator, ValueReport
from catalog.reports.filing import Reported, file_report
from tests.catalog.data_folder import SXM


@pytest.fixture
def filed(data):
    data.load()
    row = Accelerator.objects.get(slug=SXM["slug"])
    said = Reported(value="650", source_url="https://maker.example/h100.pdf")
    return file_report(row, "tdp_w", said)


def url(report):
    return reverse("admin:catalog_valuereport_change", args=[report.pk])


def decide(client, report, **given):
    return client.post(url(report), {"decision_remark": "", "confidence": "2"} | given)


def test_a_reviewer_accepts_a_report(filed, admin_client):
    assert decide(admin_client, filed, decision="accept").status_code == 302
    filed.refresh_from_db()
    assert (filed.status, filed.decided_by, filed.subject.tdp_w) == ("accepted", "admin", 650)


def test_a_reviewer_rejects_a_report_with_a_remark(filed, admin_client):
    decide(admin_client, filed, decision="reject", decision_remark="The PCIe card.")
    filed.refresh_from_db()
    assert (filed.status, filed.decision_remark) == ("rejected", "The PCIe card.")


def test_a_rejection_needs_a_remark(filed, admin_client):
    response = decide(admin_client, filed, decision="reject")
    assert response.status_code == 200
    assert "Say why" in response.content.decode()


def test_a_report_left_open_stays_open(filed, admin_client):
    decide(admin_client, filed, decision="")
    filed.refresh_from_db()
    assert filed.status == "open"


def test_a_value_that_an_import_would_refuse_is_not_accepted(filed, admin_client):
    ValueReport.objects.update(field="link_bidirectional_gb_s", proposed_value="7200")
    response = decide(admin_client, filed, decision="accept")
    assert "An import would refuse this" in response.content.decode()
    filed.refresh_from_db()
    assert filed.status == "open"


def test_a_decided_report_can_be_read_and_not_changed(filed, admin_client):
    decide(admin_client, filed, decision="accept")
    assert "650" in admin_client.get(url(filed)).content.decode()
    assert decide(admin_client, filed, decision="reject").status_code == 403


def test_a_report_cannot_be_deleted(filed, admin_client):
    delete = reverse("admin:catalog_valuereport_delete", args=[filed.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
