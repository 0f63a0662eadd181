"""The averaged clearance on the patient's page: chosen, answered, and weighed."""

import ipywidgets as ipw
import pytest
from workspace_page import few_particles  # noqa: F401 - a fixture

from igmfat_nb.case import case_text
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.workspace.course_fields import summary_panel
from igmfat_nb.widgets.workspace.model import COURSE, Workspace

FAST = teaching_case("fast-clearance").case  # its own title: IgM leaves fast
pytestmark = pytest.mark.usefixtures("few_particles")


def parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def test_the_page_averages_and_says_what_each_clearance_weighs_after_the_last_titre():
    work = Workspace(ExplorerModel(with_course=False), CourseModel(active=False))
    work.open_file("fast.json", case_text(FAST).encode())
    work.step = COURSE
    panel = summary_panel(work)
    shown = lambda: " ".join(str(p.value) for p in parts(panel) if isinstance(p, ipw.HTML))  # noqa: E731
    assert work.course.outcome.answer.decision.assumptions.scenario == "averaged"
    choice = next(
        p for p in parts(panel) if isinstance(p, ipw.ToggleButtons) and len(p.options) == 4
    )
    choice.value = "native"
    assert "weighed by the titres" not in shown()

    choice.value = "averaged"  # as the page opened

    decision = work.course.outcome.answer.decision
    assert decision.assumptions.scenario == "averaged"
    fast = decision.learning.final.scenario_weights(decision.assumptions.weights)[2]
    assert fast > 0.9
    assert f"fast {100 * fast:.0f}\xa0%" in shown()
    choice.value = "fast"
    assert "weighed by the titres" not in shown()
