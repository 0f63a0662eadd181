"""Typed numbers of every door: two readings, unseen signs, units, limits; never a guess."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.patient import TypedPatient, read_patient
from igmfat_nb.cli import main
from igmfat_nb.errors import IgmFatError, ImplausibleInput, UnreadableInput
from igmfat_nb.language import reading
from igmfat_nb.notation import field_text
from igmfat_nb.plausibility import HAEMATOCRIT, IGM_MG_DL, WEIGHT_KG
from igmfat_nb.units import parse_number

BODY = {
    "--sex": "male",
    "--age": "60",
    "--height-cm": "175",
    "--weight-kg": "80",
    "--haematocrit": "0.30",
    "--igm": "38",
    "--igm-unit": "mg/dL",
}


def run(command, *more, **changed):
    options = BODY | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    words = [word for pair in options.items() for word in pair]
    return CliRunner().invoke(main, [command, *words, *more])


def volumes(result):
    return [arm["volume_ml"] for arm in json.loads(result.stdout)["arms"].values()]


# --- a point or a comma before exactly three digits


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("1.000", 1, 1000),  # 1 mg/dL asks for 691 mL, 1,000 mg/dL for none
        ("1.250", 0, 5000),
        ("-1.250", -2000, 2000),
        ("12.500", 0, float("inf")),
    ],
)
def test_a_point_before_three_digits_is_refused_where_both_readings_may_be_meant(typed, low, high):
    with pytest.raises(UnreadableInput, match="could mean"):
        parse_number(typed, "IgM", low=low, high=high)


@pytest.mark.parametrize(
    ("typed", "value", "low", "high"),
    [("72.125", 72.125, 30, 300), ("0.300", 0.3, 0.1, 0.65), ("1.2500", 1.25, 0, 5000),
     ("162.500", 162.5, 100, 250), ("1.000", 1.0, 0, 1)],
)  # fmt: skip
def test_a_point_before_three_digits_is_read_where_only_one_reading_is_possible(
    typed, value, low, high
):
    assert parse_number(typed, "Weight", low=low, high=high) == value


@pytest.mark.parametrize("typed", ["72.125", "1.000", "162.500"])
def test_beside_decimal_commas_a_point_before_three_digits_separates_thousands(typed):
    with pytest.raises(UnreadableInput, match="could mean"):
        parse_number(typed, "Weight", low=30, high=300, decimal_comma=True)


def test_in_a_language_with_decimal_commas_a_point_before_three_digits_is_refused(monkeypatch):
    monkeypatch.setattr("igmfat_nb.units.has_decimal_comma", lambda: True)

    with pytest.raises(UnreadableInput, match="could mean"):
        parse_number("72.125", "Weight", low=30, high=300)


@given(st.integers(1, 999), st.integers(0, 999), st.floats(0, 10), st.floats(0, 2e6))
def test_whatever_is_read_has_no_second_reading_within_the_limits(before, after, low, high):
    typed = f"{before}.{after:03}"
    decimal, thousands = float(typed), float(before * 1000 + after)
    try:
        value = parse_number(typed, "It", low=low, high=high)
    except UnreadableInput:
        assert low <= decimal <= high
        assert low <= thousands <= high
    else:
        assert value == decimal
        assert not (low <= decimal <= high and low <= thousands <= high)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("curve", ["--dose", "2:1.250:39"]),
        ("curve", ["--dose", "2:431:13.500"]),
        ("curve", ["--dose", "2.000:431:13.5"]),
        ("curve", ["--hours", "1.000"]),
        ("dose", ["--igm", "1.000"]),
    ],
)
def test_the_command_line_refuses_a_number_with_two_readings(command, words):
    result = run(command, *words)

    assert result.exit_code == 2
    assert "could mean" in result.output


def test_a_weight_to_the_gram_is_still_a_weight():
    assert volumes(run("dose", "--json", weight_kg="72.125"))[0] == 361  # 5 mL/kg, 360.6 rounded


def test_a_page_field_refuses_a_titre_with_two_readings():
    reading = read_patient(TypedPatient(igm="1.000", igm_unit="mg/dL", weight_kg="72.125"))

    assert "could mean 1.000 or 1000" in str(reading.errors["igm"])
    assert reading.number("weight_kg") == 72.125


def test_in_grams_per_litre_the_limits_are_those_of_the_unit():
    # 1.250 g/L is 125 mg/dL; 1,250 g/L is no titre at all.
    assert read_patient(TypedPatient(igm="1.250", igm_unit="g/L")).number("igm_mg_dl") == 125


def test_a_percentage_to_three_digits_has_one_reading():
    assert HAEMATOCRIT.parse("31.125 %") == pytest.approx(0.31125)


# --- signs that cannot be seen, or look like others


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("80\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\ufeff80", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("8\u00ad0", "U+00AD SOFT HYPHEN"),
        ("80\u2060", "U+2060 WORD JOINER"),
        ("\u202a80", "U+202A LEFT-TO-RIGHT EMBEDDING"),
        ("80\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
        ("80\u3164", "U+3164 HANGUL FILLER"),
        ("80\x07", "U+0007"),
        ("8\u00a00", "U+00A0 NO-BREAK SPACE"),
        ("\u221280", "U+2212 MINUS SIGN"),
        ("\uff18\uff10", "U+FF18 FULLWIDTH DIGIT EIGHT"),
        ("8\u0430", "U+0430 CYRILLIC SMALL LETTER A"),
    ],
)
def test_a_sign_that_cannot_be_seen_is_named_by_its_code(typed, named):
    with pytest.raises(UnreadableInput) as refusal:
        WEIGHT_KG.parse(typed)

    assert named in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"sex": "male\u200b"}, "sex"),
        ({"igm": "38", "igm_unit": "mg/dL\u200b"}, "igm_unit"),
        ({"haematocrit": "0.3\u200b"}, "haematocrit"),
    ],
)
def test_every_field_of_a_patient_names_such_a_sign(cells, field):
    assert "U+200B ZERO WIDTH SPACE" in str(read_patient(TypedPatient(**cells)).errors[field])


# --- units, limits, percentages, the age limit


@pytest.mark.parametrize(
    "changed",
    [
        {"weight_kg": "80 kg"},
        {"weight_kg": "80kg"},
        {"weight_kg": "80\u00a0kg"},
        {"igm": "38 mg/dL"},
        {"igm": "0,38 g/L", "igm_unit": "g/L"},
        {"height_cm": "175 cm"},
        {"age": "60 years"},
        {"haematocrit": "30 %"},
    ],
)
def test_a_unit_equal_to_the_fields_is_taken(changed):
    assert volumes(run("dose", "--json", **changed)) == [400, 431]  # as without the unit


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weight_kg": "176 lb"}, "expected one number in kg"),
        ({"igm": "38 mg/dL", "igm_unit": "g/L"}, "expected one number in g/L"),
        ({"height_cm": "1.75 m"}, "expected one number in cm"),
        ({"haematocrit": "28"}, "write 0.28 or 28 %"),
        ({"haematocrit": "28.5"}, "write 0.285 or 28.5 %"),
        ({"haematocrit": "90"}, "expected 0.1 to 0.65"),
        ({"igm": "<18"}, "which is a limit, not a measured value"),
        ({"igm": "> 300"}, "which is a limit, not a measured value"),
    ],
)
def test_another_unit_a_bare_percentage_and_a_limit_are_refused_with_their_reason(changed, said):
    result = run("dose", **changed)

    assert result.exit_code == 2
    assert said in result.output


def test_the_trials_own_age_limit_is_worded_where_it_decides():
    dose, eligible = run("dose", age="18"), CliRunner().invoke(main, ["eligible", "--age", "18"])

    assert "The trial enrols patients older than 18 years; this patient is 18." in dose.stdout
    assert "the age is 18 years, and the trial enrols patients older than 18." in eligible.stdout
    assert "enrols" not in run("dose", age="18.1").stdout


@given(st.text(max_size=8))
def test_any_text_is_a_plausible_titre_or_one_sentence_that_can_be_shown(typed):
    try:
        assert 1 <= IGM_MG_DL.parse(typed) <= 1000
    except ImplausibleInput:
        pass
    except IgmFatError as error:
        assert str(error).isprintable()


@given(value=st.floats(0, 999, width=32) | st.integers(1, 999_999).map(lambda n: n / 1000))
def test_what_stands_in_a_field_is_read_back_in_every_language(value):
    texts = []
    for code in ("en", "it"):
        with reading(code):
            texts.append(field_text(value))

    for code in ("en", "it"):
        with reading(code):
            assert [parse_number(text, "Price", low=0, high=10**6) for text in texts] == [value] * 2
