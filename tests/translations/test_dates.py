"""Dates are written as the CLDR, which Babel brings, writes them in each language."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date

from igmfat_nb.case.ward_clock import HourZero
from igmfat_nb.language import languages, reading
from igmfat_nb.widgets.workspace.times import Times

ZERO = HourZero.read("2026-01-01 09:05", "Europe/Rome")
DAYS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 328, 363]  # each month, each weekday


@pytest.mark.parametrize("code", languages())
def test_a_day_of_the_course_has_the_names_of_its_language(code: str):
    times = Times(zero=ZERO, by_clock=True)
    clock = ZERO.local
    for day in DAYS:
        that = date(2026, 1, 1) + timedelta(days=day)
        hours = ZERO.hours(clock + timedelta(days=day))  # as the ward's clock shows it
        with reading(code):
            assert times.date(hours) == format_date(that, "EEE d MMM", locale=code)


def test_a_time_of_the_course_in_italian():
    with reading("it"):
        hours = ZERO.hours(ZERO.local.replace(month=11, day=25))
        assert Times(zero=ZERO, by_clock=True).text(hours) == "mer 25 nov 09:05"
