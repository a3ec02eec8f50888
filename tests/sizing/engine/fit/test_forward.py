import numpy as np
import pytest

from sizing.engine.calibration import Calibration
from sizing.engine.estimate import estimate
from sizing.engine.fit.compiled import compile_cases
from sizing.engine.fit.dataset import Measured
from sizing.engine.fit.forward import observe, predict
from sizing.engine.plan import parse_plan
from sizing.engine.serving.situation import situation_of
from tests.sizing.engine.engine_parts import H100, deployment_of, inference

PLANS = {
    "static": ({"mode": "static", "batch": 16}, {"tensor_parallel": 2}),
    "concurrency": ({"mode": "concurrency", "requests": 24}, {"tensor_parallel": 2}),
    "saturated": ({"mode": "saturated"}, {"tensor_parallel": 1, "pipeline_parallel": 2}),
}
METRICS = ("ttft_ms", "tpot_ms", "request_latency_ms", "output_tokens_per_s")


def measured(name, **fields):
    load, plan = PLANS[name]
    workload = inference(load=load, **fields)
    deployment = deployment_of(H100, 2)
    return Measured(
        case=name,
        source="test",
        model="m",
        accelerator=H100.slug,
        workload=workload,
        deployment=deployment,
        situation=situation_of(workload, deployment, parse_plan(plan)),
        values=dict.fromkeys(METRICS, 1.0),
    )


@pytest.mark.parametrize("name", sorted(PLANS))
@pytest.mark.parametrize("runtime", ["vllm", "tensorrt-llm", "llama.cpp"])
@pytest.mark.parametrize("model", ["llama-3.1-8b", "mixtral-8x7b"])
def test_the_fit_prices_like_the_engine(name, runtime, model):
    case = measured(name, runtime=runtime, model=model, weights="fp8")
    compiled = compile_cases([case])
    theta = np.linspace(-0.3, 0.3, len(compiled.names))
    observed = observe(compiled)
    residuals, _ = predict(compiled, observed, theta)
    factors = dict(zip(compiled.names, theta, strict=True))
    answer = estimate(
        case.workload,
        case.deployment,
        PLANS[name][1],
        Calibration(version="test", factors=factors),
    )
    for metric, residual in zip(observed.metric, residuals, strict=True):
        assert np.exp(residual) == pytest.approx(answer.metrics[metric].value, rel=1e-6)


def test_slopes_are_those_of_finite_differences():
    compiled = compile_cases([measured(name, model="mixtral-8x7b") for name in PLANS])
    observed = observe(compiled)
    theta = np.zeros(len(compiled.names))
    residuals, jacobian = predict(compiled, observed, theta)
    for index in range(len(theta)):
        moved = theta.copy()
        moved[index] += 1e-5
        slope = (predict(compiled, observed, moved)[0] - residuals) / 1e-5
        assert jacobian[:, index] == pytest.approx(slope, abs=1e-3)
