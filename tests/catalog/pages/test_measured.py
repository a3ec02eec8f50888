import uuid

import pytest
from django.utils import timezone

from catalog.models import Accelerator, Device, Host, Measurement
from tests.catalog.data_folder import SXM


@pytest.fixture
def device(data):
    data.load()
    host = Host.objects.create(name="box", machine_id=uuid.uuid4().hex)
    accelerator = Accelerator.objects.get(slug=SXM["slug"])
    return Device.objects.create(
        host=host, uuid="GPU-1", backend="cuda", name="A GPU", accelerator=accelerator
    )


def measure(device, value, **changes):
    fields = {"probe": "mem.copy", "metric": "dram_bytes_per_s", "unit": "B/s", **changes}
    return Measurement.objects.create(
        device=device, run_id=uuid.uuid4(), value=value, measured_at=timezone.now(), **fields
    )


def page(client):
    return client.get(f"/accelerators/{SXM['slug']}/").content.decode()


def test_a_measured_figure_stands_beside_the_stated_one(client, device):
    row = measure(device, 3.015e12, verdict="verified")
    html = page(client)
    assert "Measured on attached devices" in html
    assert "3,015" in html and "90 %" in html
    assert f"/runs/{row.run_id}/report/" in html


def test_the_newest_run_of_a_device_counts(client, device):
    measure(device, 1.0e12)
    measure(device, 3.0e12)
    assert "1,000" not in page(client).split("Measured on attached devices")[1].split("</table>")[0]


def test_without_devices_there_is_no_such_table(client, data):
    data.load()
    assert "Measured on attached devices" not in page(client)
