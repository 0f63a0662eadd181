"""From a run notebook to one HTML file that needs no other file and asks no host."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from igmfat_nb.figures.plotly_js import plot_code
from igmfat_nb.language import _, current
from igmfat_nb.notation import NOTICE
from igmfat_nb.reports.results import MIME as RESULTS_MIME
from igmfat_nb.reports.results import published
from igmfat_nb.reports.section import PLOTLY_MIME, SVG_MIME, plot

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "template"
#: Cells with this tag are for the tests of the notebook, not for its reader.
NOT_IN_REPORT = "not-in-report"
#: Stands for the drawing library until the document is written: over 1 MB, always the same.
LIBRARY = "/* igmfat: the drawing library */"
#: Stands for the content security policy until every script is in its place.
POLICY = "igmfat: the policy"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NAME = re.compile(r'<svg [^>]*aria-label="([^"]*)"')
_LINK = re.compile(r"href=(['\"])https?://")
_CONFIG = {"responsive": True, "displaylogo": False, "displayModeBar": False}


@dataclass(frozen=True, slots=True)
class Document:
    """A run notebook on its way to a page."""

    title: str
    inputs: str

    def html(self, notebook: "NotebookNode") -> str:
        """Render the outputs of a run notebook, without its code and without the library.

        The same notebook gives the same bytes: no time, no random identifier.
        """
        subject = str(published(notebook).get("subject") or "")
        figures = prepare(notebook)
        report = {
            "lang": current(),
            "title": self.title,
            "inputs": self.inputs,
            "foot": style_text(f"{subject}: {_(NOTICE)}" if subject else _(NOTICE)),
            "css": "\n".join(
                (TEMPLATE / name).read_text(encoding="utf-8")
                for name in ("report.css", "parts.css")
            ),
            "plotly": LIBRARY if figures else "",
        }
        body, _resources = _exporter().from_notebook_node(notebook, resources={"report": report})
        return str(body)


@cache  # made once a process: it compiles its templates then
def _exporter() -> Any:
    """One for all documents of a process."""
    import nbconvert

    nbconvert_: Any = nbconvert
    return nbconvert_.HTMLExporter(
        template_name=TEMPLATE.name,
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )


def style_text(text: str) -> str:
    r"""Write a text as a string of a style sheet; what could end it is written by its number.

    >>> style_text('A-1: "no" </style>')
    '"A-1: \\22 no\\22  \\3c \\2f style\\3e "'
    """
    signs = (sign if sign.isalnum() or sign in " .,:;-" else f"\\{ord(sign):x} " for sign in text)
    return f'"{"".join(signs)}"'


def prepare(notebook: "NotebookNode") -> int:
    """Turn figures into HTML and take out what is not for the reader; count the figures."""
    notebook.cells = [
        cell for cell in notebook.cells if NOT_IN_REPORT not in cell.metadata.get("tags", [])
    ]
    figures = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if _for_reader(output)]
        for output in cell.outputs:
            if PLOTLY_MIME in output.get("data", {}):
                figures += 1
                output.data = {"text/html": figure_html(output.data, f"figure-{figures}")}
    return figures


def figure_html(data: dict[str, Any], id_: str) -> str:
    """A figure as a static picture, a place beside it, and the call that draws there.

    A notebook of somebody else's may bring no picture: then there is the drawing alone.
    """
    figure = data[PLOTLY_MIME]
    svg = str(data.get(SVG_MIME, ""))
    named = _NAME.search(svg)
    layout = {name: part for name, part in figure.get("layout", {}).items() if name != "template"}
    return str(
        plot(
            id_,
            Markup(svg),  # noqa: S704 - a picture is markup; scripts in one are a notebook's own
            Markup(named[1]) if named else str(data.get("text/plain", "")),  # noqa: S704
            {"data": figure.get("data", []), "layout": layout, "config": _CONFIG},
        )
    )


def with_library(html: str) -> str:
    """Put the drawing library in its place, once; a document without figures has none.

    Then the document's policy: its own scripts run, none that is added later, and nothing is
    asked of any host.
    """
    whole = html.replace(LIBRARY, plotly_source(), 1) if LIBRARY in html else html
    return whole.replace(POLICY, policy_of(whole), 1)


def policy_of(html: str) -> str:
    """Content security policy of a document: the hash of each script that stands in it."""
    scripts = {b64encode(sha256(one.encode()).digest()).decode() for one in _SCRIPT.findall(html)}
    allowed = " ".join(f"'sha256-{one}'" for one in sorted(scripts)) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline';"
        " img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def plotly_source() -> str:
    """The drawing library as it may stand inside a page."""
    # Its logo is a link, the only address a reader could follow; we show no logo.
    safe = plot_code().replace("</script", "<\\/script")
    return _LINK.sub(r"title=\1", safe)


def _for_reader(output: Any) -> bool:
    return output.output_type != "error" and set(output.get("data", {})) != {RESULTS_MIME}
