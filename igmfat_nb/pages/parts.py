"""Parts of the pages that stand still, from their template."""

from pathlib import Path

from igmfat_nb.widgets.parts.html_template import Parts

part = Parts(Path(__file__).parent / "template" / "parts.html.j2")
