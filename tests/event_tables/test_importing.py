"""Tables into cases: the examples, worked by hand; what is refused, with its sentence."""

import io

import pandas as pd
import pytest

from igmfat_nb.case import Case
from igmfat_nb.errors import IgmFatError
from igmfat_nb.event_tables import import_rows, read_mapping
from igmfat_nb.event_tables.examples import example_texts

EVENT = "ID,TIME,AMT,DUR,DV,EVID,SEX,AGE,HT,WT,HCT,CENTRE\n"
BODY = "M,64,175,80,0.30,North"
FIRST = f"1,0,,,38,0,{BODY}\n"
DOSE = f"1,2,431,13.5,,1,{BODY}\n"
MAPPING = """
format: event
columns:
  {subject: ID, time: TIME, amount: AMT, duration: DUR, titre: DV, evid: EVID, sex: SEX, age: AGE,
   height: HT, weight: WT, haematocrit: HCT, centre: CENTRE}
units: {time: hours, amount: mL, titre: mg/dL, haematocrit: fraction}
codes: {sex: {female: F, male: M}}
missing: ["."]
"""


@pytest.fixture
def imported(tmp_path):
    """Import a table under a mapping, both as text."""

    def run(table, mapping=MAPPING, **options):
        path = tmp_path / "mapping.yaml"
        path.write_text(mapping, encoding="utf-8")
        frame = pd.read_csv(
            io.StringIO(table), dtype="str", keep_default_na=False, sep=None, engine="python"
        )
        return import_rows(frame, read_mapping(path), **options)

    return run


def mapping(**lines):
    """The mapping with some of its lines replaced."""
    text = MAPPING
    for old, new in lines.values():
        assert old in text
        text = text.replace(old, new)
    return text


def reasons(found):
    return [(one.line, one.column, one.sentence) for one in found.problems]


def test_the_event_example_by_hand(imported):
    table, mapping_text = example_texts("event")[::-1]

    first, second = imported(table, mapping_text).cases

    assert isinstance(first, Case)
    # 2,400 mg IgM in 6 mg/mL are 400 mL; at 192 mg/h they run 12.5 h; two more, 24 h apart.
    assert [(d.start_h, d.volume_ml, d.duration_h) for d in first.doses] == [
        *((2, 400, 12.5), (26, 400, 12.5), (50, 400, 12.5))
    ]
    assert [t.igm_mg_dl for t in first.titres] == [38, 84, 112]
    assert (first.titres[2].weight_kg, first.titres[2].haematocrit) == (82, 0.28)
    assert first.titres[1].weight_kg is None  # as before
    assert [t.text() for t in second.titres] == ["<18", "66"]
    assert second.sex == "female"


def test_the_long_example_by_hand(imported):
    table, mapping_text = example_texts("long")[::-1]

    first, second = imported(table, mapping_text).cases

    assert [t.igm_mg_dl for t in first.titres] == [38, 84]  # g/L
    assert first.titres[1].time_h == 23  # Rome's clocks went forward that night
    assert first.titres[0].result_h == 1.5
    assert (first.doses[0].start_h, first.doses[0].duration_h) == (2, 14.5)  # to 01:00
    assert (first.events[0].time_h, first.events[0].kind) == (26.5, "red cells")
    assert first.vasopressor_stopped_h == 44.5
    assert second.titres[0].igm_below_mg_dl == 18
    assert second.titres[1].time_h == 25  # and back
    assert second.doses[0].duration_h == 19


@pytest.mark.parametrize("coded", ["raw", "labels"])
def test_the_redcap_example_by_hand_in_codes_or_labels(imported, coded):
    table, mapping_text = example_texts("redcap")[::-1]
    if coded == "labels":
        table = table.replace("enrolment_arm_1,,,1,", "Enrolment,,,Male,")
        table = table.replace("2026-03-11 14:00,1", "2026-03-11 14:00,Red cells")

    found = imported(table, mapping_text)
    first, second = found.cases

    assert (first.sex, first.arm, first.vasopressor_stopped_h) == ("male", "personalised", 45.5)
    assert first.titres[1].igm_mg_dl == 84
    assert (first.titres[1].weight_kg, first.titres[1].haematocrit) == (82, 0.28)
    assert first.titres[0].weight_kg is None  # -99
    assert first.events[0].kind == "red cells"
    assert (second.arm, second.titres[0].text()) == ("standard", "<18")
    assert found.counts["rows_without_content"] == 2  # of the patients themselves


