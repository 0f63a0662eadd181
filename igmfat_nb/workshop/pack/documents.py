"""From a notebook that was run to files: the key, the slides, a printed page."""

import re
from copy import deepcopy
from functools import lru_cache

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets.config import Config

from igmfat_nb.language import _, current
from igmfat_nb.notation import NOTICE
from igmfat_nb.workshop.frame import page
from igmfat_nb.workshop.pack.reveal_words import reveal_in_words
from igmfat_nb.workshop.pack.run import HERE, shown_html

NOT_ON_PAPER = ("parameters", "injected-parameters", "page", "text", "results")
SECTION = re.compile(r'<section class="ig-card[^"]*">(.*?)</section>', re.DOTALL)
SOLUTION = re.compile(r'<div class="ig-solution">.*?</figure></div>', re.DOTALL)
#: What an answer's slide does without: choices to tick, and the figure as it was before.
OPEN = re.compile(r"<!--open-->.*?<!--/open-->", re.DOTALL)
FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
HINTS = re.compile(r"<!--hints-->.*?<!--/hints-->", re.DOTALL)
SLIDE_STYLE = """
.notice { position: fixed; z-index: 5; top: 0; left: 0; right: 0; margin: 0; padding: 4px 12px;
  background: #fff4d6; font-size: 14px; text-align: center; }
body { margin: 0; background: #fff; color: #17232e;
  font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.reveal { font-size: 26px; line-height: 1.4; } .reveal .slides { text-align: left; }
.reveal .slides section { padding-top: 28px; box-sizing: border-box; }
.reveal h1 { font-size: 52px; } .reveal h2 { font-size: 34px; margin: 8px 0; }
.reveal h3 { font-size: 28px; margin: 8px 0; } .reveal p { margin: 10px 0; }
.reveal .ig-note, .reveal .ig-unit-text { color: #52616e; font-size: 20px; }
.ig-card-head { display: flex; justify-content: space-between; align-items: baseline; }
.reveal .slide-number { color: #17232e; background: #fff; }
.ig-choices { list-style: "☐  "; } .anchor-link { display: none; }
.ig-pair { display: grid; grid-template-columns: 11fr 9fr; gap: 28px; align-items: start; }
.ig-pair figure { margin: 0; } .ig-drawn { width: 100%; height: auto; }
.reveal .ig-person { display: flex; flex-wrap: wrap; gap: 0 20px; font-size: 21px; color: #52616e; }
.ig-person b { color: #17232e; } .reveal figcaption { font-size: 22px; }
.ig-solution { background: #f1f4f7; padding: 4px 18px; border-radius: 8px; font-size: 22px; }
"""


def key_page(notebook: NotebookNode, title: str) -> str:
    """The trainer's key: the notebook as it ran, without what only a page of ours can show."""
    from nbconvert.exporters import HTMLExporter

    config = Config()
    config.TagRemovePreprocessor.remove_cell_tags = set(NOT_ON_PAPER)
    config.TagRemovePreprocessor.enabled = True
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        config=config,
        template_name="basic",
        exclude_input=True,
        exclude_anchor_links=True,
        exclude_output_prompt=True,
    )
    shown = deepcopy(notebook)
    # The title is the page's; aim and what to take home stand on the lesson's own cards.
    shown.cells = [cell for cell in shown.cells[1:] if not cell.source.startswith("## ")]
    body, _resources = exporter.from_notebook_node(shown)
    return page(title, body, _(NOTICE))


def slides(notebook: NotebookNode, title: str) -> str:
    """Reveal slides in one file: card after card, each solution below its question."""
    from nbconvert.exporters import SlidesExporter

    exporter = SlidesExporter(  # type: ignore[no-untyped-call]
        template_name="igmfat_slides",
        extra_template_basedirs=[str(HERE / "templates")],
        exclude_anchor_links=True,
    )
    resources = {
        "igmfat": {
            "lang": current(),
            "title": title,
            "notice": _(NOTICE),
            "css": SLIDE_STYLE,
            "reveal_css": _reveal("reveal.css"),
            "reveal_js": reveal_in_words(_reveal("reveal.js")),
        }
    }
    body, _resources = exporter.from_notebook_node(
        _slide_notebook(notebook, title), resources=resources
    )
    return str(body)


def printed_page(notebook: NotebookNode, title: str) -> str:
    """One handout."""
    return page(title, shown_html(notebook, "paper"), _(NOTICE))


def _slide_notebook(notebook: NotebookNode, title: str) -> NotebookNode:
    """Title, then a slide a card of what was run; its solution below it."""
    cells = [_slide(f"# {title}", "slide", 0)]
    for card in SECTION.findall(shown_html(notebook, "paper")):
        asked = SOLUTION.sub("", card)
        cells.append(_slide(asked, "slide", len(cells)))
        for solution in SOLUTION.findall(card):
            cells.append(_slide(_answered(asked, solution), "subslide", len(cells)))
    return new_notebook(cells=cells)  # type: ignore[no-any-return, no-untyped-call]


def _answered(asked: str, solution: str) -> str:
    """The question again, its figure as it is once solved, and the working."""
    figure = FIGURE.search(solution)
    worked = FIGURE.sub("", HINTS.sub("", solution))
    again = OPEN.sub(lambda _found: worked, asked)
    return FIGURE.sub(lambda _found: figure[0] if figure else "", again)


def _slide(content: str, kind: str, number: int) -> NotebookNode:
    cell = new_markdown_cell(content, metadata={"slideshow": {"slide_type": kind}})  # type: ignore[no-untyped-call]
    cell["id"] = f"slide-{number}"
    return cell  # type: ignore[no-any-return]


@lru_cache  # read once a pack
def _reveal(name: str) -> str:
    return (HERE / "reveal" / name).read_text(encoding="utf-8")
