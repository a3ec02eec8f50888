from sizing.presentation.host_needs import need_rows

TOLD = {"formula": "2 x 3", "assumption": "None."}


def test_a_figure_gets_its_name_and_unit():
    (row,) = need_rows([{"name": "disk_gb", "value": 241.0, "low": None, "high": None, **TOLD}])
    assert (row.label, row.amount, row.formula) == ("Disk", "241 GB", "2 x 3")


def test_a_range_shows_both_ends():
    (row,) = need_rows([{"name": "load_time_s", "value": None, "low": 9.0, "high": 118, **TOLD}])
    assert row.amount == "9 to 118 s"


def test_an_answer_from_before_these_figures_has_no_rows():
    assert need_rows(None) == []
