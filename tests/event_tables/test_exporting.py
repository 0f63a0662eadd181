"""Cases as an event table: there and back, read by others, simulated by others."""

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from igmfat_nb.case import case_text, new_case, read_case
from igmfat_nb.cohort.text_tables import read_text_table
from igmfat_nb.courses.as_given import given_course
from igmfat_nb.courses.simulated import Assumptions, patient_kinetics
from igmfat_nb.event_tables import import_rows, read_mapping
from igmfat_nb.event_tables.examples import own_text
from igmfat_nb.event_tables.exporting import NUMBERS, course_of, write_events
from igmfat_nb.teaching_cases import library, made_cases

DATA = Path(__file__).parent.parent / "data"
BODY = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80, "haematocrit": 0.3}


def table_text(cases):
    file = io.StringIO(newline="")
    list(write_events(map(course_of, cases), file))
    return file.getvalue()


@pytest.fixture(scope="module")
def own_mapping(tmp_path_factory):
    path = tmp_path_factory.mktemp("mapping") / "own.yaml"
    path.write_text(own_text(), encoding="utf-8")
    return read_mapping(path)


def back(text, mapping, folder):
    path = folder / "events.csv"
    path.write_text(text, encoding="utf-8")
    found = import_rows(read_text_table(path), mapping)
    assert found.problems == []
    return found.cases


def content(case):
    """What a case holds, whatever was left out of its file."""
    return json.loads(case.model_dump_json(by_alias=True))


def test_every_teaching_case_comes_back_exactly(own_mapping, tmp_path):
    cases = [one.case for one in library()]

    assert [content(c) for c in back(table_text(cases), own_mapping, tmp_path)] == [
        content(c) for c in cases
    ]


@pytest.mark.full
def test_a_thousand_made_cases_come_back_exactly(own_mapping, tmp_path):
    cases = list(made_cases(1000, 11))
    text = table_text(cases)

    again = back(text, own_mapping, tmp_path)

    assert [content(c) for c in again] == [content(c) for c in cases]
    assert table_text(again) == text


NUMBER = st.floats(1, 900)
TITRE = st.fixed_dictionaries(
    {"igm": NUMBER, "below": st.booleans()},
    optional={"weight_kg": st.floats(30, 300), "haematocrit": st.floats(0.1, 0.65)},
)


@settings(max_examples=30)
@given(
    titres=st.lists(TITRE, min_size=1, max_size=5),
    gaps=st.lists(st.floats(0.01, 100), min_size=5, max_size=5),
    doses=st.lists(st.tuples(st.floats(0.5, 1500), st.floats(0.1, 20)), max_size=4),
    stopped=st.none() | st.floats(0, 672),
    notes=st.from_regex(r"(?:[A-Za-z0-9][ -~]{0,40}[a-z.,;\"])?", fullmatch=True),
)
def test_whatever_a_case_holds_comes_back_exactly(
    own_mapping, tmp_path_factory, titres, gaps, doses, stopped, notes
):
    hours = [0.0, *np.cumsum(gaps).tolist()]
    rows = []
    for hour, one in zip(hours, titres, strict=False):
        name = "igm_below_mg_dl" if one["below"] else "igm_mg_dl"
        rows.append(
            {"time_h": hour, name: one["igm"]}
            | {key: one[key] for key in ("weight_kg", "haematocrit") if key in one}
        )
    infusions, start = [], 0.25
    for volume, duration in doses:
        infusions.append({"start_h": start, "volume_ml": volume, "duration_h": duration})
        start += duration + 0.125
    case = new_case(
        subject="L-1",
        **BODY,
        titres=rows,
        doses=infusions,
        vasopressor_stopped_h=stopped,
        notes=notes,
    )

    (again,) = back(table_text([case]), own_mapping, tmp_path_factory.mktemp("law"))

    assert content(again) == content(case)


def test_a_reader_of_the_field_finds_the_rows_doses_and_censoring(own_mapping, tmp_path):
    """``tests/reference/make_pharmpy_reading.py`` had pharmpy read the same bytes."""
    text = (DATA / "events.csv").read_text(encoding="utf-8")
    reading = json.loads((DATA / "pharmpy_reading.json").read_text(encoding="utf-8"))
    cases = back(text, own_mapping, tmp_path)

    assert table_text(cases) == text
    assert reading["rows"] == text.count("\n") - 1
    assert len(reading["subjects"]) == len(cases)
    for case, read in zip(cases, reading["subjects"].values(), strict=True):
        doses = [[d.start_h, 6 * d.volume_ml, 6 * d.volume_ml / d.duration_h] for d in case.doses]
        assert read["doses"] == [pytest.approx(dose) for dose in doses]
        titres = [[t.time_h, t.reported_mg_dl, float(t.is_limit)] for t in case.titres]
        assert read["titres"] == titres
        sex = 1.0 if case.sex == "male" else 0.0
        body = [sex, case.age_years, case.height_cm, case.weight_kg, case.haematocrit]
        assert read["body"] == body


def test_a_simulation_from_the_table_by_scipy_is_our_own_curve():
    case = next(one.case for one in library() if one.name == "vasopressors-stop-day-3")
    table = pd.read_csv(io.StringIO(table_text([case])), na_values=".")
    numbers = table[list(NUMBERS)].apply(pd.to_numeric)
    doses, first = numbers[numbers["EVID"] == 1], numbers.iloc[0]
    starts, spans, rates = (doses[name].to_numpy() for name in ("TIME", "DUR", "RATE"))
    assumptions = Assumptions(synthesis="baseline")
    kinetics, synthesis = patient_kinetics(case.patient(), assumptions)
    v1, k10, k12, k21 = (
        float(np.asarray(getattr(kinetics, name)).item())
        for name in ("v1_dl", "k10_per_h", "k12_per_h", "k21_per_h")
    )
    recovery = float(np.asarray(kinetics.recovery).item())
    made = k10 * v1 * first["DV"]  # what holds the first titre

    def change(hour, amounts):
        given = recovery * rates[(starts <= hour) & (hour < starts + spans)].sum()
        plasma, tissue = amounts
        back_h, out_h = k21 * tissue, (k10 + k12) * plasma
        return [made + given - out_h + back_h, k12 * plasma - back_h]

    start = [first["DV"] * v1, first["DV"] * v1 * k12 / k21]
    hours = np.arange(0.0, 121.0, 6.0)
    solved = solve_ivp(change, (0, 120), start, t_eval=hours, max_step=0.25, rtol=1e-8)

    ours = given_course(case.patient(), [d.given() for d in case.doses], assumptions, hours)

    assert synthesis is not None
    assert solved.y[0] / v1 == pytest.approx(ours.igm_mg_dl[:, 0], rel=2e-3)
    assert math.isclose(solved.y[0][0] / v1, case.titres[0].igm_mg_dl)


def test_a_text_that_a_spreadsheet_would_run_is_inert():
    case = new_case(
        subject="F-1",
        **BODY,
        titres=[{"time_h": 0, "igm_mg_dl": 38}],
        vasopressor_stopped_h=None,
        notes="=1+1",
    )

    rows = list(csv.DictReader(io.StringIO(table_text([case]))))

    assert rows[0]["NOTES"] == "'=1+1"


def test_reimporting_gives_the_same_bytes(own_mapping, tmp_path):
    cases = list(made_cases(5, 3))
    text = table_text(cases)

    first = [case_text(case) for case in back(text, own_mapping, tmp_path)]
    second = [case_text(case) for case in back(text, own_mapping, tmp_path)]

    assert first == second
    assert [read_case(one).subject for one in first] == [case.subject for case in cases]
