"""Numbers as ISMP asks for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.notation import number_text, quantity_text, vials_text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (5.0, 1, "5"),
        (0.4, 2, "0.4"),
        (1000, 0, "1,000"),
        (20_000.04, 1, "20,000"),
        (12.25, 1, "12.3"),
        (2.675, 2, "2.68"),
        (0.04, 1, "0"),
        (-0.04, 1, "0"),
        (-3.5, 1, "\N{MINUS SIGN}3.5"),
        (100, 0, "100"),
        (1e100, 3, "1e+100"),
        (float("nan"), 0, "nan"),
    ],
)
def test_numbers_follow_the_safe_notation(value, decimals, text):
    assert number_text(value, decimals) == text


@given(st.floats(0, 1e7), st.integers(0, 4))
def test_a_shown_number_has_no_trailing_zero_and_is_within_half_a_unit(value, decimals):
    text = number_text(value, decimals)

    assert not ("." in text and text.endswith(("0", ".")))
    assert abs(float(text.replace(",", "")) - value) <= 0.5 * 10**-decimals * (1 + 1e-6)


def test_a_quantity_has_a_space_before_its_unit():
    assert quantity_text(431.2, "mL") == "431 mL"


def test_vials_are_listed_largest_first():
    assert vials_text({10: 4, 100: 4}) == "4 × 100 mL + 4 × 10 mL"
    assert vials_text({}) == "none"
