"""The reading of the personalised rule on the patient's page: named, compared, chosen, kept."""

import json

import ipywidgets as ipw
import pytest
from click.testing import CliRunner
from workspace_page import Page, few_particles, seen  # noqa: F401 - a fixture

from igmfat_nb.case import case_text, read_case
from igmfat_nb.case.typed import TypedCase
from igmfat_nb.cli import main
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.strip import vasopressors
from igmfat_nb.widgets.workspace.view import workspace_view

pytestmark = pytest.mark.usefixtures("few_particles")
COMPARE, CHOICE = "7 readings of the rule", "Reading for this patient"


@pytest.fixture
def page():
    work = Workspace(ExplorerModel(), CourseModel(active=False))
    work.explorer.fill(SYNTHETIC_PATIENT)
    return Page(work)


def of_kind(page, kind):
    return [one for one in seen(page.view) if isinstance(one, kind)]


def compare(page):
    """Open the fold, as one click does; gives the menu in it."""
    (fold,) = [one for one in of_kind(page, ipw.ToggleButton) if COMPARE in one.description]
    fold.value = True
    (menu,) = [one for one in of_kind(page, ipw.Dropdown) if CHOICE in one.description]
    return menu


def rows(page):
    """What the table says: reading → first dose, week, peak, hours at target."""
    found = page.html.split("ig-table ig-readings", 1)[1].split("</table>", 1)[0]
    table = {}
    for row in found.split("<tr")[2:]:
        name = row.split("<small>")[1].split("/")[0]
        table[name] = [cell.split("</td>")[0] for cell in row.split("<td>")[1:]]
    return table


def test_the_card_names_the_reading_and_says_that_the_titre_peaks_and_falls(page):
    assert "Reading: Deficit into plasma (assumed)" in page.text
    assert "peaks at 96 mg/dL and falls" in page.text
    assert CHOICE not in str([one.description for one in of_kind(page, ipw.Dropdown)])


def test_every_reading_of_this_patient_stands_in_one_table(page):
    compare(page)

    # The README's patient, by hand: 62, 82, 102 × 37.563 ÷ 5.4 mL; 6 mL/kg below 40 mg/dL.
    found = rows(page)
    first = {name: found[name][0] for name in ("deficit", "fill-120", "fill-140", "ladder")}
    assert first == {"deficit": "431", "fill-120": "570", "fill-140": "710", "ladder": "480"}
    assert found["deficit"][2:] == ["96", "0"]
    assert len(found) == 7
    page.work.explorer.weight_kg = "8000"
    assert "ig-table ig-readings" not in page.html  # no result beside an input that is refused


def test_the_table_is_the_page_that_each_reading_would_make(page):
    menu = compare(page)

    for _title, label in menu.options:
        menu.value = label
        first, week, peak, _hours = rows(page)[label.split("/")[0]]
        course = page.work.explorer.outcome.comparison.arms["personalised"].course
        assert f"{float(course.volume_ml[0, 0]):,.0f}" == first
        assert f"{float(course.volume_ml.sum()):,.0f}" == week
        assert abs(float(course.igm_mg_dl.max()) - float(peak)) <= 0.5


def test_a_chosen_reading_changes_doses_curve_and_chances_and_undo_takes_it_back(page):
    work, menu = page.work, compare(page)
    work.course.change("subject", "SIM-1")
    menu.value = "fill-140/1"

    assert work.explorer.outcome.arms["personalised"].dose.volume_ml == 710
    assert "(140 − 38) mg/dL × 37.56 dL ÷ 0.9 ÷ 6 mg/mL" in page.text
    work.step = "course"
    decision = work.course.outcome.answer.decision
    assert decision.deficit.dose.volume_ml == 710
    assert "Reading: Fill to 140 mg/dL (assumed)" in page.text
    work.undo()
    assert work.course.outcome.answer.decision.deficit.dose.volume_ml == 431
    assert work.course.typed.reading == ""
    work.redo()
    work.new_patient()
    assert work.course.typed.reading == ""


def test_it_is_kept_in_tab_and_file_and_the_command_line_answers_the_same(page, tmp_path):
    work, menu = page.work, compare(page)
    work.course.change("subject", "SIM-1")
    menu.value = "ladder/1"
    path = tmp_path / "case.json"
    path.write_text(work.course.file_text, encoding="utf-8")

    told = CliRunner().invoke(main, ["next", str(path), "--json"])
    assert json.loads(told.stdout)["rules"]["deficit"]["volume_ml"] == 480
    again = Workspace(ExplorerModel(), CourseModel(active=False))
    again.restore(work.course.kept)
    assert again.explorer.outcome.arms["personalised"].dose.volume_ml == 480
    again.open_file("plain.json", case_text(teaching_case("plain-eligible").case).encode())
    assert again.course.typed.reading == ""


def test_a_contraindication_leaves_nothing_to_compare(page):
    compare(page)
    page.work.explorer.answer("contraindication_iga_deficiency", "yes")

    assert "ig-table ig-readings" not in page.html


def test_a_reading_that_nobody_has_is_refused_and_no_dose_is_shown(page):
    page.work.course.change("reading", "fill-999/1")

    assert page.work.explorer.outcome.arms is None
    assert "is no reading of this software" in page.work.explorer.outcome.refused["reading"]


def test_the_three_strongest_assumptions_lead_to_their_entries(page):
    # The independent table: 2,288 mL where clearance is ten times the healthy one.
    lines = page.html.split('class="ig-strongest"', 1)[1]
    assert 'href="01_protocol_card.ipynb#CLEARANCE_INTERMEDIATE">Clearance</a>' in lines
    assert "815–2,288\xa0mL" in lines
    assert 'href="31_what_matters.ipynb">The dose equation (reading)</a>' in lines
    page.work.explorer.weight_kg = ""
    assert "815–2,288" not in page.html


def test_the_strip_says_of_vasopressors_what_is_known():
    assert vasopressors(TypedCase()) == "no vasopressor stop entered"
    assert vasopressors(TypedCase(vasopressor_stopped_h="50")) == "vasopressors stopped"


def test_what_is_read_of_a_file_with_a_reading_is_what_the_page_rests_on():
    case = teaching_case("plain-eligible").case.model_copy(
        update={"reading": "fill-120/1", "schema_": "igmfat-case/2"}
    )
    work = Workspace(ExplorerModel(), CourseModel(active=False))
    work.open_file("mine.json", case_text(case).encode())
    workspace_view(work)

    assert work.explorer.outcome.choices.rule.fill_to_mg_dl == 120
    assert read_case(work.course.file_text) == read_case(case_text(case))
