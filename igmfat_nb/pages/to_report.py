"""From a patient's page to the patient's report."""

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.widgets.parts.controls import html
from igmfat_nb.widgets.parts.template import filled

COMMAND = "igmfat report CASE.json --out report.html --pdf"
LINE = """<p><a href="90_patient_report.ipynb">{{ title }}</a>: {{ before }}\
<code>{{ command }}</code>{{ after }}</p>"""


def with_report(page: ipw.VBox) -> ipw.VBox:
    """Say below a patient's page how its report is made, and return the page."""
    before, _command, after = _("save, then {command}.").partition("{command}")
    line = filled(LINE, title=_("Make the report"), before=before, command=COMMAND, after=after)
    page.children = (*page.children, html("ig-below", "ig-noprint", value=line))
    return page
