"""Probes of links, with the host's memory standing where accelerators would be."""

import contextlib

import pytest
import torch

from probes.agent.device import Device
from probes.agent.kernels import pcie, peer
from probes.agent.kernels.context import Context, SkippedProbeError
from probes.agent.registry import suite_probes, why_not
from probes.agent.runner import used_by, uses_whole_host
from tests.probes.agent.values import a_cpu, a_gpu, a_job


class Stream:
    """A stream on which everything has already happened."""

    def synchronize(self):
        pass


class Accelerators:
    """What the kernels use of torch.cuda."""

    def __init__(self, count):
        self.count = count

    def device_count(self):
        return self.count

    def synchronize(self, index=None):
        assert index is None or index < self.count

    Stream = Stream

    @staticmethod
    def stream(_stream):
        return contextlib.nullcontext()


class HostDevice(Device):
    """A device whose memory is the host's."""

    accelerators = Accelerators(2)

    def __init__(self, backend, **_options):
        super().__init__("cpu", threads=1)
        self.backend, self.kind = backend, "cpu"

    @property
    def module(self):
        return self.accelerators


@pytest.fixture(autouse=True)
def host_memory(monkeypatch):
    monkeypatch.setattr("probes.agent.device.Device", HostDevice)
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda tensor: tensor)
    monkeypatch.setattr(pcie, "WAKE_S", 0.0)


def context(probe):
    return Context(job=a_job(), info=a_gpu(), probe=probe)


@pytest.mark.parametrize("probe", ["pcie.h2d", "pcie.d2h", "pcie.bidir"])
def test_a_host_link_is_timed_and_its_bytes_are_compared(probe):
    figure = pcie.run(context(probe)).measurements[0]
    assert figure.value > 0
    assert figure.correctness.metric == "wrong_bytes" and figure.correctness.ok


def test_both_ways_count_what_goes_up_and_what_comes_down():
    both, up = (pcie.run(context(p)).measurements[0] for p in ("pcie.bidir", "pcie.h2d"))
    assert both.formula.bytes == 2 * up.formula.bytes


def test_every_ordered_pair_of_peers_is_measured_and_each_pair_both_ways(monkeypatch):
    monkeypatch.setattr(HostDevice, "accelerators", Accelerators(3))
    found = peer.run(context("p2p")).measurements
    one_way = {m.metric for m in found if m.metric.startswith("bytes_per_s.")}
    both = {m.metric for m in found if m.metric.startswith("both_")}
    assert len(one_way) == 6 and len(both) == 3
    assert all(m.correctness.ok for m in found)


def test_a_single_accelerator_has_no_peer(monkeypatch):
    monkeypatch.setattr(HostDevice, "accelerators", Accelerators(1))
    with pytest.raises(SkippedProbeError, match="no peer"):
        peer.run(context("p2p"))


def test_links_come_last_but_for_the_soak():
    *rest, last = suite_probes("standard", a_gpu())
    links = [probe for probe in rest if uses_whole_host(probe)]
    assert last == "soak"
    assert rest[-len(links) :] == links


def test_a_cpu_says_why_it_has_no_links():
    assert "host's memory" in why_not("p2p", a_cpu())


def test_a_job_with_links_holds_the_device_itself_too():
    job = a_job(probes=("coll.all_reduce",))
    assert a_cpu().uuid in used_by(job, a_cpu())
