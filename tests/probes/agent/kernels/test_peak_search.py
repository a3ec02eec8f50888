from probes.agent.device import Device
from probes.agent.kernels.gemm import Shape, gemm_format
from probes.agent.kernels.peak_search import SIDES, candidates, fastest

FMT = gemm_format("fp32", "cpu")
SHAPES = [Shape(m=m, n=n, k=8) for m in (8, 16, 24, 32) for n in (8, 16, 24, 32, 40, 48)]
QUICK = SHAPES[13]


class Slower(Device):
    """A CPU on which one shape runs at twice the rate of all others, and the machine slows down."""

    def __init__(self):
        super().__init__("cpu", threads=1)
        self.calls = 0

    def seconds(self, call, batch):
        a, _, c = call.args[0]
        self.calls += 1
        rate = 2.0 if (a.shape[0], c.shape[1]) == (QUICK.m, QUICK.n) else 1.0
        return batch * 2.0 * c.numel() * a.shape[1] / rate * (1 + self.calls / 1000)


def test_the_fastest_shape_is_found_among_many_though_the_machine_slows_down():
    assert fastest(Slower(), FMT, SHAPES)[0] == QUICK


def test_one_shape_alone_is_the_fastest():
    assert fastest(Slower(), FMT, SHAPES[:1]) == SHAPES[:1]


def test_candidates_keep_to_the_work_that_is_allowed():
    found = candidates(2.0e9)

    assert len(found) > 20
    assert all(2.5e8 <= shape.flops <= 2.0e9 for shape in found)


def test_a_cpu_too_slow_for_any_candidate_gets_the_smallest():
    assert candidates(1.0) == [Shape(m=SIDES[0], n=SIDES[0], k=SIDES[0])]