@pytest.mark.parametrize(
    ("table", "line", "column", "sentence"),
    [
        (FIRST + f"1,24,,,.,0,{BODY}\n", 3, "DV", "DV is missing."),
        (FIRST + f"1,24,,,0.84,0,{BODY}\n", 3, "", "Serum IgM is 0.84 mg/dL"),  # g/L elsewhere
        (FIRST + f"1,24,,,1.000,0,{BODY}\n", 3, "DV", "could mean 1.000 or 1000"),
        (FIRST + f"1,0,,,40,0,{BODY}\n", 3, "", "The titre of line 3 is 0 h, not after 0 h."),
        (FIRST + DOSE + DOSE, 4, "", "The dose of line 4 is 2 h, not after 2 h."),
        (
            FIRST + DOSE + f"1,10,100,5,,1,{BODY}\n",
            4,
            "",
            "The dose of line 4 starts at 10 h, before the dose of line 3 ends at 15.5 h.",
        ),
        (f"1,-2,431,13.5,,1,{BODY}\n" + FIRST, 2, "", "Time is −2 h; expected 0 to 672 h"),
        (FIRST + f"1,2,431,,,1,{BODY}\n", 3, "DUR", "How long the infusion ran is missing"),
        (FIRST + f"1,2,0,13.5,,1,{BODY}\n", 3, "AMT", "a dose (EVID 1) without an amount"),
        (FIRST + f"1,2,431,13.5,40,0,{BODY}\n", 3, "AMT", "a titre (EVID 0) and has a dose"),
        (FIRST + f"1,24,,,84,3,{BODY}\n", 3, "EVID", "no resets"),
        (FIRST + f"1,24,,,84,4,{BODY}\n", 3, "EVID", "no resets"),
        (FIRST + f"1,x,,,84,0,{BODY}\n", 3, "TIME", "TIME is “x”"),
        (FIRST + f"1,,,,84,0,{BODY}\n", 3, "TIME", "TIME is missing."),
        (FIRST + f"1,24,,,>300,0,{BODY}\n", 3, "DV", "is a limit, not a measured value"),
        (FIRST + "1,24,,,84,0,M,64,175,80,0.30,South\n", 3, "CENTRE", "“South” here and “North”"),
        (FIRST + "1,24,,,84,0,F,64,175,80,0.30,North\n", 3, "SEX", "“F” here and “M” in line 2"),
        ("1,0,,,38,0,X,64,175,80,0.30,North\n", 2, "SEX", "which the mapping does not name"),
        ("1,0,,,38,0,M,64,175,80,,North\n", 2, "HCT", "HCT is missing; a case needs it."),
        ("1,0,,,38,0,M,64,1.75,80,0.30,North\n", 2, "", "Height is 1.75 cm"),
        (f"1,2,431,13.5,,1,{BODY}\n", 2, "DV", "The subject has no titre."),
        (f"A B,0,,,38,0,{BODY}\n", 2, "ID", "expected a pseudonym"),
        (f",0,,,38,0,{BODY}\n", 2, "ID", "Subject is missing."),
        (
            FIRST + "1,30,,,,2,M,64,175,85,0.30,North\n",
            2,
            "",
            "WT changes in a row after the last titre",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(imported, table, line, column, sentence):
    found = imported(EVENT + table)

    assert found.cases == []
    assert any(
        (at, of) == (line, column) and sentence in said for at, of, said in reasons(found)
    ), reasons(found)
    counts = found.counts
    assert counts["rows"] == counts["rows_accepted"] + counts["rows_rejected"]
    assert counts["rows_accepted"] == 0


def test_what_follows_death_is_refused(imported):
    table = EVENT.replace("CENTRE", "DIED") + FIRST.replace("North", "30")
    table += f"1,32,100,4,,1,{BODY}\n".replace("North", "30")

    found = imported(table, mapping(death=("centre: CENTRE", "death: DIED")))

    assert (3, "DIED", "This is after the subject's death at 30.") in reasons(found)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2400,192,0,.,1,0", "SS is not 0"),
        ("2400,-2,0,.,0,0", "RATE is negative"),
        ("2400,192,2.5,24,0,0", "ADDL is 2.5 with II 24"),
        ("2400,192,3,.,0,0", "ADDL is 3 with II ."),
        ("2400,0,0,.,0,0", "How long the infusion ran is missing"),
    ],
)
def test_what_a_case_cannot_hold_of_an_event_table_is_refused(imported, row, sentence):
    table = "ID,TIME,AMT,RATE,ADDL,II,SS,DV,EVID\n1,0,.,.,.,.,.,38,0\n"
    table += "1,2," + row.rsplit(",", 1)[0] + ",.,1\n"
    text = """
    format: event
    columns: {subject: ID, time: TIME, amount: AMT, rate: RATE, additional: ADDL, interval: II,
      steady_state: SS, titre: DV, evid: EVID}
    units: {time: hours, amount: mg IgM, titre: mg/dL, haematocrit: fraction}
    same_for_all: {sex: male, age: 64, height: 175, weight: 80, haematocrit: "0.30"}
    missing: ["."]
    """

    assert sentence in " ".join(said for _l, _c, said in reasons(imported(table, text)))


@pytest.mark.parametrize(
    ("cells", "text", "sentence"),
    [
        ("1,18,.", "<18", ""),
        ("1,18,0", "<18", ""),
        ("1,18,5", "", "between two limits"),
        ("-1,18,.", "", "CENS is not 0 or 1"),
        ("0,18,.", "18", ""),
    ],
)
def test_cens_and_limit_as_the_field_has_them(imported, cells, text, sentence):
    table = f"ID,TIME,CENS,DV,LIMIT\n1,0,{cells}\n"
    mapping_text = """
    format: event
    columns: {subject: ID, time: TIME, censored: CENS, titre: DV, limit: LIMIT}
    units: {time: hours, titre: mg/dL, haematocrit: fraction}
    same_for_all: {sex: male, age: 64, height: 175, weight: 80, haematocrit: "0.30"}
    missing: ["."]
    """
    found = imported(table, mapping_text)

    assert [case.titres[0].text() for case in found.cases] == ([text] if text else [])
    assert sentence in " ".join(said for _l, _c, said in reasons(found))


def test_blq_takes_its_limit_from_lloq(imported):
    mapping_text = """
    format: event
    columns: {subject: ID, time: TIME, below: BLQ, titre: DV, limit: LLOQ}
    units: {time: days, titre: g/L, haematocrit: percent}
    same_for_all: {sex: male, age: 64, height: 175, weight: 80, haematocrit: 30}
    missing: ["."]
    """
    found = imported("ID,TIME,BLQ,DV,LLOQ\n1,3,1,.,0.18\n1,4.5,0,0.6,.\n2,0,1,.,.\n", mapping_text)

    (case,) = found.cases
    assert [(t.time_h, t.text()) for t in case.titres] == [(0, "<18"), (36, "60")]
    assert case.haematocrit == 0.30
    assert "The titre is below a limit that is not given" in reasons(found)[0][2]


def test_a_subject_with_a_bad_row_is_rejected_whole_unless_partial(imported):
    table = EVENT + FIRST + f"1,24,,,x,0,{BODY}\n" + f"1,48,,,90,0,{BODY}\n"
    table += f"2,0,,,40,0,{BODY}\n"

    whole, partial = imported(table), imported(table, partial=True)

    assert [case.subject for case in whole.cases] == ["2"]
    assert [line for line, _c, _s in reasons(whole)] == [2, 3, 4]
    assert whole.counts["rows_rejected"] == 3
    assert whole.counts["subjects_rejected"] == 1
    assert [case.subject for case in partial.cases] == ["1", "2"]
    assert [t.time_h for t in partial.cases[0].titres] == [0, 48]
    assert [line for line, _c, _s in reasons(partial)] == [3]
    assert (partial.counts["rows_rejected"], partial.counts["subjects_rejected"]) == (1, 0)


def test_partial_keeps_nobody_whose_other_rows_make_no_case(imported):
    found = imported(EVENT + f"1,0,,,x,0,{BODY}\n" + DOSE, partial=True)

    assert found.cases == []
    assert found.counts["rows_rejected"] == 2


def test_every_reason_of_a_subject_is_said(imported):
    found = imported(EVENT + f"1,y,,,x,0,{BODY}\n" + f"1,2,431,,,1,{BODY}\n")

    assert [(line, column) for line, column, _s in reasons(found)] == [
        *((2, "TIME"), (2, "DV"), (3, "DUR"))
    ]


def test_centres_that_write_other_units_say_so_in_a_column(imported):
    table = EVENT.replace("CENTRE", "UNIT") + FIRST.replace("North", "mg/dL")
    table += "2,0,,,0.38,0,M,64,175,80,0.30,g/L\n3,0,,,0.38,0,M,64,175,80,0.30,\n"
    text = mapping(unit=("centre: CENTRE", "titre_unit: UNIT"), units=("titre: mg/dL, ", ""))

    found = imported(table, text)

    assert [case.titres[0].igm_mg_dl for case in found.cases] == [38, 38]
    assert reasons(found) == [(4, "UNIT", "The unit of the titre is missing; it is never guessed.")]


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("29/03/2026 02:30", "does not exist: the clocks went forward"),
        ("25/10/2026 02:30", "occurs twice"),
        ("30/03/2026", "expected a date with a time"),
        ("31/02/2026 08:00", "is no date of the calendar"),
        ("30/03 08:00", "without a year"),
    ],
)
def test_dates_are_those_of_the_zone(imported, time, sentence):
    table = EVENT + f"1,28/03/2026 08:30,,,38,0,{BODY}\n1,{time},,,84,0,{BODY}\n"
    date_times = "time: date-times, zone: Europe/Rome, dates: day-month-year"

    found = imported(table, mapping(time=("time: hours", date_times)))

    assert sentence in reasons(found)[-1][2]


