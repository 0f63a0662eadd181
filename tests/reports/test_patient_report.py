"""What the patient report says, and what its command writes."""

import json
import re
from base64 import b64decode

import numpy as np
import pytest

from igmfat_nb.case import new_case
from igmfat_nb.case.typed import typed_kept
from igmfat_nb.cli import main
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.reports.document import figure_html
from igmfat_nb.reports.patient import EXAMPLE, PatientReport
from igmfat_nb.reports.section import PLOTLY_MIME
from igmfat_nb.teaching_cases import library
from igmfat_nb.titration import CASE_ASSUMPTIONS


def run(*arguments):
    """Exit code of the command line."""
    with pytest.raises(SystemExit) as stop:
        main([str(part) for part in arguments])
    return stop.value.code


# What the report says


def report_of(**changes):
    document = json.loads(EXAMPLE.read_text())
    del document["schema"]
    return PatientReport.of(new_case(**(document | changes)), Assumptions(), 1, {"c.json": "0"})


def html_of(report):
    parts = [getattr(report, name)() for name in SECTIONS]
    html = "".join(part._repr_mimebundle_().get("text/html", "") for part in parts)
    return html.replace("\xa0", " ")


SECTIONS = (
    "heading",
    "to_the_patient",
    "due",
    "working_in_brief",
    "personal_curve",
    "course_so_far",
    "rules_and_plan",
    "doses",
    "first_dose_worked",
    "curve_heading",
    "curve",
    "curve_values",
    "eligibility_lines",
    "said_and_assumed",
    "sources",
)


def test_a_document_holds_its_case_byte_for_byte_and_a_page_leads_on_with_it(monkeypatch):
    report = PatientReport.of_file("", scenario="intermediate", synthesis="recovering", seed=1)
    html = report.to_the_patient()._repr_mimebundle_()["text/html"]
    link = re.search(r'download="EXAMPLE-1.json" href="data:application/json;base64,([^"]+)"', html)

    assert b64decode(link[1]) == EXAMPLE.read_bytes()
    monkeypatch.setenv("IGMFAT_SERVED", "voila")
    typed, text = typed_kept(report.to_the_patient().value)
    assert (typed.subject, typed.first_titre.igm, text) == ("EXAMPLE-1", "38", EXAMPLE.read_text())


def test_the_doses_are_those_worked_by_hand():
    # 250 mg/kg × 80 kg ÷ 50 mg/mL; (100 − 38) mg/dL × 37.563 dL ÷ 0.9 ÷ 6 mg/mL, to the mL.
    results = report_of().results()

    assert results["standard_volume_ml"] == 400
    assert results["personalised_volume_ml"] == 431
    assert results["personalised_deficit_mg_dl"] == 62


def test_every_row_of_a_table_has_as_many_cells_as_its_header():
    for table in re.findall(r"<table.*?</table>", html_of(report_of()), re.DOTALL):
        rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
        assert len({len(re.findall(r"<t[hd][ >]", row)) for row in rows}) == 1, table


def test_the_report_holds_every_part_that_a_reader_needs():
    html = html_of(report_of())

    for words in (
        "EXAMPLE-1",
        "Not for treatment decisions",
        "mg/dL",
        "Serum IgM below 60 mg/dL",
        "62 × 37.56 ÷ 0.9 recovery = 2,588 mg IgM",
        "Day plan",
        "assumption of this software",
        "Assumed by this software",
        "Biagioni",
    ):
        assert words in html


def test_the_next_dose_is_that_of_the_command(capsys):
    assert run("next", EXAMPLE, "--json") == 0
    rules = json.loads(capsys.readouterr().out)["rules"]

    html = html_of(report_of())

    assert f"<td>{rules['deficit']['volume_ml']:g} mL</td>" in html
    assert f"<td>{rules['forecast']['volume_ml']:g} mL</td>" in html


def test_a_surprising_titre_is_asked_about():
    titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 300}]

    assert "outside" in html_of(report_of(titres=titres, doses=[]))


def test_a_deviation_from_the_arm_is_said():
    html = html_of(report_of())

    assert "After the titre of 38 mg/dL at 0 h 420 mL was given" in html
    assert html.count("After the titre of 38 mg/dL") == 1


