"""The patient's page, the report's first page and ``igmfat next`` say the same of what is due."""

import re
from html import unescape

import pytest

from igmfat_nb.case import case_text, new_case
from igmfat_nb.cli import main
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.reports.patient import PatientReport
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.workspace.due_panel import due_markup, said
from igmfat_nb.widgets.workspace.model import COURSE, Workspace

BODY = {"sex": "male", "age_years": 64, "height_cm": 175, "weight_kg": 80, "haematocrit": 0.3}
FIRST_DOSE = {"start_h": 2, "volume_ml": 431, "duration_h": 13.5}
AT_24 = {"time_h": 24, "igm_mg_dl": 79}
BELOW_24, BELOW_26 = ({"time_h": hour, "igm_below_mg_dl": 18} for hour in (24, 26))
SECOND_DOSE = {"start_h": 24, "volume_ml": 400, "duration_h": 12.5}
#: By hand: Nadler 175 cm, 80 kg, haematocrit 0.30 holds 37.563 dL of plasma. 100 − 18 mg/dL
#: × 37.563 ÷ 5.4 = 570 mL at the limit, 100 × 37.563 ÷ 5.4 = 696 at 0; of 79, 21 × … = 146 mL.
BOTH_ENDS = (
    "Dose of day 2",
    "If <18 is right",
    "provisional",
    "titre below the limit: 570 to 696 mL",
)
CASES = {
    "below the limit, the only titre of its day": (
        (BELOW_24,), {}, (*BOTH_ENDS, "If it is set aside", "Needs a new titre"),
    ),
    "below the limit after another of its day": (
        (AT_24, BELOW_26), {}, (*BOTH_ENDS, "If it is set aside", "146 mL"),
    ),
    "far above": (
        ({"time_h": 24, "igm_mg_dl": 300},), {},
        ("Dose of day 2", "If 300 is right", "300 mg/dL is at or above the target of 100: no dose",
         "Needs a new titre"),
    ),
    "no surprise": ((AT_24,), {}, ("Dose of day 2", "Personalised arm", "146 mL")),
    "the standard arm asks no titre": (
        (BELOW_24,), {"arm": "standard", "doses": [FIRST_DOSE, SECOND_DOSE]},
        ("No dose due on day 2", "The dose of day 2, 400 mL, was given or is running."),
    ),
    "vasopressors stopped": (
        (AT_24,), {"vasopressor_stopped_h": 20},
        ("No dose due on day 2", "20: the personalised arm gives no further dose."),
    ),
}  # fmt: skip


def text_of(html):
    without = re.sub(r"<details.*?</details>", "", html, flags=re.S)
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without)))
    return re.sub(r"(?<=at )(?:hour (\d+)|(\d+) h)(?=:)", r"\1\2", text)


def case_of(*titres, **parts):
    changed = {"arm": "personalised", "vasopressor_stopped_h": None, "doses": [FIRST_DOSE], **parts}
    return new_case(
        subject="A-1", **BODY, titres=[{"time_h": 0, "igm_mg_dl": 38}, *titres], **changed
    )


def answers_of(case, folder, capsys):
    """What each of the three shows."""
    work = Workspace(ExplorerModel(with_course=False), CourseModel(case), step=COURSE)
    file = folder / "case.json"
    file.write_text(case_text(case))
    with pytest.raises(SystemExit):
        main(["next", str(file)])
    due = PatientReport.of(case, Assumptions(), 1, {"c.json": "0"}).due()
    outcome = work.course.outcome
    return {
        "page": text_of(due_markup(work, outcome)),
        "page, spoken": text_of(f"{said(work, outcome)}"),
        "report": text_of(due._repr_mimebundle_()["text/html"]),
        "command": text_of(capsys.readouterr().out.replace("<", "&lt;")),
    }


@pytest.mark.parametrize("course", list(CASES))
def test_page_report_and_command_say_the_same_of_what_is_due(course, tmp_path, capsys):
    titres, parts, (title, *words) = CASES[course]

    shown = answers_of(case_of(*titres, **parts), tmp_path, capsys)

    for name, text in shown.items():
        assert name == "page, spoken" or title in text  # spoken, the day alone goes before
        for one in words:
            assert one in text, (name, one)


def test_a_surprising_titre_below_the_limit_is_no_zero_in_the_report(tmp_path, capsys):
    shown = answers_of(case_of(BELOW_24), tmp_path, capsys)

    for name in ("page", "report"):
        assert "570–696 mL" in shown[name]
        assert " 0 mL" not in shown[name]
        assert "No dose due" not in shown[name]


@pytest.mark.parametrize(
    ("stopped_h", "words"),
    [(None, "no vasopressor stop entered"), (20, "vasopressors stopped, 20 h")],
)
def test_a_stop_that_nobody_entered_is_no_word_that_vasopressors_run(stopped_h, words):
    case = case_of(AT_24, vasopressor_stopped_h=stopped_h)

    heading = PatientReport.of(case, Assumptions(), 1, {"c.json": "0"}).heading()

    text = text_of(heading._repr_mimebundle_()["text/html"].replace("\xa0", " "))
    assert f"Vasopressors {words}" in text
    assert "running" not in text
