"""A plotly figure on a page: its five megabytes of code come once, as a file a browser keeps.

Plotly sends its JavaScript inside the state of every figure, over the websocket,
uncached. On a page of ours the figure says where the page has that code instead.
Anywhere else (JupyterLab, a plain notebook) it is plotly's own widget.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.figure_digest import figure_text
from igmfat_nb.widgets.appearance import is_served, spare_the_grammar

if is_served():
    spare_the_grammar()  # plotly imports nbformat, which imports it
import plotly.graph_objects as go

#: Loads plotly's own widget after the page has been painted: evaluating it blocks the browser
#: long enough for Voilà to give up on the other widgets of a slow machine. What changed
#: meanwhile is asked for once the listeners are there.
CODE_OF_THE_PAGE = """
const address = new URL(document.body.dataset.igPlot, document.baseURI).href;
const painted = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 500); // a page in the background is never painted
});
const placed = (el) => new Promise((done) => {
  const sizes = new ResizeObserver(() => { if (el.clientWidth) { sizes.disconnect(); done(); } });
  sizes.observe(el);
});
export default () => {
  let loading;
  return {
    initialize({ model }) {
      loading = painted().then(() => import(address)).then((code) => {
        const widget = code.default();
        widget.initialize({ model });
        model.send({ ask: 'synchronise' });
        return widget;
      });
    },
    render({ model, el }) {
      let remove = () => {};
      const draw = async () => {
        const widget = await loading;
        await placed(el); // drawn once, at the width it has, and not first at plotly's own
        remove = widget.render({ model, el }) ?? remove;
        let width = el.clientWidth;
        new ResizeObserver(() => {
          if (el.clientWidth && el.clientWidth !== width) {
            width = el.clientWidth;
            requestAnimationFrame(() => window.dispatchEvent(new Event('resize')));
          }
        }).observe(el);
      };
      draw().catch((error) => {
        console.error(error);
        el.textContent = 'The figure could not be loaded. Reload the page.';
      });
      return () => remove();
    },
  };
};
"""
SYNCHRONISE = "synchronise"

#: No toolbar until the pointer is there, no logo, no link to a service.
CONFIG = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "plotlyServerURL": "",
    "showLink": False,
}


class _Figure(go.FigureWidget):  # type: ignore[misc]
    """A figure that fills its place and can be shown inside any box."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout.autosize = True
        self._config = dict(CONFIG)
        self.synchronise()

    def synchronise(self) -> None:
        """Bring the state that a new view starts from up to date.

        Plotly does that only when the figure is a cell's own output; inside a
        box it would come up as it was constructed.
        """
        self._widget_layout = deepcopy(self._layout_obj._props)
        self._widget_data = deepcopy(self._data)

    # Plotly's own handlers compare what the browser filled in with our arrays and fail on some of
    # them (plotly 7.1: "truth value of an array"). Nothing here asks for it, so it is left there.
    @tl.observe("_js2py_traceDeltas")
    def _handler_js2py_traceDeltas(self, _change: object) -> None:  # noqa: N802  (plotly's name)
        self._trace_edit_in_process = False

    @tl.observe("_js2py_layoutDelta")
    def _handler_js2py_layoutDelta(self, _change: object) -> None:  # noqa: N802  (plotly's name)
        self._layout_edit_in_process = False

    def show_figure(self, figure: go.Figure) -> None:
        """Take over data and layout of ``figure``, in one message when only values changed.

        Parameters
        ----------
        figure : plotly.graph_objects.Figure
            What to show from now on; its traces are matched by position.
        """
        traces: list[tuple[Any, Any]] = list(zip(self.data, figure.data, strict=False))
        alike = len(traces) == len(self.data) == len(figure.data)
        if not alike or any(shown.type != new.type for shown, new in traces):
            self._replace_all(figure)
        else:
            with self.batch_update():
                for shown, new in traces:
                    shown.update(new.to_plotly_json(), overwrite=True)
                self.layout.update(figure.layout.to_plotly_json(), overwrite=True)
                self.layout.autosize = True

    def _replace_all(self, figure: go.Figure) -> None:
        with self.batch_update():
            self.data = ()
            self.layout.update(figure.layout.to_plotly_json(), overwrite=True)
            self.layout.autosize = True
        self.add_traces(list(figure.data))
        self.synchronise()


class ServedFigure(_Figure):
    """The figure on a page of ours."""

    _esm = CODE_OF_THE_PAGE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_msg(self._answer)

    def _answer(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        if message.get("ask") == SYNCHRONISE:
            self.synchronise()


def figure_widget(
    figure: go.Figure | Mapping[str, Any] | Sequence[Any] | None = None,
) -> _Figure:
    """A figure for the page or for the notebook, whichever this kernel works for."""
    return ServedFigure(figure) if is_served() else _Figure(figure)


def figures_text(shown: ipw.Widget) -> str:
    """Data of every figure inside a widget as its model holds it, in the order shown.

    What a stored notebook compares in place of a picture.
    """
    return figure_text(*_figures_in(shown))


def _figures_in(shown: ipw.Widget) -> Iterator[go.FigureWidget]:
    if isinstance(shown, go.FigureWidget):
        yield shown
    for child in getattr(shown, "children", ()):
        yield from _figures_in(child)
