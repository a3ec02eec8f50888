from sizing.charts import CostSpeedPoint, cost_speed_chart, memory_bar


def _point(**changes):
    usual = {
        "name": "8 x H100",
        "rank": 1,
        "cost": 20.0,
        "currency": "USD",
        "speed": 1000.0,
        "low": 900.0,
        "high": 1100.0,
        "on_frontier": True,
    }
    return CostSpeedPoint(**{**usual, **changes})


def test_every_point_is_drawn_with_its_rank():
    points = [_point(), _point(rank=2, cost=5.0, speed=300.0, low=250.0, high=350.0)]
    drawing = cost_speed_chart(points, speed_label="Tokens/s")
    assert drawing.count("<circle") == 2
    assert ">2</text>" in drawing


def test_the_frontier_joins_unbeaten_points_only():
    points = [_point(), _point(rank=2, cost=5.0), _point(rank=3, cost=30.0, on_frontier=False)]
    line = cost_speed_chart(points, speed_label="Tokens/s").split("<polyline")[1].split(">")[0]
    assert line.count(",") == 2


def test_names_are_escaped():
    drawing = cost_speed_chart([_point(name="<script>alert(1)</script>")], speed_label="x")
    assert "<script>" not in drawing


def test_a_strict_content_security_policy_holds():
    drawing = cost_speed_chart([_point()], speed_label="x")
    assert "style=" not in drawing
    assert "http" not in drawing


def test_no_points_draw_nothing():
    assert cost_speed_chart([], speed_label="x") == ""


def test_a_memory_bar_never_exceeds_its_track():
    drawing = memory_bar({"weights_gb": 900.0, "kv_cache_gb": 50.0, "capacity_gb": 80.0})
    assert 'width="200.0"' in drawing
    assert drawing.count("<rect") == 2


def test_memory_of_unknown_capacity_draws_nothing():
    assert memory_bar({"weights_gb": 1.0}) == ""


def test_a_shorter_latency_is_drawn_higher():
    quick, slow = _point(speed=10.0, low=9.0, high=11.0), _point(rank=2, speed=100.0)
    drawing = cost_speed_chart([quick, slow], speed_label="ms", less_is_faster=True)
    heights = [float(part.split('"')[0]) for part in drawing.split('cy="')[1:]]
    assert heights[0] < heights[1]


def test_a_rank_moves_aside_for_another():
    points = [_point(), _point(rank=2, on_frontier=False)]
    drawing = cost_speed_chart(points, speed_label="x")
    places = {part.rpartition("<text")[2] for part in drawing.split("</text>")[-3:-1]}
    assert len({place.partition(">")[0] for place in places}) == 2


def test_a_rank_without_room_is_left_out():
    points = [_point(rank=rank, on_frontier=rank == 1) for rank in range(1, 7)]
    drawing = cost_speed_chart(points, speed_label="x")
    assert ">1</text>" in drawing
    assert ">6</text>" not in drawing
