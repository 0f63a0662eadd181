"""What the tests of one patient's page share."""

import re
from html import unescape

import ipywidgets as ipw
import pytest

from igmfat_nb.widgets.workspace.view import workspace_view


@pytest.fixture
def few_particles(monkeypatch):
    """A tenth of the virtual patients: the page is under test, not the posterior."""
    from igmfat_nb.titration import from_case as course

    monkeypatch.setitem(course.learn_course.__kwdefaults__, "n_particles", 500)


def parts(widget):
    """Every widget of a page, in reading order."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def hidden(widget):
    return getattr(widget.layout, "display", None) == "none" if widget.layout else False


def seen(widget):
    """Every widget that is not hidden, nor in a hidden one."""
    if not hidden(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from seen(child)


class Page:
    """The page of a workspace, and what can be read and pressed in it."""

    def __init__(self, work):
        self.work, self.view = work, workspace_view(work)

    @property
    def html(self):
        return " ".join(one.value for one in seen(self.view) if isinstance(one, ipw.HTML))

    @property
    def text(self):
        read = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", self.html, flags=re.S))
        return re.sub(r"\s+", " ", read)

    def press(self, label):
        next(
            one
            for one in seen(self.view)
            if isinstance(one, ipw.Button) and one.description == label
        ).click()

    def fields(self, label):
        kinds = (ipw.Text, ipw.Dropdown, ipw.ToggleButtons)
        return [
            one for one in seen(self.view) if isinstance(one, kinds) and one.description == label
        ]

    def type(self, label, text):
        (field,) = self.fields(label)
        field.value = text
