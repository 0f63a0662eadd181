"""The figure of a course: what it draws is what was computed, and it can be read."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.comparison import compare_arms
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.figures.style import label_heights, spread
from igmfat_nb.figures.two_arms import blank_spec, course_figure, course_spec

INTERMEDIATE = Assumptions("intermediate")
PATIENT = Patient(
    sex="male", age_years=64.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.3, igm_mg_dl=38.0
)


@pytest.fixture(scope="module")
def comparison():
    return compare_arms(PATIENT, INTERMEDIATE, seed=1)


@pytest.fixture(scope="module")
def traces(comparison):
    return {trace.get("name", ""): trace for trace in course_spec(comparison)["data"]}


def words_of(spec):
    """Text → (x, y) of the words on the titres' axis."""
    names = next(trace for trace in spec["data"] if trace.get("mode") == "text")
    words = [word.strip() for word in names["text"]]
    return dict(zip(words, zip(names["x"], names["y"], strict=True), strict=True)), names


def test_lines_are_the_courses_in_days_and_mg_dl(comparison, traces):
    course = comparison.arms["personalised"].course

    line = traces["Personalised"]

    assert line["x"][[0, 24, -1]] == pytest.approx([0, 1, 14])
    assert line["y"] == pytest.approx(course.igm_mg_dl[:, 0], abs=0.005)
    untreated = traces["Untreated"]["y"]
    assert untreated[:73] == pytest.approx(np.full(73, 38.0))
    assert untreated[336] == pytest.approx(50.16, abs=0.005)  # make_reference_courses.py


def test_the_wide_band_of_an_arm_is_drawn_from_5_to_95_percent(comparison):
    wide, narrow, *_others = course_spec(comparison)["data"]
    quantiles = comparison.arms["standard"].quantiles
    there, back = np.split(wide["y"], 2)

    assert there == pytest.approx(quantiles["p95"], abs=0.005)
    assert back[::-1] == pytest.approx(quantiles["p5"], abs=0.005)
    assert np.split(narrow["y"], 2)[0] == pytest.approx(quantiles["p75"], abs=0.005)


def test_an_infusion_stands_where_it_runs_and_is_as_high_as_its_volume(traces):
    standard, personalised = traces["Standard, dose"], traces["Personalised, dose"]

    begins = (standard["x"] - standard["width"] / 2) * 24
    assert begins == pytest.approx([2, 26, 50], abs=0.01)  # 2 h after each titre
    assert standard["width"] * 24 == pytest.approx([12.5] * 3, abs=0.01)  # 400 mL at 32 mL/h
    assert standard["y"] == pytest.approx([400 / 431] * 3, abs=1e-4)
    assert personalised["customdata"].tolist() == [431, 90, 125, 111, 104, 97, 90]


def test_target_and_enrolment_lines_are_named_beside_their_end(comparison):
    spec = course_spec(comparison)
    layout = spec["layout"]
    line_px = 0.07 * layout["yaxis"]["range"][1]

    named, trace = words_of(spec)
    # Four lines end between 50 and 60 mg/dL: their names stand in order, the highest 1.5 lines up.
    for words, level, lines in (("target 100", 100, 1), ("enrolment 60", 60, 1.5)):
        assert abs(named[words][1] - level) < lines * line_px
        assert named[words][0] == 14  # covers no curve
    assert set(trace["textposition"]) == {"middle right"}
    assert not trace["cliponaxis"]
    assert [shape["y0"] for shape in layout["shapes"][:2]] == [100, 60]


def test_arms_differ_by_colour_and_by_line(traces):
    lines = [traces[name]["line"] for name in ("Standard", "Personalised", "Untreated")]

    assert len({line["color"] for line in lines}) == 3
    assert len({line["dash"] for line in lines}) == 3


def test_labels_at_the_line_ends_stand_in_the_order_of_the_ends_and_apart(comparison):
    spec = course_spec(comparison)
    top = spec["layout"]["yaxis"]["range"][1]

    names = {words: y for words, (_x, y) in words_of(spec)[0].items()}
    arms = [f"<b>{name}</b>" for name in ("Untreated", "Standard", "Personalised")]
    rising = [names[words] for words in (*arms, "enrolment 60", "target 100")]

    assert (np.diff(rising) >= 0.07 * top - 1e-9).all()


def test_nothing_on_a_figure_is_measured_by_the_browser(comparison):
    for layout in (course_spec(comparison)["layout"], blank_spec()["layout"]):
        assert "annotations" not in layout
        for axis in (layout["xaxis"], layout["yaxis"]):
            assert (axis["tickangle"], axis["ticklabeloverflow"]) == (0, "allow")


@pytest.mark.parametrize(
    ("ends", "heights"),
    [
        ([2.0, 1.0, 3.0], [7.0, 0.0, 14.0]),  # the lowest would stand at -5
        ([99.0, 100.0, 98.0], [93.0, 100.0, 86.0]),
        ([50.0, 10.0, 90.0], [50.0, 10.0, 90.0]),
        ([3.0, 3.0, 60.0], [0.0, 7.0, 60.0]),  # equal ones keep their order
    ],
)
def test_labels_stay_on_the_axis_where_plotly_shows_them(ends, heights):
    assert label_heights(ends, 7.0, 100.0) == pytest.approx(heights)


def test_a_blank_figure_has_the_same_traces_and_not_one_point(comparison):
    blank, full = blank_spec()["data"], course_spec(comparison)["data"]

    assert [trace["type"] for trace in blank] == [trace["type"] for trace in full]
    assert [len(trace["y"]) for trace in blank] == [0] * len(full)


def test_plotly_accepts_both_figures_and_writes_them_without_nan(comparison):
    for figure in (course_figure(comparison), go.Figure(blank_spec())):
        written = figure.to_json()

        assert "NaN" not in written
        assert len(json.loads(written)["data"]) == 11


def test_a_patient_who_needs_no_dose_has_a_figure_without_infusions():
    well = PATIENT.model_copy(update={"igm_mg_dl": 150.0})

    traces = {
        t.get("name"): t for t in course_spec(compare_arms(well, INTERMEDIATE, seed=1))["data"]
    }

    assert len(traces["Personalised, dose"]["x"]) == 0
    assert np.isfinite(traces["Standard, dose"]["y"]).all()


@given(st.lists(st.floats(0, 1000), max_size=6), st.floats(0.1, 100))
def test_spread_labels_keep_their_order_and_their_distance(values, gap):
    placed = spread(values, gap)

    order = np.argsort(values, kind="stable")
    distances = np.diff(np.array(placed)[order]) if values else np.empty(0)
    assert (distances >= gap - 1e-9).all()
    assert np.mean(placed or [0]) == pytest.approx(np.mean(values or [0]))
