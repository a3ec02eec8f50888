import attrs
import numpy as np
import pytest

from sizing.engine.fitting import (
    GemmPoint,
    RooflinePrior,
    fit_roofline,
    inside_hull,
    predict,
    workload_sigma,
)
from sizing.engine.roofline import gemm_work, ridge_seconds


def test_clean_points_give_the_parameters_back(probe, prior, truth):
    fit = fit_roofline(probe(), prior)

    for name in ("peak_flops", "bytes_per_s", "t0_s"):
        assert getattr(fit, name) == pytest.approx(truth[name], rel=0.05)


def test_noisy_points_predict_unseen_shapes(probe, prior, truth):
    fit = fit_roofline(probe(noise=0.1, seed=3), prior)
    m, n, k = np.array([24, 96, 700, 3000]), 5120, 5120
    true = ridge_seconds(*gemm_work(m, n, k, "bf16"), **truth)
    seconds, _, _ = predict(fit, m, n, k)

    assert np.median(np.abs(seconds / true - 1)) < 0.1


def test_the_interval_covers_about_nine_of_ten_unseen_shapes(probe, prior, truth):
    inside = []
    for seed in range(20):
        fit = fit_roofline(probe(noise=0.15, seed=seed), prior)
        random = np.random.default_rng(1000 + seed)
        m = 2 ** random.integers(0, 12, 20)
        true = ridge_seconds(*gemm_work(m, 4096, 4096, "bf16"), **truth)
        measured = true * np.exp(0.15 * random.standard_normal(20))
        _, low, high = predict(fit, m, 4096, 4096)
        inside.append(np.mean((low <= measured) & (measured <= high)))

    assert 0.85 <= np.mean(inside) <= 0.98


def test_one_wild_point_hardly_moves_the_fit(probe, prior):
    clean = probe(noise=0.05, seed=1)
    wild = [attrs.evolve(clean[0], seconds=clean[0].seconds * 100), *clean[1:]]
    plain, robust = fit_roofline(clean, prior), fit_roofline(wild, prior)

    assert robust.peak_flops == pytest.approx(plain.peak_flops, rel=0.2)
    assert robust.bytes_per_s == pytest.approx(plain.bytes_per_s, rel=0.2)


def test_one_wild_point_does_not_make_the_interval_useless(probe, prior):
    clean = probe(noise=0.05, seed=1)
    wild = [attrs.evolve(clean[0], seconds=clean[0].seconds * 100), *clean[1:]]

    assert fit_roofline(wild, prior).residual_rms < 2 * fit_roofline(clean, prior).residual_rms


def test_repeats_of_a_shape_count_as_one(probe, prior):
    once = probe(noise=0.1, seed=2)
    thrice = fit_roofline([*once, *once, *once], prior)
    plain = fit_roofline(once, prior)

    assert thrice.n == plain.n == 24
    assert thrice.peak_flops == pytest.approx(plain.peak_flops, rel=1e-3)
    assert thrice.residual_rms == pytest.approx(plain.residual_rms, rel=1e-2)


def test_repeats_that_differ_widen_the_interval(probe, prior):
    points = probe(noise=0.02, seed=4)
    slower = [attrs.evolve(point, seconds=point.seconds * 1.5) for point in points]
    steady, shaky = fit_roofline(points, prior), fit_roofline([*points, *slower], prior)

    assert shaky.residual_rms > 2 * steady.residual_rms


def test_the_prior_decides_what_points_cannot_tell(prior):
    memory_bound = [
        GemmPoint(m=1, n=n, k=n, dtype="bf16", seconds=2 * n * n / 3e12 + 5e-6)
        for n in (2048, 4096, 8192, 16384)
    ]
    fit = fit_roofline(memory_bound, prior)

    assert fit.bytes_per_s == pytest.approx(3e12, rel=0.15)
    assert fit.peak_flops == pytest.approx(prior.peak_flops, rel=0.1)


def test_a_device_far_below_its_datasheet_is_found_out(probe):
    fit = fit_roofline(probe(), RooflinePrior.of_datasheet(7e15, 30e12))

    assert fit.peak_flops == pytest.approx(700e12, rel=0.15)


def test_more_scatter_widens_the_interval(probe, prior):
    widths = []
    for scatter in (0.0, 0.3):
        points = [attrs.evolve(point, scatter=scatter) for point in probe(noise=0.05)]
        _, low, high = predict(fit_roofline(points, prior), 256, 4096, 4096)
        widths.append(float(np.log(high / low)))

    assert widths[1] > 3 * widths[0]


def test_outside_the_probed_hull_the_band_is_doubled(probe, prior):
    fit = fit_roofline(probe(noise=0.1), prior)
    _, low, high = predict(fit, [256, 256], [4096, 65536], [4096, 65536])
    widths = np.log(high / low)

    assert widths[1] > 1.5 * widths[0]
    assert list(inside_hull(fit, [256, 256], [4096, 65536], [4096, 65536])) == [True, False]


def test_sizes_off_the_tile_grid_are_less_certain(probe, prior):
    fit = fit_roofline(probe(noise=0.05), prior)
    _, low, high = predict(fit, 256, [4096, 4097], 4096)

    assert np.diff(np.log(high / low)) > 0


def test_low_value_and_high_stand_in_order(probe, prior):
    fit = fit_roofline(probe(noise=0.2), prior)
    value, low, high = predict(fit, np.arange(1, 3000, 7), 4096, 4096)

    assert ((low < value) & (value < high)).all()


def test_a_sum_of_many_shapes_is_surer_than_one(probe, prior):
    fit = fit_roofline(probe(noise=0.1), prior)

    assert workload_sigma(fit, 16) < workload_sigma(fit, 1)
    assert workload_sigma(fit, 1000) == workload_sigma(fit, 16) > 0.03


def test_the_covariance_is_symmetric_and_positive(probe, prior):
    covariance = fit_roofline(probe(noise=0.1), prior).covariance

    assert np.allclose(covariance, covariance.T)
    assert (np.linalg.eigvalsh(covariance) > 0).all()


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("inf"), float("nan")])
def test_a_time_that_is_none_is_refused(prior, seconds):
    point = GemmPoint(m=1, n=1, k=1, dtype="bf16", seconds=seconds)

    with pytest.raises(ValueError, match="positive"):
        fit_roofline([point], prior)


def test_formats_are_not_mixed(probe, prior):
    points = probe(count=4)

    with pytest.raises(ValueError, match="one format"):
        fit_roofline([*points, attrs.evolve(points[0], dtype="fp16")], prior)


def test_no_points_are_refused(prior):
    with pytest.raises(ValueError, match="at least one point"):
        fit_roofline([], prior)


def test_a_single_point_still_gives_a_fit(probe, prior):
    fit = fit_roofline(probe(count=1), prior)

    assert fit.n == 1
    assert np.isfinite(predict(fit, 64, 4096, 4096)).all()
