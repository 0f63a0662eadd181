"""Parts of a report: a titled section of HTML, or a figure; text is always escaped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from igmfat_nb.language import _
from igmfat_nb.tables.statements import SourcedStatement
from igmfat_nb.widgets.parts.appearance import is_served

if TYPE_CHECKING:
    import plotly.graph_objects as go

PLOTLY_MIME = "application/vnd.plotly.v1+json"
SVG_MIME = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a report; ``new_page`` begins a sheet on paper."""

    title: str
    html: str
    new_page: bool = False

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        css = ' class="ig-page"' if self.new_page else ""
        title = f"<h2>{escape(self.title)}</h2>" if self.title else ""
        return {
            "text/html": f"<section{css}>{title}\n{self.html}\n</section>",
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

    def _in_a_notebook(self) -> dict[str, Any]:
        import json

        from igmfat_nb.figures.static.picture import figure_svg

        return {
            PLOTLY_MIME: json.loads(self.figure.to_json()),
            SVG_MIME: figure_svg(self.figure, title=self.caption),
            "text/plain": self.caption,
        }


def paragraph(text: str, css: str = "") -> str:
    """One paragraph; nothing when there is no text."""
    named = f' class="{css}"' if css else ""
    return f"<p{named}>{escape(text)}</p>" if text else ""


def sentences(lines: Iterable[str], css: str = "ig-warning") -> str:
    """Sentences as a list; nothing when there is none."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="{css}">{items}</ul>' if items else ""


def working(lines: Sequence[str]) -> str:
    """A formula worked, a line a step."""
    return f'<p class="ig-work">{"<br>".join(escape(line) for line in lines)}</p>'


def pairs(values: Mapping[str, str]) -> str:
    """Names and values as a table of two columns."""
    rows = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in values.items()
    )
    return f'<table class="ig-pairs"><tbody>\n{rows}\n</tbody></table>'


def table(header: Sequence[str], rows: Iterable[Sequence[str]], css: str = "") -> str:
    """A table with a header; nothing when there is no row."""
    lines = [list(row) for row in rows]
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in lines
    )
    return (
        f'<div class="ig-scroll"><table class="{css or "ig-numbers"}"><thead><tr>{head}</tr>'
        f"</thead><tbody>\n{body}\n</tbody></table></div>"
    )


def statement_table(said: Iterable[SourcedStatement]) -> str:
    """Sentences with who says them."""
    rows = [(one.sentence, one.source) for one in said]
    return table((_("statement"), _("source")), rows, "ig-words")