def test_a_date_in_an_order_that_nobody_said_is_refused(imported):
    table = EVENT + f"1,03/04/2026 08:30,,,38,0,{BODY}\n"

    found = imported(table, mapping(time=("time: hours", "time: date-times, zone: Europe/Rome")))

    assert "say in units.dates whether the day or the month is first" in reasons(found)[0][2]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("titre: mg/dL, ", ""), "units.titre is missing; a unit is never guessed."),
        (("amount: mL, ", ""), "units.amount is missing"),
        (("time: hours", "time: weeks"), "units.time"),
        (("time: hours", "time: date-times"), "units.zone is missing"),
        (("time: hours", "time: date-times, zone: Mars/Olympus"), "The zone “Mars/Olympus”"),
        (("titre: DV, ", ""), "columns.titre is missing"),
        (("centre: CENTRE", "center: CENTRE"), "did you mean “centre”"),
        (("centre: CENTRE", "record: CENTRE"), "columns.record belongs to the format long"),
        (("centre: CENTRE", "compartment: CENTRE"), "codes.compartment is missing"),
        (("age: AGE", "age: HT"), "columns gives “HT” for two of ours"),
        (("female: F", "other: F"), "codes.sex.other is not known; expected female or male"),
        (("female: F", "female: M"), "gives “M” two meanings"),
        (("codes:", "codec:"), "codec is not part of a mapping"),
        (("centre: CENTRE", "centre: ELSEWHERE"), "has no column “ELSEWHERE”"),
    ],
)
def test_a_mapping_that_leaves_something_open_is_refused(imported, change, sentence):
    with pytest.raises(IgmFatError) as caught:
        imported(EVENT + FIRST, mapping(change=change))

    assert sentence in str(caught.value)
