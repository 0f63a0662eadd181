"""Whole numbers stay whole, and a text parameter may be given as a number."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.patient import TypedPatient, read_patient
from igmfat_nb.cli import main
from igmfat_nb.errors import IgmFatError
from igmfat_nb.pages.protocol_card import constants_text
from igmfat_nb.reports.cohort_report import CohortReport
from igmfat_nb.reports.parameters import Parameter
from igmfat_nb.reports.patient import PatientReport
from igmfat_nb.trial.design import example_or
from igmfat_nb.units import MOST_WHOLE, given_text, parse_number, parse_whole, whole
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.inputs import TypedAssumptions
from igmfat_nb.widgets.explorer.model import ExplorerModel

ROOT = Path(__file__).parent.parent.parent
SEED = Parameter("seed", "int", 1, low=0)


def str_type(value):
    """A name for a value that cannot be written."""
    return type(value).__name__


@given(st.integers(-MOST_WHOLE, MOST_WHOLE))
def test_every_whole_number_that_fits_is_read_as_itself(number):
    assert parse_whole(str(number), "seed") == whole(number, "seed") == number


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("9007199254740992", 2**53),
        ("9007199254740993", 2**53 + 1),
        (9007199254740993, 2**53 + 1),
        (" 28 ", 28),
        ("+28", 28),
        ("28.0", 28),
        (28.0, 28),
    ],
)
def test_a_whole_parameter_keeps_its_last_digit(given, read):
    value = SEED.value(given)

    assert value == read
    assert type(value) is int


@pytest.mark.parametrize(
    "given",
    [
        *("1_000", "28.5", "9007199254740993.0", "1e16", "9" * 30, "9" * 5000, "True", "x", ""),
        *("0x10", "١٢"),
        *(28.5, 2.0**53, 1e300, float("nan"), float("inf"), 10**30, 10**5000, True, None, [1]),
    ],
    ids=str_type,
)
def test_what_is_no_whole_number_that_fits_is_refused_with_its_name(given):
    with pytest.raises(IgmFatError, match=r"^seed is ") as refusal:
        SEED.value(given)

    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    "given", [10**400, 10**5000, float("inf"), "1_0", True, None], ids=str_type
)
def test_a_number_that_no_float_holds_is_refused_with_its_name(given):
    with pytest.raises(IgmFatError, match=r"^share is "):
        Parameter("share", "float", 0.5).value(given)


@pytest.mark.parametrize("given", ["[NaN]", "[1e999]", '["1_000"]', "[true]", "[" * 9000, [None]])
def test_a_list_of_numbers_holds_numbers(given):
    with pytest.raises(IgmFatError, match=r"^effects is "):
        Parameter("effects", "list[float]", []).value(given)


@pytest.mark.parametrize(
    ("value", "text"),
    [("60", "60"), (60, "60"), (72.5, "72.5"), (0.3, "0.3"), (72.125, "72.1250"), ("", "")],
)
def test_a_number_counts_as_its_text(value, text):
    assert given_text(value, "age_text") == text


@given(st.floats(1e-4, 1e6))
def test_the_text_of_a_number_is_read_as_that_number(number):
    text = given_text(number, "weight_text")

    assert parse_number(text, "Weight", low=0, high=1e9) == number


def test_a_patient_given_in_numbers_is_the_patient_typed_as_text():
    given = TypedPatient("male", 60, 175, 80.0, 0.3, 38, "mg/dL")
    typed = TypedPatient("male", "60", "175", "80", "0.3", "38", "mg/dL")

    assert read_patient(given).patient() == read_patient(typed).patient()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: TypedPatient(age_years=True), "age_text"),
        (lambda: TypedPatient(igm=None), "igm_text"),
        (lambda: TypedPatient(haematocrit=float("nan")), "haematocrit_text"),
        (lambda: TypedAssumptions(recovery=[0.9]), "recovery_text"),
        (lambda: TypedAssumptions(scenario=None), "scenario"),
        (lambda: ExplorerModel.of(TypedPatient(), {"septic_shock": False}), "answers"),
        (lambda: ExplorerModel.of(TypedPatient(), [1]), "answers"),
        (lambda: ExplorerModel.of(TypedPatient(), seed="x"), "seed"),
        (lambda: CourseModel.of_file(None), "case_path"),
        (lambda: CourseModel.of_file("", seed=1.5), "seed"),
        (lambda: constants_text(True), "status"),
        (lambda: example_or(False), "design_path"),
        (
            lambda: PatientReport.of_file(True, scenario="fast", synthesis="none", seed=1),
            "case_file",
        ),
        (
            lambda: CohortReport.of_file("", igm_unit=False, scenario="fast", twins=100, seed=1),
            "igm_unit",
        ),
    ],
)
def test_what_is_neither_text_nor_number_is_refused_by_the_parameters_name(make, name):
    with pytest.raises(IgmFatError) as refusal:
        make()

    assert str(refusal.value).startswith(name)


@pytest.mark.parametrize("number", [7, 0, 2.5])
@pytest.mark.parametrize(
    "make",
    [
        CourseModel.of_file,
        constants_text,
        example_or,
        lambda number: PatientReport.of_file(number, scenario="fast", synthesis="none", seed=1),
    ],
)
def test_a_number_as_a_name_is_one_sentence(make, number):
    with pytest.raises(IgmFatError):
        make(number)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["next", "--seed", "1_000", "x.json"], "'1_000' is not a whole number"),
        (["cohort", "--twins", "1000000000000", "t.csv"], "is not in the range"),
        (["trial", "--replicates", "9" * 30, "d.yaml"], "is not in the range"),
        (["trial", "--seed", "9" * 5000, "d.yaml"], "is not in the range"),
        (["trial", "--workers", "1e3", "d.yaml"], "is not a whole number"),
        (["cases", "make", "--n", "9" * 30, "--out", "x"], "is not in the range"),
    ],
)
def test_the_command_line_takes_plain_digits_that_fit(command, words):
    result = CliRunner().invoke(main, command)

    assert result.exit_code == 2
    assert words in result.stderr


def test_papermill_may_give_a_typed_text_as_a_number(tmp_path):
    out = tmp_path / "out.ipynb"
    given = {"sex": "male", "age_text": 60, "height_text": 175, "weight_text": 80.0}
    given |= {"haematocrit_text": 0.3, "igm_text": 38, "igm_unit": "mg/dL", "recovery_text": 0.9}
    pairs = [part for name, value in given.items() for part in ("-p", name, str(value))]
    notebook = ROOT / "notebooks" / "11_dose_calculator.ipynb"

    run = subprocess.run(
        [sys.executable, "-m", "papermill", str(notebook), str(out), *pairs, "-k", "python3"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr[-500:]
    assert "431 mL" in "".join(json.loads(out.read_text(encoding="utf-8")) and out.read_text())
