"""The drawing library, and figures on their way to it."""

import json
import math
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from igmfat_nb.figures.plotly_js import PLOT_CODE_PATH, TRACES, figure_json, plot_code
from igmfat_nb.widgets.parts.appearance import BY_VOILA, SERVED
from igmfat_nb.widgets.parts.figure import figure_widget

VERSION = re.compile(r"plotly\.js (?:\(basic - minified\) )?v([\d.]+)")


def test_the_library_is_of_the_release_that_the_plotly_package_speaks_to():
    package = Path(find_spec("plotly").origin).parent / "package_data" / "plotly.min.js"

    (theirs,) = VERSION.findall(package.read_text("utf-8")[:500])
    (ours,) = VERSION.findall(plot_code()[:500])

    assert ours == theirs
    assert "MIT" in (PLOT_CODE_PATH.parent / "LICENSE").read_text("utf-8")


def test_a_figure_that_the_library_cannot_draw_is_refused_before_it_is_shown():
    for trace in TRACES:
        assert re.search(rf'moduleType:"trace",name:"{trace}"', plot_code())
    assert 'moduleType:"trace",name:"heatmap"' not in plot_code()

    with pytest.raises(ValueError, match="no heatmap"):
        figure_json(go.Figure(data=[{"type": "heatmap", "z": [[1]]}]))


def test_a_gap_stays_a_gap_and_numbers_stay_themselves():
    spec = {
        "data": [
            {"type": "scatter", "y": np.array([1.5, math.nan, math.inf, 1e-9]), "x": np.arange(4)}
        ],
        "layout": {},
    }

    assert json.loads(figure_json(spec)) == {
        "data": [{"type": "scatter", "y": [1.5, None, None, 1e-9], "x": [0, 1, 2, 3]}],
        "layout": {},
    }
    assert json.loads(figure_json(go.Figure(data=[{"y": [1, 2]}])))["data"][0]["y"] == [1, 2]


def test_a_page_of_ours_has_the_library_and_a_notebook_gets_it(monkeypatch):
    spec = {"data": [], "layout": {}}

    alone = figure_widget(spec)
    monkeypatch.setenv(SERVED, BY_VOILA)
    on_a_page = figure_widget(spec)

    assert len(on_a_page._esm) < 10_000 < 1_000_000 < len(alone._esm)
    assert alone._esm.endswith(on_a_page._esm)


def test_a_figure_shows_what_it_is_told():
    view = figure_widget({"data": [{"type": "scatter", "y": np.array([1.0])}], "layout": {}})

    view.show({"data": [{"type": "scatter", "y": np.array([2.0])}], "layout": {"height": 100}})

    assert json.loads(view.figure) == {
        "data": [{"type": "scatter", "y": [2.0]}],
        "layout": {"height": 100},
    }
