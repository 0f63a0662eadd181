"""The dose that is due: at which hour, from which titre, by which rule; or why none is."""

import re
from html import unescape

import pytest
from workspace_page import Page, few_particles  # noqa: F401 - a fixture

from igmfat_nb.case import case_text, new_case
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.workspace.alarms import course_alarms
from igmfat_nb.widgets.workspace.due_panel import due_markup, said
from igmfat_nb.widgets.workspace.figure_table import course_table
from igmfat_nb.widgets.workspace.model import COURSE, FIRST, Workspace
from igmfat_nb.widgets.workspace.strip import alarms_of

pytestmark = pytest.mark.usefixtures("few_particles")
BODY = {"sex": "male", "age_years": 64, "height_cm": 175, "weight_kg": 80, "haematocrit": 0.3}
AT_0, AT_24 = {"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 79}
FIRST_DOSE = {"start_h": 2, "volume_ml": 431, "duration_h": 13.5}


def work_of(*titres, now="", zero="", **parts):
    case = new_case(
        subject="A-1", **BODY, titres=[AT_0, *titres],
        **{"vasopressor_stopped_h": None, "doses": [FIRST_DOSE], **parts},
    )  # fmt: skip
    work = Workspace(ExplorerModel(with_course=False), CourseModel(case), step=COURSE)
    if zero:
        work.set_zero(zero)
    work.course.at_h_text = now
    return work


def shown(work):
    without = re.sub(r"<details.*?</details>", "", due_markup(work, work.course.outcome))
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without)))


PERSONALISED, STANDARD = {"arm": "personalised"}, {"arm": "standard"}
LATE = AT_24 | {"result_h": 30}
#: By hand: Nadler 175 cm, 80 kg, haematocrit 0.30 holds 37.563 dL of plasma; 80 kg × 5 mL/kg = 400.
#: (100 − 38) × 37.563 ÷ 5.4 = 431 and (100 − 79) × 37.563 ÷ 5.4 = 146 mL.
DUE = {
    "at 0 h of both arms": (
        (), {"doses": []},
        ("Due now Dose of day 1, from hour 0", "Last known titre 38 mg/dL", "400 mL", "431 mL"),
    ),
    "at 24 h": (
        (AT_24,), PERSONALISED,
        ("Due now Dose of day 2, from hour 24", "79 mg/dL, drawn at hour 24", "146 mL",
         "Reading: Deficit into plasma", "Next titre hour 48"),
    ),
    "at 24 h by the clock": (
        (AT_24,), PERSONALISED | {"zero": "2026-11-23 06:30"},
        ("Dose of day 2, from Tue 24 Nov 06:30", "Next titre Wed 25 Nov 06:30"),
    ),
    "a result that is awaited": (
        (LATE,), PERSONALISED | {"now": "26"},
        ("No dose due on day 2", "The titre drawn at 24 h has no result yet"),
    ),
    "a result that came late": (
        (LATE,), PERSONALISED, ("Due now Dose of day 2, from hour 30", "146 mL"),
    ),
    "a titre of the day before": (
        (AT_24,), PERSONALISED | {"now": "50"},
        ("No dose due on day 3", "No titre from the last 24 h", "Titre overdue since hour 48"),
    ),
    "vasopressors ended": (
        (AT_24,), PERSONALISED | {"vasopressor_stopped_h": 20},
        ("No dose due on day 2", "Vasopressors stopped at hour 20: the personalised arm gives no"),
    ),
    "seven days passed": (
        ({"time_h": 168, "igm_mg_dl": 80},), PERSONALISED,
        ("No dose due on day 8", "The personalised arm ends after its 7 days"),
    ),
    "the standard arm, vasopressors ended": (
        (AT_24,),
        STANDARD | {"vasopressor_stopped_h": 20, "doses": [FIRST_DOSE | {"volume_ml": 400}]},
        ("Due now Dose of day 2, from hour 24", "400 mL", "Ends hour 72"),
    ),
    "the standard arm after three days": (
        ({"time_h": 72, "igm_mg_dl": 90},), STANDARD,
        ("No dose due on day 4", "The standard arm ends after its 3 days."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("course", list(DUE))
def test_what_is_due_is_said_with_its_hour_titre_and_rule_or_why_nothing_is(course):
    titres, parts, words = DUE[course]

    text = shown(work_of(*titres, **parts))

    for one in words:
        assert one in text


def test_a_surprising_titre_below_the_assay_s_limit_asks_for_much_not_for_nothing():
    # (100 − 18) × 37.563 ÷ 5.4 = 570 mL at the limit, 100 × 37.563 ÷ 5.4 = 696 mL at 0
    work = work_of({"time_h": 24, "igm_below_mg_dl": 18}, arm="personalised")

    text = shown(work)

    assert "If <18 is right 570–696 mL provisional" in text
    assert " 0 mL" not in text
    assert "570 to 696 mL" in said(work, work.course.outcome)
    assert course_alarms(work.course.outcome)[0].sentence.startswith("<18 mg/dL is far below")


def test_an_infusion_that_runs_is_no_alarm():
    work = work_of(now="5", arm="personalised", criteria={
        "contraindication_hypersensitivity": "no", "contraindication_iga_deficiency": "no",
    })  # fmt: skip

    found = course_alarms(work.course.outcome)

    assert [one.severity for one in found] == ["note", "note"]
    assert "An infusion runs until 15.5 h" in found[1].sentence


def test_the_strip_warns_of_a_course_also_beside_its_first_step():
    work = Workspace(ExplorerModel(with_course=False), CourseModel(active=False))
    work.open_file("a.json", case_text(teaching_case("surprising-titre").case).encode())

    work.step = FIRST

    assert [one.severity for one in alarms_of(work)] == ["critical"]


def test_a_first_dose_whose_day_has_passed_is_not_called_today_s():
    work = Workspace(ExplorerModel(with_course=False), CourseModel(active=False))
    work.open_example("plain-eligible")
    page = Page(work)
    work.set_zero("2026-11-23 06:30")

    work.reader_clock("2026-11-23 09:00", "")
    assert "431 mL today" in page.text
    work.reader_clock("2026-11-25 09:00", "")  # 50.5 h later
    assert "today" not in page.text
    assert "The titre is 50.5 h old; what is due now is under “Follow the course”." in page.text
    assert "431 mL on day 1" in page.text


def test_a_titre_below_a_limit_without_its_unit_is_one_slip():
    work = Workspace(ExplorerModel(with_course=False), CourseModel(active=False))
    for name, text in BODY.items():
        work.course.change(name, str(text))

    work.explorer.igm = "<18"

    assert list(work.explorer.outcome.refused) == ["igm_unit"]
    assert [*work.course.reading.refused.values()] == [
        "The IgM unit is missing; choose mg/dL or g/L."
    ]
    work.explorer.igm_unit = "mg/dL"
    assert work.explorer.outcome.refused == {}


def test_the_table_beside_the_curve_has_what_was_measured_and_what_was_predicted():
    work = Workspace(
        ExplorerModel(with_course=False), CourseModel(teaching_case("surprising-titre").case)
    )
    work.step = COURSE
    one = work.course.outcome.answer.decision.learning.predictions[1]
    low, middle, high = (round(point) for point in one.interval_90_mg_dl)

    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", course_table(work).value)

    rows = [re.sub(r"\s", " ", " | ".join(cells[at : at + 5])) for at in range(5, len(cells), 5)]
    assert rows[2].startswith("hour 48 | ")
    assert rows[2].endswith(f" | 171 | {middle} ({low}–{high})")
    assert rows[3].endswith(" |  | ")  # nothing was measured at 72 h
