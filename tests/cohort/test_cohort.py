"""Tables of patients: every row ends in one of two files, and the numbers are the page's."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.patient import TypedPatient, read_patient
from igmfat_nb.cli import main
from igmfat_nb.cohort.doses import dose_table
from igmfat_nb.cohort.rows import COLUMNS, read_rows
from igmfat_nb.courses.population import CLEARANCE, kinetics_of, synthesis_of
from igmfat_nb.courses.shared_patients import Cohort, SharedPatients, projected_quantiles
from igmfat_nb.courses.simulated import run_courses
from igmfat_nb.errors import IgmFatError

GOOD = ["SIM-001", "male", "60", "175", "80", "0.30", "40", "mg/dL"]
HEADER = ",".join(COLUMNS)


def table_of(*rows):
    return pd.DataFrame(list(rows), columns=list(COLUMNS), dtype=str)


def changed(**cells):
    return [cells.get(name, value) for name, value in zip(COLUMNS, GOOD, strict=True)]


def run(*args):
    return CliRunner().invoke(main, ["cohort", *map(str, args)])


def test_a_plain_row_gives_the_doses_of_the_command_line(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{','.join(GOOD)}\n")
    patient = "--sex male --age 60 --height-cm 175 --weight-kg 80 --haematocrit 0.30"
    single = CliRunner().invoke(
        main, ["dose", *patient.split(), "--igm", "40", "--igm-unit", "mg/dL", "--json"]
    )

    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.parquet", "--quiet")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "read 1 = accepted 1 + rejected 0"
    row = pd.read_parquet(tmp_path / "out.parquet").iloc[0]
    assert row["subject"] == "SIM-001"
    for arm, keys in json.loads(single.stdout)["arms"].items():
        vials = keys.pop("vials")
        assert {k: row[f"{arm}_{k}"] for k in keys} == pytest.approx(keys, rel=1e-12)
        for size in (10, 50, 100):
            assert row[f"{arm}_vials_{size}_ml"] == vials.get(str(size), 0)


@pytest.mark.parametrize("synthesis", ["recovering", "baseline", "none"])
@pytest.mark.parametrize("scenario", ["native", "fast"])
@pytest.mark.parametrize(
    ("titre", "rule"),
    [
        (38.0, DoseRule()),
        (1.0, DoseRule(recovery=0.35)),  # two days of infusion for one deficit
        (95.0, DoseRule(maintenance_ml_per_kg=10.0, rounding="none")),
    ],
)
def test_the_fast_projection_is_the_general_engines_course(synthesis, scenario, titre, rule):
    rng = np.random.default_rng(4)
    shared = SharedPatients.draw(rng, 120, scenario, rule, synthesis=synthesis)
    cohort = Cohort(np.array([80.0]), np.array([3756.3]), np.array([titre]))

    fast = projected_quantiles(cohort, shared, rule)

    virtual_patients = shared.virtual_patients
    kinetics = kinetics_of(
        3756.3 * virtual_patients.volume_factor,
        clearance_factor=CLEARANCE[scenario].value * virtual_patients.clearance_factor,
        recovery=virtual_patients.recovery,
        exchange_half_time_days=virtual_patients.exchange_half_time_days,
    )
    for arm, found in fast.items():
        course = run_courses(
            (arm,),
            first_titre_mg_dl=titre,
            weight_kg=80.0,
            plasma_volume_ml=3756.3,
            kinetics=kinetics,
            synthesis=synthesis_of(synthesis, titre, kinetics, 80.0),
            rule=rule,
            time_h=np.arange(8) * 24.0,
            assay_factor=shared.assay_factor,
        )[arm]
        expected = np.quantile(course.igm_mg_dl[1:], [0.05, 0.5, 0.95], axis=1).T
        assert found[:, :, 0] == pytest.approx(expected, rel=1e-9)


def test_threads_and_blocks_do_not_change_a_bit():
    rng = np.random.default_rng(0)
    rows = [changed(subject=f"S-{i}", igm=f"{rng.uniform(5, 120):.1f}") for i in range(4500)]
    accepted = read_rows(table_of(*rows)).accepted
    shared = SharedPatients.draw(np.random.default_rng(1), 100, "intermediate", DoseRule())

    one, two = (dose_table(accepted, shared, DoseRule(), threads=n) for n in (1, 2))
    tail = dose_table(accepted.iloc[4000:], shared, DoseRule())

    pd.testing.assert_frame_equal(one, two, check_exact=True)
    pd.testing.assert_frame_equal(one.iloc[4000:].reset_index(drop=True), tail, check_exact=True)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"weight_kg": "712"}, "weight_kg", "Weight is 712 kg; expected 30 to 300 kg"),
        ({"weight_kg": ""}, "weight_kg", "Weight is missing"),
        ({"age_years": ""}, "age_years", "Age is missing"),
        ({"haematocrit": "30"}, "haematocrit", "needs its sign"),
        ({"igm": "1,234"}, "igm", "could mean"),
        ({"igm": "0.3"}, "igm", "expected 1 to 1,000 mg/dL"),
        ({"igm_unit": ""}, "igm_unit", "IgM unit is missing"),
        ({"igm_unit": "mg"}, "igm_unit", "choose mg/dL or g/L"),
        ({"sex": "m"}, "sex", "Sex is “m”"),
        ({"subject": "Mario Rossi"}, "subject", "pseudonym"),
        ({"subject": ""}, "subject", "Subject is missing"),
        ({"subject": "A" * 33}, "subject", "pseudonym"),
    ],
)
def test_a_doubtful_row_is_refused_with_the_sentence_of_the_page(cells, column, words):
    rows = read_rows(table_of(changed(subject="OK-1"), changed(**cells)))

    assert len(rows.accepted) == 1
    (refused,) = rows.rejected.to_dict("records")
    assert (refused["row"], refused["column"]) == (2, column)
    assert refused["value"] == cells[column]
    assert words in refused["sentence"]


def test_a_subject_in_two_rows_is_refused_in_both_naming_both():
    rows = read_rows(table_of(GOOD, changed(subject="SIM-2"), GOOD))

    assert rows.rejected["row"].tolist() == [1, 3]
    assert all("lines 2 and 4" in sentence for sentence in rows.rejected["sentence"])
    assert rows.accepted["subject"].tolist() == ["SIM-2"]


texts = st.one_of(
    st.sampled_from(["", "80", "0,30", "30 %", "0.38", "1,234", " 60 ", "712", "male", "g/L", "x"]),
    st.text(max_size=5),
)


@given(st.lists(st.lists(texts, min_size=7, max_size=7), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_reading_by_column_is_reading_one_by_one(cells):
    rows = read_rows(table_of(*([f"S-{i}", *row] for i, row in enumerate(cells))))

    accepted = iter(rows.accepted.to_dict("records"))
    sentences = dict(zip(rows.rejected["row"], rows.rejected["sentence"], strict=True))
    for number, row in enumerate(cells, start=1):
        try:
            patient = read_patient(TypedPatient(*row)).patient()
        except IgmFatError as error:
            assert sentences[number] == str(error)
        else:
            found = next(accepted)
            assert found["igm_mg_dl"] == patient.igm_mg_dl
            assert found["plasma_volume_ml"] == pytest.approx(patient.plasma_volume_ml, rel=1e-15)
    assert next(accepted, None) is None
