"""A report of a patient whose titres lie below the assay's limit."""

import json

from igmfat_nb.case import new_case
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.reports.patient import EXAMPLE, PatientReport


def report_of(*titres):
    document = json.loads(EXAMPLE.read_text())
    del document["schema"]
    case = new_case(**document | {"titres": list(titres), "doses": [], "events": []})
    return case, PatientReport.of(case, Assumptions(), 1, {"c.json": "0"})


def words(section):
    return section._repr_mimebundle_().get("text/html", "").replace("\xa0", " ")


def test_a_first_titre_below_the_limit_has_doses_at_both_ends_and_no_course_of_arms():
    case, report = report_of({"time_h": 0, "igm_below_mg_dl": 18})
    doses, balance = words(report.first_dose_worked()), case.body().plasma_volume_ml / 100 / 0.9 / 6

    assert "&lt;18 mg/dL" in words(report.heading())
    (titre,) = [one for one in report.eligibility.lines if one.statement.code == "low_igm"]
    assert (titre.answer, titre.reason) == ("yes", "IgM is below 18 mg/dL")
    for deficit in (100, 82):
        assert f"{round(deficit * balance)} mL" in doses
    assert "Personalised arm, IgM at the assay&#39;s limit" in doses
    sentence = "The first titre is below 18 mg/dL; a course of both arms needs a number."
    assert sentence in words(report.curve_heading())
    assert report.as_text() == sentence
    assert report.results()["igm_below_mg_dl"] == 18


def test_a_later_titre_below_the_limit_stands_in_every_table():
    _case, report = report_of({"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_below_mg_dl": 18})

    assert "&lt;18" in words(report.course_so_far())
    assert "titre below the limit:" in words(report.due()) + words(report.heading())
    assert "↓ <18" in json.dumps(
        report.personal_curve().figure.to_dict(), default=list, ensure_ascii=False
    )
