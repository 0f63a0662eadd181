"""Parts of a report: a titled section of HTML, or a figure; text is always escaped."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from igmfat_nb.tables.statements import SourcedStatement
from igmfat_nb.widgets.parts.appearance import is_served
from igmfat_nb.widgets.parts.html_template import Parts

if TYPE_CHECKING:
    import plotly.graph_objects as go

PLOTLY_MIME = "application/vnd.plotly.v1+json"
SVG_MIME = "image/svg+xml"
_part = Parts(Path(__file__).parent / "template" / "parts.html.j2")


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a report; ``new_page`` begins a sheet on paper.

    ``html`` is what the functions below made; a plain text in its place is escaped.
    What is not ``on_paper`` a screen alone shows, with the figure that follows it.
    ``styles`` are those that a page of ours links, and a document holds.
    """

    title: str
    html: Markup
    new_page: bool = False
    on_paper: bool = True
    styles: str = ""

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        return self._shown(styles="" if is_served() else self.styles)

    def in_a_document(self) -> tuple[dict[str, Any], ...]:
        """What a document shows, wherever it is made."""
        return (self._shown(self.styles),)

    def _shown(self, styles: str) -> dict[str, Any]:
        html = Markup("<style>{}</style>").format(Markup(styles)) if styles else Markup()  # noqa: S704
        html += self.html
        return {
            "text/html": str(_part("section", self.title, html, self.new_page, self.on_paper)),
            "text/plain": self.title,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A plotly figure as plain data, so that whoever shows it brings the library once.

    Beside it stands a static picture, for whoever has no such library. On a page
    of ours the figure is a widget, as everywhere on these pages.
    """

    figure: "go.Figure"
    caption: str

    @property
    def name(self) -> str:
        """Caption and description, for those who do not see it."""
        from igmfat_nb.figures.static.picture import description

        return f"{self.caption} {description(self.figure)}"

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        return self._on_a_page() if is_served() else self._in_a_notebook()

    def _on_a_page(self) -> dict[str, Any]:
        from igmfat_nb.widgets.parts.figure import figure_alone

        place = figure_alone(self.figure, self.name)
        shown: dict[str, Any] = place._repr_mimebundle_()
        return shown | {"text/plain": self.caption}

    def in_a_document(self) -> tuple[dict[str, Any], ...]:
        """The figure as plain data and as a picture, wherever the document is made."""
        return (self._in_a_notebook(),)

    def _in_a_notebook(self) -> dict[str, Any]:
        from igmfat_nb.figures.static.picture import figure_svg

        return {
            PLOTLY_MIME: json.loads(self.figure.to_json()),
            SVG_MIME: figure_svg(self.figure, title=self.caption),
            "text/plain": self.caption,
        }


@dataclass(frozen=True, slots=True)
class Headed:
    """A figure under its heading, which begins with its sentence."""

    title: str
    sentence: str
    figure: Figure

    def _ipython_display_(self) -> None:
        from IPython import display

        shown: Any = display
        shown.display(self._heading(), self.figure)

    def in_a_document(self) -> tuple[dict[str, Any], ...]:
        """Both, wherever the document is made."""
        return *self._heading().in_a_document(), *self.figure.in_a_document()

    def _heading(self) -> Section:
        return Section(self.title, paragraph(self.sentence))


def titled(text: str, level: int) -> Markup:
    """A title: 1 is the document's, 2 a section's, 3 a part's."""
    return _part("heading", text, level)


def paragraph(text: str, css: str = "") -> Markup:
    """One paragraph; nothing when there is no text."""
    return _part("paragraph", text, css)


def sentences(lines: Iterable[str], css: str = "ig-warning") -> Markup:
    """Sentences as a list; nothing when there is none."""
    return _part("sentences", list(lines), css)


def working(lines: Sequence[str]) -> Markup:
    """A formula worked, a line a step."""
    return _part("working", lines)


def pairs(values: Mapping[str, str]) -> Markup:
    """Names and values as a table of two columns."""
    return _part("pairs", values)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], css: str = "") -> Markup:
    """A table with a header; nothing when there is no row."""
    return _part("table", header, list(rows), css)


def split(left: Markup, right: Markup, css: str = "") -> Markup:
    """Two parts side by side; below each other on a phone."""
    return _part("split", left, right, css)


def folded(title: str, content: Markup) -> Markup:
    """What a screen opens and paper leaves out; nothing when there is nothing."""
    return _part("folded", title, content)


def inline(lines: Iterable[str]) -> Markup:
    """Short parts in one paragraph."""
    return _part("inline", list(lines))


def made(macro: str, *values: object) -> Markup:
    """One of the template's own parts, by its name."""
    return _part(macro, *values)


def statement_table(said: Iterable[SourcedStatement]) -> Markup:
    """Sentences with who says them."""
    return _part("says", [(one.sentence, one.source) for one in said])


def plot(id_: str, svg: Markup, label: str, drawing: Mapping[str, Any]) -> Markup:
    """A figure as a static picture, a place beside it, and the call that draws there."""
    parts = [_script(drawing[name]) for name in ("data", "layout", "config")]
    return _part("plot", id_, svg, label, *parts)


def _script(value: Any) -> Markup:
    """JSON that cannot end the script it stands in."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Markup(text.replace("</", "<\\/"))  # noqa: S704
