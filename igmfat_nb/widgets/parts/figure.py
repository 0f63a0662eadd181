"""A plotly figure on a page: plain data goes to the browser, the browser draws it.

Plotly's own widget sends five megabytes of JavaScript inside the state of every
figure, over the websocket, uncached. On a page of ours the drawing library is a
file that the browser keeps; in JupyterLab, where there is no such file, it comes
with the figure.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.plotly_js import config_in_words, figure_json, plot_code
from igmfat_nb.language import _
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import is_served
from igmfat_nb.widgets.parts.batched_updates import SentInBatches
from igmfat_nb.widgets.parts.controls import with_classes

if TYPE_CHECKING:
    import plotly.graph_objects as go

if is_served():
    import igmfat_nb.kernels.without_grammar  # noqa: F401 - plotly's figures import nbformat

#: A page of ours brings the library (server/front); a figure is drawn at the width it has, and
#: again when that changes.
DRAWING = """
const library = async () => window.Plotly ?? window.igPlot;
export default {
  render({ model, el }) {
    // The drawing is the picture: what frames it holds buttons, which no picture may; nor links.
    const name = () => {
      if (!model.get('label')) return;
      el.querySelectorAll('.main-svg').forEach((svg, at) => {
        svg.setAttribute('role', at ? 'presentation' : svg.querySelector('a') ? 'group' : 'img');
        svg.setAttribute(at ? 'aria-hidden' : 'aria-label', at ? 'true' : model.get('label'));
      });
    };
    model.on('change:label', name);
    let width = 0;
    let latest = 0;
    const draw = async () => {
      const turn = ++latest;
      const plotly = await library();
      if (!width || turn !== latest) return; // not placed yet, or overtaken
      const { data, layout } = JSON.parse(model.get('figure'));
      await plotly.react(el, data, layout, model.get('config'));
      name();
    };
    const show = () => draw().catch((error) => {
      console.error(error);
      el.textContent = model.get('failed');
    });
    const sizes = new ResizeObserver(() => {
      if (!el.clientWidth || el.clientWidth === width) return;
      const first = !width;
      width = el.clientWidth;
      if (first) show(); else requestAnimationFrame(() => window.Plotly?.Plots.resize(el));
    });
    sizes.observe(el);
    // On paper the stylesheet may scale the drawing to the sheet, which takes a view box.
    const drawings = () => el.querySelectorAll('.main-svg');
    const paper = () => drawings().forEach((svg) => svg.setAttribute(
      'viewBox', `0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`,
    ));
    const screen = () => drawings().forEach((svg) => svg.removeAttribute('viewBox'));
    addEventListener('beforeprint', paper);
    addEventListener('afterprint', screen);
    model.on('change:figure', show);
    return () => {
      sizes.disconnect();
      removeEventListener('beforeprint', paper);
      removeEventListener('afterprint', screen);
      model.off('change:figure', show);
      model.off('change:label', name);
      window.Plotly?.purge(el);
    };
  },
};
"""


class FigureView(SentInBatches, anywidget.AnyWidget):
    """A figure that fills its place.

    Attributes
    ----------
    figure : str
        What is drawn, as JSON: ``data`` and ``layout``.
    config : dict
        How the drawing behaves.
    failed : str
        What stands in its place where it cannot be drawn.
    label : str
        What it shows, for those who do not see it; none where the page says so beside it.
    """

    _esm = DRAWING
    figure = tl.Unicode().tag(sync=True)
    config = tl.Dict().tag(sync=True)
    failed = tl.Unicode().tag(sync=True)
    label = tl.Unicode().tag(sync=True)

    def __init__(self, figure: "go.Figure | Mapping[str, Any]") -> None:
        super().__init__(
            figure=figure_json(figure),
            config=config_in_words(),
            failed=_("The figure could not be loaded. Reload the page."),
        )

    def show(self, figure: "go.Figure | Mapping[str, Any]") -> None:
        """Draw this figure from now on, in one message."""
        self.figure = figure_json(figure)


def figure_widget(figure: "go.Figure | Mapping[str, Any]") -> FigureView:
    """A figure for the page or for the notebook, whichever this kernel works for."""
    return FigureView(figure) if is_served() else _with_library()(figure)


def figure_alone(figure: "go.Figure | Mapping[str, Any]", label: str) -> ipw.Box:
    """A figure that stands among text, not on a card: named, and without tools."""
    view = figure_widget(figure)
    view.label = label
    view.config = {**config_in_words(), "displayModeBar": False}
    return with_classes(lean.Box([view]), "ig-plot", "ig-fit")


@lru_cache  # made once a process
def _with_library() -> type[FigureView]:
    class FigureWithLibrary(FigureView):
        """The same where no page of ours has the library."""

        _esm = plot_code() + DRAWING

    return FigureWithLibrary


def figures_text(shown: ipw.Widget) -> str:
    """Data of every figure inside a widget as its model holds it, in the order shown.

    What a stored notebook compares in place of a picture.
    """
    import plotly.graph_objects as go

    return figure_text(*(go.Figure(json.loads(view.figure)) for view in _views_in(shown)))


def _views_in(shown: ipw.Widget) -> Iterator[FigureView]:
    if isinstance(shown, FigureView):
        yield shown
    for child in getattr(shown, "children", ()):
        yield from _views_in(child)
