from catalog.comparing.lines import Line, Value, split


def line(label, *texts, about=""):
    return Line(label=label, unit="", values=tuple(Value(text=text) for text in texts), about=about)


def labels(lines):
    return [line.label for line in lines]


def test_a_measured_line_stands_beside_what_is_stated():
    lines = [line("Peak", "1", "2", about="peak"), line("Power", "3", "4")]
    different, _ = split([*lines, line("Peak, measured", "0.9", "1.8", about="peak")])
    assert labels(different) == ["Peak", "Peak, measured", "Power"]


def test_lines_about_the_same_differ_together():
    stated = line("Peak", "1", "1", about="peak")
    measured = line("Peak, measured", "0.9", "0.8", about="peak")
    different, equal = split([stated, line("Power", "3", "3"), measured])
    assert labels(different) == ["Peak", "Peak, measured"]
    assert labels(equal) == ["Power"]


def test_a_line_that_nobody_knows_is_left_out():
    different, equal = split([line("Weight", "\N{EM DASH}", "\N{EM DASH}")])
    assert (different, equal) == ([], [])
