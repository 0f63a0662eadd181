"""One page that loads nothing: for summaries, the class picture, keys and handouts."""

from pathlib import Path

from markupsafe import Markup

from igmfat_nb import __version__
from igmfat_nb.language import current
from igmfat_nb.widgets.parts.html_template import Parts

#: The parts of every document of a class.
parts = Parts(Path(__file__).parent / "template" / "parts.html.j2")

STYLE = """
:root { --ink: #17232e; --soft: #52616e; --line: #dde4ea; --std: #0a6ebd; --per: #b5490f; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 900px; padding: 16px; color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 24px; margin: 8px 0; } h2 { font-size: 18px; margin: 20px 0 6px; }
h3 { font-size: 16px; margin: 12px 0 4px; }
.notice { background: #fff4d6; padding: 7px 12px; margin: 0 0 12px; font-size: 14px; }
.scroll, section { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 6px 8px;
  border-top: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
.ig-doses :is(th, td):not(:nth-child(5)) { text-align: right; font-variant-numeric: tabular-nums; }
small, .ig-note, footer { color: var(--soft); font-size: 13px; }
.ig-card { border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; margin: 0 0 12px;
  break-inside: avoid; }
.ig-card-head { display: flex; justify-content: space-between; gap: 12px; align-items: baseline; }
.ig-card-head h2 { margin: 0; } .ig-unit-text { color: var(--soft); font-size: 13px; }
.ig-solution { background: #f1f4f7; padding: 4px 12px; border-radius: 6px; }
.ig-pair { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); gap: 8px 24px; }
.ig-person { display: flex; flex-wrap: wrap; gap: 0 16px; color: var(--soft); margin: 0 0 8px; }
.ig-person b { color: var(--ink); } figure { margin: 0; }
.ig-drawn { width: 100%; max-width: 420px; }
.ig-solution { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); gap: 24px; }
.ig-person + .ig-prompt, .ig-hint { margin: 0 0 6px; }
.ig-work { font-variant-numeric: tabular-nums; }
.ig-choices { list-style: "☐  "; } .ig-when { white-space: nowrap; }
.ig-key { white-space: nowrap; } .ig-key + td { min-width: 180px; }
svg { max-width: 100%; height: auto; }
@media screen and (max-width: 640px) {
  .ig-pair, .ig-solution { grid-template-columns: minmax(0, 1fr); } }
@media screen and (max-width: 480px) { body { padding: 10px; } table { font-size: 12px; }
  th, td { padding: 5px 3px; overflow-wrap: anywhere; }
  th { overflow-wrap: normal; hyphens: auto; } }
@media screen and (max-width: 360px) { th { overflow-wrap: anywhere; } }
@page { size: A4; margin: 14mm; @bottom-right { content: counter(page) " / " counter(pages);
  color: #52616e; font: 9px "DejaVu Sans", sans-serif; } }
@media print { body { padding: 0; max-width: none; font-size: 12px; } table { font-size: 11px; } }
"""


def page(title: str, body: str, notice: str, *, style: str = "") -> str:
    """Frame ``body``, which is HTML; the title and notice are text."""
    look, inside = Markup(STYLE + style), Markup(body)  # noqa: S704
    return str(parts("frame", current(), title, look, notice, inside, __version__))
