import math

from probes.agent.kernels.gemm_sizes import CPU_CURVE_RANGES, scattered, thin

SHAPES = scattered(128)


def sizes(axis):
    return [(shape.m, shape.n, shape.k)[axis] for shape in SHAPES]


def test_scattered_sizes_stay_within_their_ranges():
    for axis, (low, high) in enumerate(CPU_CURVE_RANGES):
        assert low <= min(sizes(axis)) and max(sizes(axis)) <= high


def test_scattered_sizes_are_as_many_in_each_eighth_of_a_range():
    for axis, (low, high) in enumerate(CPU_CURVE_RANGES):
        span = math.log(high / low)
        eighths = [min(7, int(8 * math.log(size / low) / span)) for size in sizes(axis)]
        assert all(8 <= eighths.count(part) <= 24 for part in range(8))


def test_scattered_sizes_are_hardly_ever_powers_of_two():
    powers = [shape for shape in SHAPES if math.log2(shape.n * shape.k).is_integer()]
    assert len(powers) < len(SHAPES) / 10


def test_scattered_shapes_are_the_same_every_time():
    assert scattered(128) == SHAPES


def test_thinning_keeps_the_smallest_and_the_largest():
    kept = thin(SHAPES, 24)
    flops = sorted(shape.flops for shape in SHAPES)
    assert (kept[0].flops, kept[-1].flops, len(kept)) == (flops[0], flops[-1], 24)
