"""The figure of a course: what was measured and predicted stands at its points, dates below."""

import numpy as np

from igmfat_nb.case.ward_clock import HourZero
from igmfat_nb.figures.time_words import in_words
from igmfat_nb.figures.titration import CourseCurve, blank_personal_spec, personal_spec
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.workspace.times import Times

TIME_H = np.arange(0.0, 174.0, 6.0)
BAND = {name: np.full(len(TIME_H), 100.0) for name in ("p5", "p25", "p50", "p75", "p95")}


def spec():
    case = teaching_case("surprising-titre").case  # 34, 86, 171 mg/dL; 491 and 104 mL
    predicted = {24.0: (51.1, 80.1, 109.1), 48.0: (63.4, 82.4, 99.4)}
    return personal_spec(
        CourseCurve(case, 48.0, TIME_H, BAND, BAND, outlying_h=[48.0], predicted=predicted)
    )


def named(spec, name):
    return next(trace for trace in spec["data"] if trace.get("name") == name)


def test_values_predictions_and_volumes_stand_at_their_points():
    drawn = spec()

    points = named(drawn, "Measured")
    assert points["text"] == ["34", "86", "171"]
    assert points["textposition"] == ["bottom center", "bottom center", "middle left"]
    assert points["hovertext"] == [
        "34 mg/dL", "86 mg/dL, predicted 80 (51–109)", "171 mg/dL, predicted 82 (63–99)",
    ]  # fmt: skip
    bar = named(drawn, "Predicted, 90 %")  # only where a titre is asked about
    ends = bar["error_y"]
    assert (bar["x"].tolist(), bar["y"].tolist()) == ([2], [82.4])
    assert (bar["y"] - ends["arrayminus"], bar["y"] + ends["array"]) == (63.4, 99.4)
    words = [trace["text"] for trace in drawn["data"] if trace.get("mode") == "text"]
    assert ["491", "104"] in words


def test_the_axis_counts_days_or_the_dates_of_the_ward():
    by_hours = in_words(spec(), Times().on_figure(), TIME_H)
    assert "ticktext" not in by_hours["layout"]["xaxis"]
    assert by_hours["data"][0]["hovertext"][8] == "hour 48"

    zero = HourZero.read("2026-11-23 06:30")  # a Monday
    axis = in_words(spec(), Times(zero, by_clock=True).on_figure(), TIME_H)["layout"]["xaxis"]
    assert axis["ticktext"][:3] == ["Mon<br>23", "Tue<br>24", "Wed<br>25"]
    assert axis["tickvals"][:3] == [0, 1, 2]
    assert axis["title"]["text"] == "From Mon 23 Nov 06:30"

    undated = Times(HourZero.read("06:30"), by_clock=True).on_figure()
    axis = in_words(spec(), undated, TIME_H)["layout"]["xaxis"]
    assert (axis["ticktext"][:2], axis["title"]["text"]) == (["1", "2"], "Day, at 06:30")


def test_an_empty_figure_has_the_same_traces_in_the_same_order():
    kinds = [(trace["type"], trace.get("mode")) for trace in spec()["data"]]

    assert [(trace["type"], trace.get("mode")) for trace in blank_personal_spec()["data"]] == kinds