def test_the_first_page_holds_who_what_to_know_and_what_is_due():
    report = report_of()
    html = "".join(
        getattr(report, name)()._repr_mimebundle_()["text/html"]
        for name in ("heading", "due", "working_in_brief", "course_so_far")
    ).replace("\xa0", " ")

    # By hand: (100 - 90) mg/dL x 37.563 dL / 0.9 / 6 mg/mL = 69.6, to the mL.
    assert re.search(r'<p class="ig-big">70 <small>mL</small></p>', html)
    for words in (
        "EXAMPLE-1", "male, 60 years", "Dose of day 3, from 48 h", "Next titre at 72 h",
        "535 mL given so far", "To check:", "10 × 37.56 ÷ 0.9 recovery = 417 mg IgM",
    ):  # fmt: skip
        assert words in html, words
    assert "400 mL" not in html  # of an allocated patient the own arm's dose alone


def test_both_arms_are_due_where_none_is_allocated():
    html = report_of(arm=None, doses=[], titres=[{"time_h": 0, "igm_mg_dl": 38}]).due()

    shown = html._repr_mimebundle_()["text/html"]
    assert re.findall(r'<p class="ig-big">(\d+)', shown) == ["400", "431"]


def test_a_titre_that_decides_the_dose_and_was_not_predicted_is_critical():
    titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 300}]

    heading = report_of(titres=titres, doses=[]).heading()._repr_mimebundle_()["text/html"]

    assert '<li class="ig-critical">' in heading
    assert "far above" in heading


def test_a_contraindicated_patient_gets_no_dose_no_plan_and_no_curve():
    report = report_of(criteria={"contraindication_iga_deficiency": "yes"})

    html = html_of(report)

    assert "No dose: the label contraindicates" in html
    assert "431" not in html
    assert "400 mL" not in html
    assert "chance of" not in html
    assert report.results()["stopped"].startswith("No dose")
    assert not any("volume_ml" in name for name in report.results() if "plasma" not in name)
    assert report.as_text().startswith("No dose")
    assert report.figures_as_text().startswith("No dose")


@pytest.mark.parametrize("case", library(), ids=lambda case: case.name)
def test_every_teaching_case_has_a_report(case):
    report = PatientReport.of(case.case, Assumptions(), 1, {"c.json": "0"})

    assert case.case.subject in html_of(report)
    assert report.as_text()
    assert report.figures_as_text()


def test_a_dose_longer_than_a_day_is_warned_of():
    heavy = report_of(weight_kg=45, height_cm=195, titres=[{"time_h": 0, "igm_mg_dl": 2}], doses=[])

    assert any("maximum labelled rate" in line for line in heavy.answer.warnings)


def test_text_from_the_case_cannot_become_markup():
    from igmfat_nb.reports import section

    shown = (
        section.pairs({"<b>": "<script>"}) + section.sentences(["<i>"]) + section.table("a", ["<"])
    )

    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "<i>" not in shown


def test_a_figure_cannot_end_the_script_it_stands_in():
    data = {PLOTLY_MIME: {"data": [{"name": "</script><b>"}], "layout": {}}, "text/plain": '"x'}

    html = figure_html(data, "figure-1")

    assert html.count("</script>") == 1
    assert 'aria-label="&#34;x"' in html


def test_a_report_learns_once_and_draws_the_band_that_the_page_draws(monkeypatch):
    from igmfat_nb.titration import decision as module
    from igmfat_nb.widgets.course.model import CourseModel

    asked = []
    learn = module.learn_course
    monkeypatch.setattr(module, "learn_course", lambda *a, **k: asked.append(1) or learn(*a, **k))
    case = next(one.case for one in library() if one.name == "surprising-titre")
    report = PatientReport.of(case, CASE_ASSUMPTIONS, 1, {"c.json": "0"})
    (
        report.due(),
        report.personal_curve(),
        report.course_so_far(),
        report.results(),
        report.figures_as_text(),
    )
    assert len(asked) == 2  # as it stands, and with the surprising titre set aside

    page = CourseModel(case).outcome.answer.curve
    paper = {trace.name: trace for trace in report.personal_curve().figure.data}["Population"]
    drawn = dict(zip(np.round(24 * np.array(paper.x)), paper.y, strict=True))
    shown = dict(zip(page.time_h, page.population["p50"], strict=True))
    common = shown.keys() & drawn.keys()
    assert len(common) > 28
    assert [drawn[hour] for hour in common] == pytest.approx([shown[h] for h in common], abs=0.01)
