"""What people type, and how it is read or refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.units import igm_mg_dl, parse_haematocrit, parse_igm_unit, parse_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [("80", 80), ("72.5", 72.5), ("72,5", 72.5), (" 0,38 ", 0.38), (".5", 0.5), (",5", 0.5),
     ("0,384", 0.384), ("1.2340", 1.234), ("1234", 1234), ("-3", -3), ("8e-05", 8e-5),
     ("12,3456", 12.3456), ("7.", 7)],
)  # fmt: skip
def test_a_decimal_point_and_a_decimal_comma_are_both_read(typed, value):
    assert parse_number(typed, "Weight") == value


@pytest.mark.parametrize("typed", ["1,234", "12,345", "999,999", "-1,234"])
def test_a_comma_before_three_digits_is_ambiguous_and_refused(typed):
    with pytest.raises(UnreadableInput, match="could mean"):
        parse_number(typed, "Weight")


@pytest.mark.parametrize(
    "typed",
    [
        *("80 kg", "8O", "1.234,5", "1,234.5", "1 234", "nan", "inf", "1e999", "--3", "8,0,0"),
        *("\u0663", "0x10", "1_000"),
    ],
)
def test_anything_but_one_finite_number_is_refused(typed):
    with pytest.raises(UnreadableInput, match="Weight is “"):
        parse_number(typed, "Weight")


@pytest.mark.parametrize("typed", ["", "  ", "\u00a0"])
def test_an_empty_field_is_missing_rather_than_zero(typed):
    with pytest.raises(MissingInput, match="Weight is missing"):
        parse_number(typed, "Weight")


@given(st.text(max_size=12))
def test_any_text_gives_a_finite_number_or_one_sentence(typed):
    try:
        outcome: float | str = parse_number(typed, "Weight")
    except IgmFatError as error:
        outcome = str(error)

    assert outcome.startswith("Weight is ") if isinstance(outcome, str) else math.isfinite(outcome)


@given(st.floats(-999, 999).filter(lambda value: abs(value) >= 1))
def test_a_number_written_by_python_is_read_back(value):
    assert parse_number(repr(value), "Weight", low=-999, high=999) == value


@pytest.mark.parametrize(
    ("typed", "value"), [("0.30", 0.3), ("0,3", 0.3), ("30 %", 0.3), ("30%", 0.3)]
)
def test_a_haematocrit_is_a_fraction_or_carries_its_percent_sign(typed, value):
    assert parse_haematocrit(typed, "Haematocrit") == value


def test_a_bare_30_is_not_taken_for_a_percentage():
    assert parse_haematocrit("30", "Haematocrit") == 30


@pytest.mark.parametrize(
    ("value", "expected"), [(0.38, 38.0), (0.57, 57.0), (0.29, 29.0), (1.0, 100.0)]
)
def test_a_gram_per_litre_is_a_hundred_milligrams_per_decilitre(value, expected):
    assert igm_mg_dl(value, "g/L") == expected


def test_milligrams_per_decilitre_are_kept():
    assert igm_mg_dl(38.5, "mg/dL") == 38.5


@pytest.mark.parametrize("typed", ["mg/dl", "g/l", "mg", "mg/L"])
def test_an_unknown_igm_unit_is_refused(typed):
    with pytest.raises(UnreadableInput, match="choose mg/dL or g/L"):
        parse_igm_unit(typed)


def test_a_missing_igm_unit_is_not_guessed():
    with pytest.raises(MissingInput, match="unit is missing"):
        parse_igm_unit("")
