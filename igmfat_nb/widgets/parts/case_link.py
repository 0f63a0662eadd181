"""A link to the patient's page that brings a case along in the tab's memory, not its address."""

from pathlib import Path

import anywidget
import traitlets as tl

from igmfat_nb.widgets.parts.browser_keys import CASE_KEY


class CaseLink(anywidget.AnyWidget):
    """A link to the page of a patient; what the page's frame calls next brings the case, too.

    Attributes
    ----------
    label : str
        What the link says.
    value : str
        The case as a browser keeps it (``case.typed.kept_text``).
    refused : str
        What is said where the browser keeps nothing.
    page : str
        File name of the page.
    key : str
        Under which that page looks for a case.
    """

    _esm = Path(__file__).parent / "case_link.js"
    label = tl.Unicode().tag(sync=True)
    value = tl.Unicode().tag(sync=True)
    refused = tl.Unicode().tag(sync=True)
    page = tl.Unicode("40_dashboard.ipynb").tag(sync=True)
    key = tl.Unicode(CASE_KEY).tag(sync=True)
