import pytest

from catalog.models import Device, Host
from tests.probes import factories

pytestmark = pytest.mark.django_db


def test_a_registered_host_is_online_with_its_devices():
    factories.TestHost().register()
    host = Host.objects.get()
    assert host.status == "online"
    assert host.devices.get().name == "Test Processor 9000"


def test_a_processor_gets_an_accelerator_of_its_own():
    factories.TestHost().register()
    accelerator = Device.objects.get().accelerator
    assert accelerator.derived
    assert accelerator.slug.startswith("cpu-")


def test_registering_again_updates_and_does_not_double():
    box = factories.TestHost()
    box.register()
    box.register(factories.cpu_info(box.machine_id, driver_version="2"))
    assert Device.objects.get().driver_version == "2"


def test_an_unknown_accelerator_stays_open_instead_of_guessed():
    box = factories.TestHost()
    box.register(
        factories.cpu_info(box.machine_id, uuid="GPU-1", backend="cuda", name="Unheard-of GPU")
    )
    assert Device.objects.get().accelerator is None


def test_two_hosts_may_not_be_one_machine():
    one = factories.TestHost(name="one")
    one.register()
    other = factories.TestHost(name="other", machine_id=one.machine_id)
    assert not other.register()
    assert Host.objects.get().name == "one"


def test_a_device_of_a_host_that_is_online_cannot_be_claimed():
    one, other = factories.TestHost(name="one"), factories.TestHost(name="other")
    one.register()
    other.register(factories.cpu_info(one.machine_id))
    assert Device.objects.get().host.name == "one"


def test_a_host_that_never_registered_has_no_say():
    assert not factories.TestHost().heartbeat()
