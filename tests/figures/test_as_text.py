"""A figure as text: the data of each trace, whatever carries it; also inside a widget."""

import ipywidgets as ipw
import plotly.graph_objects as go
import pytest

from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.widgets.explorer.curve_panel import curve_panel
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.parts.figure import figure_widget, figures_text


def cells(text):
    return [line.split() for line in text.splitlines()]


def test_each_array_of_a_trace_is_summed_up():
    figure = go.Figure(go.Scatter(x=[0, 1, 2], y=[1.5, 5, 0.25], name="a"))

    assert cells(figure_text(figure)) == [
        ["trace", "type", "of", "points", "first", "last", "least", "most", "sum"],
        ["a", "scatter", "x", "3", "0", "2", "0", "2", "3"],
        ["a", "scatter", "y", "3", "1.5", "0.25", "0.25", "5", "6.75"],
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"y": [1, 4, 1]},
        {"x": [0, 1, 3]},
        {"name": "b"},
        {"width": [1, 1, 2]},
        {"base": [0, 1, 0]},
        {"customdata": [7, 8, 8]},
        {"text": ["p", "q", "s"]},
        {"error_y": {"array": [0, 0, 2]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_what_is_drawn_changes_the_text(change):
    usual = {
        "x": [0, 1, 2],
        "y": [1, 5, 1],
        "name": "a",
        "width": [1, 1, 1],
        "base": [0, 0, 0],
        "customdata": [7, 8, 9],
        "text": ["p", "q", "r"],
        "error_y": {"array": [0, 0, 1]},
    }

    assert figure_text(go.Figure(go.Bar(usual | change))) != figure_text(go.Figure(go.Bar(usual)))


def test_a_colour_and_the_last_bits_of_a_number_change_nothing():
    one = go.Figure(go.Scatter(y=[1 / 3, -0.0], line={"color": "red"}))
    other = go.Figure(go.Scatter(y=[1 / 3 + 1e-13, 0.0], line={"color": "blue"}))

    assert figure_text(one) == figure_text(other)


def test_words_lines_and_a_trace_without_points_are_there_too():
    figure = go.Figure(go.Scatter(name="none"))
    figure.add_hline(y=3, annotation_text="aim")

    text = figure_text(figure)

    assert ["none", "scatter", "x", "0", "–", "–", "–", "–", "–"] in cells(text)
    assert ["line", "0", "1", "3", "3"] in cells(text)
    assert ["1", "3", "aim"] in cells(text)


def test_words_that_are_a_trace_stand_where_they_are_written_and_the_title_is_there():
    words = go.Scatter(x=[14, 14], y=[38.25, 100], text=["\N{EN SPACE}none", "aim"], mode="text")

    found = cells(figure_text(go.Figure(words, {"title": {"text": "IgM"}})))

    assert found == [
        ["x", "y", "words"],
        ["14", "38.25", "none"],
        ["14", "100", "aim"],
        ["–", "–", "IgM"],
    ]


def test_figures_of_a_page_are_read_from_their_models_in_order():
    figures = [go.Figure(go.Scatter(y=[y])) for y in (1, 2)]
    first, second = map(figure_widget, figures)
    page = ipw.VBox([ipw.HTML("words"), ipw.Box([first]), ipw.HBox([ipw.VBox([second])])])

    assert figures_text(page) == figure_text(*figures)
    assert figures_text(ipw.HTML()) == ""


def test_a_panel_shows_what_its_model_says_now():
    model = ExplorerModel.of(SYNTHETIC_PATIENT)
    panel = curve_panel(model)

    model.weight_kg = "100"

    volumes = next(row for row in cells(figures_text(panel)) if "customdata" in row)
    assert volumes[-5:] == ["500", "500", "500", "500", "1500"]  # 5 mL/kg on three days
