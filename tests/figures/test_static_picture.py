"""Figures as static pictures: where things stand is worked out by hand from margins and ranges."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import nbconvert
import nbformat
import numpy as np
import plotly.graph_objects as go
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from igmfat_nb.figures.static.picture import description, figure_svg
from igmfat_nb.reports.document import figure_html
from igmfat_nb.reports.section import PLOTLY_MIME, SVG_MIME, Figure
from igmfat_nb.widgets.parts.appearance import BY_VOILA, SERVED

SVG = "{http://www.w3.org/2000/svg}"
#: A plot of 500 × 200 px whose corner stands 100 px from the left and 50 px from the top.
MARGIN = {"l": 100, "r": 80, "t": 50, "b": 50}
PLAIN = {"visible": False, "zeroline": False}


def spec(*traces, x=None, y=None, **layout):
    """A figure of 680 × 300 px."""
    axes = {"xaxis": {**PLAIN, **(x or {})}, "yaxis": {**PLAIN, **(y or {})}}
    whole = {"height": 300, "margin": MARGIN, "showlegend": False, **axes, **layout}
    return {"data": list(traces), "layout": whole}


def line(x, y, colour="#ff0000", **more):
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": colour}} | more


def drawn(figure):
    return ElementTree.fromstring(figure_svg(figure, title="A figure"))  # noqa: S314


def paths(svg, colour, by="stroke"):
    """Points of every path in a colour."""
    found = []
    for path in svg.iter(f"{SVG}path"):
        if f"{by}: {colour}" in path.get("style", ""):
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d"))]
            found.append(np.reshape(numbers, (-1, 2)))
    return found


def words(svg):
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def test_a_line_goes_through_its_points():
    # 4 of 10 days are 200 of 500 px; 25 of 100 mg/dL are 50 of 200 px, from the bottom at 250.
    ends = {"x": {"range": [0, 10]}, "y": {"range": [0, 100]}}

    (path,) = paths(drawn(spec(line([0, 4, 10], [0, 25, 100]), **ends)), "#ff0000")

    assert path == pytest.approx(np.array([[100, 250], [300, 200], [600, 50]]), abs=0.01)


def test_a_gap_in_a_line_stays_a_gap():
    ends = {"x": {"range": [0, 4]}, "y": {"range": [0, 1]}}
    figure = spec(line([0, 1, 2, 3, 4], [0, 0, None, 1, 1]), **ends)

    (path,) = [p.get("d") for p in drawn(figure).iter(f"{SVG}path") if "ff0000" in p.get("style")]

    assert path.count("M") == 2


def test_a_log_axis_counts_powers():
    # From 1 to 10,000 each power of ten has 125 px; plotly gives ranges as exponents.
    x = {"type": "log", "range": [0, 4]}
    figure = spec(line([1, 100, 10_000], [0, 0, 0]), x=x, y={"range": [0, 1]})

    (path,) = paths(drawn(figure), "#ff0000")

    assert path[:, 0] == pytest.approx([100, 350, 600], abs=0.01)


def test_ticks_of_a_log_axis_are_whole_numbers_and_all_different():
    x = {"type": "log", "range": [0, 3], "dtick": "D2", "visible": True}

    said = words(drawn(spec(line([1, 1000], [0, 1]), x=x)))

    assert said == ["1", "2", "5", "10", "20", "50", "100", "200", "500", "1,000"]


def test_two_panels_share_the_lower_axis():
    # Upper half 50 to 150 px, lower quarter 200 to 250 px.
    lower = {"domain": [0, 0.25], "range": [0, 1], **PLAIN}
    figure = spec(
        line([0, 1], [0, 1]),
        line([0, 1], [0, 1], "#00ff00", yaxis="y2"),
        x={"range": [0, 1], "anchor": "y2", "visible": True, "title": {"text": "Days"}},
        y={"domain": [0.5, 1], "range": [0, 1]},
        yaxis2=lower,
    )

    svg = drawn(figure)

    assert paths(svg, "#ff0000")[0][:, 1] == pytest.approx([150, 50], abs=0.01)
    assert paths(svg, "#00ff00")[0][:, 1] == pytest.approx([250, 200], abs=0.01)
    assert words(svg).count("Days") == 1


def test_bars_stand_on_their_base_and_error_bars_end_where_they_say():
    bar = {"type": "bar", "x": [5], "y": [50], "base": [25], "width": [2]}
    bar |= {"marker": {"color": "#0000ff"}}
    error = {"array": [25], "thickness": 1, "width": 0, "color": "#00ff00"}
    point = {"type": "scatter", "mode": "markers", "x": [2], "y": [50], "error_y": error}
    figure = spec(bar, point, x={"range": [0, 10]}, y={"range": [0, 100]})

    svg = drawn(figure)

    (box,) = paths(svg, "#0000ff", "fill")
    assert (box[:, 0].min(), box[:, 0].max()) == pytest.approx((300, 400), abs=0.01)
    assert (box[:, 1].min(), box[:, 1].max()) == pytest.approx((100, 200), abs=0.01)
    (bars,) = paths(svg, "#00ff00")
    assert bars == pytest.approx(np.array([[200, 200], [200, 100]]), abs=0.01)


@pytest.mark.parametrize(
    ("mode", "spans"),
    [
        ("overlay", [(275, 425), (275, 425)]),
        ("group", [(275, 350), (350, 425)]),
        ("stack", [(275, 425), (275, 425)]),
    ],
)
def test_bars_share_their_place_as_asked(mode, spans):
    # The only place is 2 wide; bars fill three quarters of it, 1.5 of 5 on 500 px.
    tints = ("#0000ff", "#00ff00")
    bars = [{"type": "bar", "x": [1, 3], "y": [50, 0], "marker": {"color": tint}} for tint in tints]
    layout = {"barmode": mode, "bargap": 0.25, "x": {"range": [-2.5, 2.5]}}

    svg = drawn(spec(*bars, y={"range": [0, 100]}, **layout))

    boxes = [paths(svg, tint, "fill")[0] for tint in tints]
    found = [(box[:, 0].min(), box[:, 0].max()) for box in boxes]
    assert found == [pytest.approx((a + 100, b + 100), abs=0.01) for a, b in spans]
    assert boxes[1][:, 1].max() == pytest.approx(150 if mode == "stack" else 250, abs=0.01)


def test_a_shape_spans_the_plot_and_a_band_is_filled_with_its_tint():
    level = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 50, "y1": 50}
    level |= {"line": {"color": "#123456", "dash": "6px,4px", "width": 1.2}}
    band = line([0, 10, 10, 0], [60, 60, 40, 40], fill="toself", fillcolor="rgba(1, 2, 3, 0.2)")
    figure = spec(band, x={"range": [0, 10]}, y={"range": [0, 100]}, shapes=[level])

    svg = drawn(figure)

    (target,) = paths(svg, "#123456")
    assert target == pytest.approx(np.array([[100, 150], [600, 150]]), abs=0.01)
    (area,) = paths(svg, "#010203", "fill")
    assert (area[:, 1].min(), area[:, 1].max()) == pytest.approx((130, 170), abs=0.01)
    text = ElementTree.tostring(svg, "unicode")
    assert "stroke-dasharray: 6,4" in text
    assert "fill-opacity: 0.2" in text or "opacity: 0.2" in text


def test_words_are_text_and_markup_cannot_become_elements():
    said = {"type": "scatter", "mode": "text", "x": [1, 1], "y": [1, 2]}
    said |= {"text": ["<b>Standard</b>", "a &lt; $b$<br>second"]}
    note = {"x": 1, "y": 1, "text": "<script>x</script>", "showarrow": False}

    svg = drawn(spec(said, annotations=[note], title={"text": "IgM, mg/dL"}))

    assert {"Standard", "a < $b$", "second", "x", "IgM, mg/dL"} <= set(words(svg))
    assert "script" not in {element.tag.removeprefix(SVG) for element in svg.iter()}
    (bold,) = [t for t in svg.iter(f"{SVG}text") if "".join(t.itertext()) == "Standard"]
    assert "700" in bold.get("style")


def test_a_legend_names_what_has_a_name_and_makes_room_for_itself():
    figure = spec(line([0, 1], [0, 1], name="one"), line([0, 1], [1, 0], name="two"))
    figure["layout"] |= {"showlegend": True, "legend": {"orientation": "h", "y": 1.4}}
    figure["data"].append(line([0, 1], [1, 0], name="hidden", showlegend=False))

    svg = drawn(figure)

    assert [word for word in words(svg) if word in ("one", "two", "hidden")] == ["one", "two"]
    _left, top, width, height = map(float, svg.get("viewBox").split())
    for text in svg.iter(f"{SVG}text"):
        place = re.search(r"translate\((\S+) (\S+)\)", text.get("transform", ""))
        x, y = place.groups() if place else (text.get("x"), text.get("y"))
        assert 0 <= float(x) <= width
        assert top <= float(y) <= top + height


def test_a_figure_without_a_point_is_drawn():
    for figure in (spec(), spec(line([], [])), spec({"type": "bar", "x": [], "y": []})):
        assert drawn(figure).get("role") == "img"


def test_it_has_a_name_and_says_what_the_axes_count():
    figure = go.Figure(spec(line([0, 1], [0, 1], name="<b>Standard</b>")))
    figure.update_xaxes(title="Days").update_yaxes(title="Serum IgM, mg/dL")

    svg = drawn(figure)

    assert description(figure) == "Axes: Days; Serum IgM, mg/dL. Shown: Standard."
    assert svg.get("aria-label") == f"A figure {description(figure)}"
    assert svg.findtext(f"{SVG}desc") == description(figure)


def test_what_cannot_be_drawn_is_refused():
    for trace in ({"type": "pie"}, {"type": "heatmap"}, line([0], [0], fill="tonexty")):
        with pytest.raises(ValueError, match="has no"):
            figure_svg(spec(trace), title="")


PROGRAM = """
import hashlib
from igmfat_nb.figures.static.picture import figure_svg
band = dict(type="scatter", x=[0, 1, 1, 0], y=[1, 1, 0, 0], fill="toself", mode="lines", name="b")
bars = dict(type="bar", x=[1, 2], y=[3, 4], name="c", marker=dict(pattern=dict(shape="/")))
spec = {"data": [band, bars], "layout": {"title": {"text": "t"}, "showlegend": True}}
print(hashlib.sha256("".join(figure_svg(spec, title="x") for _ in range(25)).encode()).hexdigest())
"""


def test_the_same_figure_gives_the_same_bytes_in_every_process():
    hashes = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(hashes) == 1


def test_two_figures_in_one_document_share_no_identifier():
    pictures = [figure_svg(spec(line([0, 1], [0, end])), title="A figure") for end in (1, 2)]

    first, second = (set(re.findall(r'id="([^"]+)"', picture)) for picture in pictures)

    assert first
    assert not first & second
    assert "<?xml" not in pictures[0]
    assert "<metadata" not in pictures[0]
    assert "<style" not in pictures[0]  # its rules would hold for the whole document


@pytest.fixture
def bundle():
    return Figure(go.Figure(spec(line([0, 1], [0, 1]))), "A curve.")._repr_mimebundle_()


def test_any_front_end_finds_something_that_it_can_show(bundle):
    assert set(bundle) == {PLOTLY_MIME, SVG_MIME, "text/plain"}
    notebook = new_notebook(cells=[new_code_cell(outputs=[new_output("display_data", bundle)])])
    nbformat.validate(notebook)

    html, _resources = nbconvert.HTMLExporter().from_notebook_node(notebook)

    assert "data:image/svg+xml;base64," in html
    assert "<pre>A curve.</pre>" not in html


def test_a_report_holds_picture_and_drawing_under_one_name(bundle):
    html = figure_html(bundle, "figure-1")

    assert html.count("<svg ") == 1
    assert html.count("Plotly.newPlot(") == 1
    assert re.findall(r'aria-label="([^"]+)"', html) == 2 * ["A curve."]


def test_a_page_of_ours_gets_a_widget_and_no_picture(monkeypatch):
    monkeypatch.setenv(SERVED, BY_VOILA)

    bundle = Figure(go.Figure(spec(line([0, 1], [0, 1]))), "A curve.")._repr_mimebundle_()

    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert not {PLOTLY_MIME, SVG_MIME} & set(bundle)
