"""Times as a ward charts them: read, worded back, refused; expected hours by the calendar."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.case.charted_time import TimeForm, hour_text, read_hour
from igmfat_nb.case.next_row import likely_next_hour
from igmfat_nb.case.typed import TypedCase, TypedDose, TypedEvent, TypedTitre
from igmfat_nb.case.typed_reading import in_order, read_typed
from igmfat_nb.case.ward_clock import HourZero
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import IgmFatError, MissingInput
from igmfat_nb.language import languages, reading

PLAIN = HourZero.read("2026-03-10 08:30", "Europe/Rome")
SPRING = HourZero.read("2026-03-28 08:30", "Europe/Rome")  # forward at 02:00 on the 29th
AUTUMN = HourZero.read("2026-10-24 08:30", "Europe/Rome")  # back at 03:00 on the 25th
CLOCK_ONLY = HourZero.read("08:30")
TYPED = TypedCase(
    subject="C-1", sex="male", age_years="60", height_cm="175", weight_kg="80", haematocrit="0.30"
)


def sentence(text, zero=PLAIN, **options):
    with pytest.raises(IgmFatError) as caught:
        read_hour(text, zero, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "zero", "hour"),
    [
        ("24", None, 24),
        ("24,5", None, 24.5),
        ("24.5 h", PLAIN, 24.5),
        ("08:30", PLAIN, 0),
        ("9:00", PLAIN, 0.5),
        ("08:00", PLAIN, 23.5),
        ("day 2 08:30", PLAIN, 24),
        ("d3 20:45", PLAIN, 60.25),
        ("2026-03-12 08:30", PLAIN, 48),
        ("2026-03-12T08:30", PLAIN, 48),
        ("12.3.2026 08:30", PLAIN, 48),
        ("12.3. 08:30", PLAIN, 48),
        ("12/3/26 08:30", PLAIN, 48),
        ("3/13 08:30", PLAIN, 72),  # no thirteenth month
        ("day 2 08:30", SPRING, 23),
        ("day 3 08:30", SPRING, 47),
        ("day 2 08:30", AUTUMN, 25),
        ("day 2 02:30 +02:00", AUTUMN, 18),
        ("day 2 02:30 CEST", AUTUMN, 18),
        ("day 2 02:30 CET", AUTUMN, 19),
        ("day 2 08:30", CLOCK_ONLY, 24),
        ("02:30:36", CLOCK_ONLY, 18.01),
    ],
)
def test_what_a_chart_says_is_read(text, zero, hour):
    assert read_hour(text, zero) == pytest.approx(hour)


def test_a_clock_time_without_a_day_is_the_next_one():
    assert read_hour("08:30", PLAIN, after_h=0.5) == 24
    assert read_hour("08:30", PLAIN, after_h=24) == 24
    assert read_hour("08:00", SPRING, after_h=1) == 22.5


@pytest.mark.parametrize(
    ("text", "zero", "expected"),
    [
        ("", None, "Time is missing"),
        ("08:30", None, "Time is “08:30”; a clock time needs the time of the first titre"),
        ("2026-03-12 08:30", CLOCK_ONLY, "a date needs the date of the first titre"),
        ("2026-03-12", PLAIN, "a date without a time of day; add it, such as 08:30"),
        ("day 2", PLAIN, "a day without a time"),
        ("day 0 08:30", PLAIN, "day 1 is the day of the first titre"),
        ("night 2 08:30", PLAIN, "expected hours, 08:30, day 2 08:30 or a date"),
        ("25:00", PLAIN, "a clock time is 00:00 to 23:59"),
        ("08:60", PLAIN, "a clock time is 00:00 to 23:59"),
        ("2026-02-30 08:30", PLAIN, "is no date of the calendar"),
        ("day 1 08:00", PLAIN, "Time is −0.5 h; expected 0 to 672 h"),
        ("2027-03-12 08:30", PLAIN, "expected 0 to 672 h"),
        ("08.30", PLAIN, "write 08:30 for a clock time, or hours as 8.30"),
        ("12/3", PLAIN, "a date without a time of day"),
        ("08:30 tomorrow", PLAIN, "expected hours, 08:30"),
        ("800", PLAIN, "Time is 800 h; expected 0 to 672 h"),
        ("2026-03-29 02:30", SPRING, "does not exist: the clocks went forward then"),
        ("day 2 02:30", AUTUMN, "occurs twice, as the clocks went back; add +02:00 or +01:00"),
        ("day 2 02:30 +05:00", AUTUMN, "+05:00 is not the zone's time then"),
        ("4/3 08:30", SPRING, "could be 2026-03-04 or 2026-04-03"),  # 4 March lies before
        ("4/5 08:30", HourZero.read("2026-04-03 08:30"), "could be 2026-05-04 or 2026-04-05"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text, zero, expected):
    assert expected in sentence(text, zero)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("", None, "missing"),
        ("yesterday", None, "expected 06:30 or 2026-03-28 06:30"),
        ("28.3. 08:30", None, "expected 06:30 or"),
        ("2026-03-28 08:30", "Europe/Atlantis", "The zone “Europe/Atlantis” is not known"),
        ("2026-03-28 08:30", "../etc/passwd", "is not known"),
        ("2026-03-29 02:30", "Europe/Rome", "does not exist"),
        ("2026-10-25 02:30", "Europe/Rome", "occurs twice"),
        ("3/4/2026 08:30", None, "could be 2026-04-03 or 2026-03-04"),
    ],
)
def test_hour_zero_is_refused_in_a_sentence(text, zone, expected):
    with pytest.raises(IgmFatError, match=expected.replace(".", r"\.")):
        HourZero.read(text, zone)


@given(
    hour=st.floats(0, 672),
    zero=st.sampled_from([PLAIN, SPRING, AUTUMN, CLOCK_ONLY, None]),
    form=st.sampled_from(get_args(TimeForm)),
    language=st.sampled_from(languages()),
)
def test_there_and_back(hour, zero, form, language):
    with reading(language):
        assert read_hour(hour_text(hour, zero, form), zero) == resolved_h(hour)


@given(
    minute=st.integers(0, 672 * 60),
    zone=st.sampled_from(
        ["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
    ),
    start=st.datetimes().filter(lambda one: 1980 < one.year < 2030),
)
def test_there_and_back_anywhere(minute, zone, start):
    try:
        zero = HourZero.read(f"{start:%Y-%m-%d %H:%M}", zone)
    except IgmFatError:
        return  # one of the two hours a year
    for form in ("clock", "date"):
        text = hour_text(minute / 60, zero, form)
        assert read_hour(text, zero) == resolved_h(minute / 60)


@given(st.text(max_size=20), st.sampled_from([PLAIN, None]))
def test_any_text_is_an_hour_or_a_sentence(text, zero):
    try:
        assert 0 <= read_hour(text, zero) <= 672
    except IgmFatError as error:
        assert str(error)


def test_rows_may_be_charted_and_the_case_holds_hours():
    typed = TYPED.with_rows(
        "titres",
        [
            TypedTitre(time_h="08:30", igm="38"),
            TypedTitre(time_h="08:30", igm="84", result_h="11:00"),
            TypedTitre(time_h="day 3 08:30", igm="0,97", igm_unit="g/L"),
        ],
    )
    typed = typed.with_rows(
        "doses",
        [TypedDose("10:30", "431", "13.5"), TypedDose("day 2 11:30", "111", "3.5")],
    ).with_rows("events", [TypedEvent("29.3. 12:00", "plasma")])

    first, second, third = (titre for titre in read_typed(typed, None, SPRING).case.titres)
    case = read_typed(typed, None, SPRING).case

    assert (first.time_h, second.time_h, third.time_h) == (0, 23, 47)  # SPRING: an hour less
    assert second.result_h == 25.5
    assert [dose.start_h for dose in case.doses] == [2, 26]
    assert case.events[0].time_h == 26.5
    assert "a clock time needs the time of the first titre" in read_typed(typed).refused["titres.0"]


def test_rows_by_the_clock_stay_in_the_order_that_gives_them_their_day():
    by_clock = TYPED.with_rows("titres", [TypedTitre("24", "38"), TypedTitre("08:30", "84")])
    by_hours = TYPED.with_rows("titres", [TypedTitre("24", "38"), TypedTitre("0", "84")])

    assert in_order(by_clock, PLAIN) == by_clock
    assert [row.time_h for row in in_order(by_hours, PLAIN).titres] == ["0", "24"]


def test_a_new_row_comes_with_its_likely_hour():
    assert likely_next_hour(TypedCase(titres=()), "titres") == 0
    titres = [TypedTitre("0", "38"), TypedTitre("24", "84")]
    typed = TYPED.with_rows("titres", titres)

    assert likely_next_hour(typed, "titres") == 48  # a titre a day
    assert likely_next_hour(typed, "doses") == 26  # two hours after its titre
    assert likely_next_hour(typed, "events") == 24
    running = typed.with_rows("doses", [TypedDose("2", "431", "30")])
    assert likely_next_hour(running, "doses") == 32  # when the infusion ends
    given_today = typed.with_rows("doses", [TypedDose("26", "111", "3.5")])
    assert likely_next_hour(given_today, "doses") == 50
    assert likely_next_hour(given_today, "events") == 26
    slipped = typed.with_rows("titres", [*titres, TypedTitre("tomorrow", "")])
    assert likely_next_hour(slipped, "titres") == 48
    late = TYPED.with_rows("titres", [TypedTitre("0", "38"), TypedTitre("660", "84")])
    assert likely_next_hour(late, "titres") is None


def test_hour_zero_is_needed_by_name():
    with pytest.raises(MissingInput, match="The start is “10:30”"):
        read_hour("10:30", None, name="The start")
