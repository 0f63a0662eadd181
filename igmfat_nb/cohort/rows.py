"""Reading rows of patients: each is accepted whole or refused with the page's sentence.

Most rows are read all at once by column. A row in which anything is doubtful
goes through ``patient.read_patient``, the same reader as the page's, one by
one; a test holds the two readings together.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from igmfat_nb import plausibility
from igmfat_nb.bedside.patient import TypedPatient, rare_sentences, read_patient
from igmfat_nb.bedside.plasma_volume import plasma_volume_ml
from igmfat_nb.cohort.text_tables import LINE, OWN_COLUMNS, TORN
from igmfat_nb.language import _, has_decimal_comma
from igmfat_nb.notation import listed, number_text, seen_text
from igmfat_nb.protocol.constants import ENROLMENT_AGE
from igmfat_nb.units import MG_DL_PER_G_L, decimal_comma_seen, unseen_sentence

COLUMNS = (
    "subject",
    "sex",
    "age_years",
    "height_cm",
    "weight_kg",
    "haematocrit",
    "igm",
    "igm_unit",
)
REJECTED_COLUMNS = ("row", "column", "value", "sentence", "line")
SUBJECT = re.compile(r"[A-Za-z0-9-]{1,32}")
_PLAIN_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_THOUSANDS_COMMA, _THOUSANDS_POINT = (
    rf"[1-9][0-9]{{0,2}}{sign}[0-9]{{3}}" for sign in (",", r"\.")
)
_MOST_LINES_NAMED = 5
_RANGES = {
    "age_years": plausibility.AGE_YEARS,
    "height_cm": plausibility.HEIGHT_CM,
    "weight_kg": plausibility.WEIGHT_KG,
    "haematocrit": plausibility.HAEMATOCRIT,
    "igm": plausibility.IGM_MG_DL,
}

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Accepted patients in the order of the file, and the rows that were refused.

    ``accepted`` has the columns subject, line, male, age_years, height_cm,
    weight_kg, haematocrit, igm_mg_dl, plasma_volume_ml and check (what is rare
    but possible, in sentences); ``rejected`` those of ``REJECTED_COLUMNS``. A
    line is the file's own; row 1 is the first line below the header, so that
    empty lines count.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame


def read_rows(table: pd.DataFrame) -> ReadRows:
    """Read a table of text with the eight ``COLUMNS``.

    Every row of the file is accepted or refused, none is dropped.

    Parameters
    ----------
    table : DataFrame
        Of text, as ``read_table`` gives it.

    Returns
    -------
    ReadRows

    Examples
    --------
    By hand: Nadler's plasma volume of the first; the second has a percentage without its sign.

    >>> rows = [
    ...     ["A-1", "male", "64", "175", "80", "30 %", "0.38", "g/L"],
    ...     ["A-2", "male", "64", "175", "80", "30", "0.38", "g/L"],
    ... ]
    >>> read = read_rows(pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"))
    >>> read.accepted["plasma_volume_ml"].round(1).tolist(), read.accepted["igm_mg_dl"].tolist()
    ([3756.3], [38.0])
    >>> read.rejected["column"].tolist()
    ['haematocrit']
    """
    lines = _lines_of(table)
    text = table.loc[:, list(COLUMNS)].reset_index(drop=True)
    decimal_comma = cache(partial(has_decimal_commas, table))
    numbers, plain = _plain_numbers(text, decimal_comma)
    sex = text["sex"].str.strip().str.lower()
    unit = text["igm_unit"].str.strip()
    plain &= sex.isin(["male", "female"]).to_numpy() & unit.isin(["mg/dL", "g/L"]).to_numpy()
    grams = (unit == "g/L").to_numpy()
    with np.errstate(over="ignore"):  # infinity is not plausible either
        in_mg_dl = np.round(numbers["igm"] * MG_DL_PER_G_L, 9)
    numbers["igm"] = np.where(grams, in_mg_dl, numbers["igm"])
    for name, range_ in _RANGES.items():
        plain &= (numbers[name] >= range_.low) & (numbers[name] <= range_.high)
    male = np.array(sex == "male", dtype=bool)
    refused = subject_problems(text["subject"], lines) | _torn_rows(table)
    for index in map(int, np.flatnonzero(~plain)):
        if index not in refused:
            problem = _read_one(index, text, numbers, male, decimal_comma=decimal_comma())
            if problem is not None:
                refused[index] = problem
    kept = np.ones(len(text), dtype=bool)
    kept[list(refused)] = False
    rejected = _rejected(refused, lines, int(table.attrs.get("header_line", 1)))
    return ReadRows(_accepted(text, numbers, male, kept, lines), rejected)


def has_decimal_commas(table: pd.DataFrame) -> bool:
    """Whether people write 72,5 in this language, or any cell needs it to be a number."""
    if has_decimal_comma():
        return True
    for name in table.columns:
        if name not in OWN_COLUMNS:
            commas = table[name][table[name].str.contains(",", regex=False)]
            if any(decimal_comma_seen(cell.strip().removesuffix("%").rstrip()) for cell in commas):
                return True
    return False


def subject_problems(
    subjects: "pd.Series[str]", lines: NDArray[np.int64]
) -> dict[int, tuple[str, str, str]]:
    """Return row index → (column, value, sentence) for subjects that cannot be used.

    A subject that stands in two rows is refused in both: which of them is meant
    cannot be known.

    Examples
    --------
    >>> subjects, lines = pd.Series(["A-1", "B-2", "A-1"]), np.array([2, 3, 4])
    >>> {index: column for index, (column, *_rest) in subject_problems(subjects, lines).items()}
    {0: 'subject', 2: 'subject'}
    """
    problems: dict[int, tuple[str, str, str]] = {}
    well_formed = subjects.str.fullmatch(SUBJECT.pattern).fillna(False).to_numpy(dtype=bool)
    for index in np.flatnonzero(~well_formed):
        value = str(subjects.iloc[index])
        problems[int(index)] = ("subject", value, subject_sentence(value))
    twice = subjects[subjects.duplicated(keep=False) & well_formed]
    message = _("Subject {subject} occurs in lines {lines}; it is not known which is correct.")
    for subject, group in twice.groupby(twice):
        sentence = message.format(subject=subject, lines=_listed_lines(lines[group.index]))
        for index in group.index:
            problems[int(index)] = ("subject", str(subject), sentence)
    return problems


def subject_sentence(value: str) -> str:
    """Why a text is no pseudonym."""
    if not value.strip():
        return _("Subject is missing.")
    message = _(
        "Subject is “{value}”; expected a pseudonym of at most 32 letters, digits and hyphens."
    )
    return message.format(value=seen_text(value)) + unseen_sentence(value)


def _listed_lines(lines: NDArray[np.int64]) -> str:
    """Name a few lines, or the first of many: what is said of each must not grow with all."""
    if len(lines) <= _MOST_LINES_NAMED:
        return listed([str(line) for line in lines])
    message = _("{first} and {more} more")
    return message.format(first=lines[0], more=number_text(len(lines) - 1))


def _lines_of(table: pd.DataFrame) -> NDArray[np.int64]:
    """The file's own lines; of a table that is no file, as if a header stood in line 1."""
    if LINE in table:
        return table[LINE].to_numpy(dtype=np.int64)
    return np.arange(2, len(table) + 2)


def _torn_rows(table: pd.DataFrame) -> dict[int, tuple[str, str, str]]:
    if TORN not in table:
        return {}
    sentences = table[TORN].tolist()
    return {index: ("", "", sentence) for index, sentence in enumerate(sentences) if sentence}


def _plain_numbers(
    text: pd.DataFrame, decimal_comma: Callable[[], bool]
) -> tuple[dict[str, Array], NDArray[np.bool]]:
    """Numbers by column, NaN where the text is not plainly one; and which rows are plain."""
    numbers: dict[str, Array] = {}
    plain = np.ones(len(text), dtype=bool)
    for name, range_ in _RANGES.items():
        typed = text[name].str.strip()
        good = typed.str.fullmatch(_PLAIN_NUMBER) & ~typed.str.fullmatch(_THOUSANDS_COMMA)
        number = typed.where(good, "nan").str.replace(",", ".", regex=False)
        numbers[name] = number.to_numpy(dtype=object).astype(np.float64)
        plain &= good.to_numpy(dtype=bool)
        doubtful = typed.str.fullmatch(_THOUSANDS_POINT).to_numpy(dtype=bool)
        if doubtful.any():  # as thousands it may be too large to be meant; a titre's unit decides
            far = numbers[name] * 1000 > range_.high
            plain &= ~doubtful | (far & (name != "igm") & (not decimal_comma()))
    return numbers, plain


def _read_one(
    index: int,
    text: pd.DataFrame,
    numbers: dict[str, Array],
    male: NDArray[np.bool],
    *,
    decimal_comma: bool,
) -> tuple[str, str, str] | None:
    """Read one doubtful row as the page would: fill in its numbers, or say what is wrong."""
    cells = {name: str(text[name].iloc[index]) for name in COLUMNS[1:]}
    reading = read_patient(TypedPatient(**cells), decimal_comma=decimal_comma)
    for column, error in reading.errors.items():
        return column, cells[column], str(error)
    for name in _RANGES:
        value = reading.number("igm_mg_dl" if name == "igm" else name)
        numbers[name][index] = np.nan if value is None else value
    male[index] = reading.values["sex"] == "male"
    return None


def _accepted(
    text: pd.DataFrame,
    numbers: dict[str, Array],
    male: NDArray[np.bool],
    kept: NDArray[np.bool],
    lines: NDArray[np.int64],
) -> pd.DataFrame:
    columns = {name: values[kept] for name, values in numbers.items()}
    volume_ml = plasma_volume_ml(
        male[kept], columns["height_cm"], columns["weight_kg"], columns["haematocrit"]
    )
    check = _rare(columns)
    columns["igm_mg_dl"] = columns.pop("igm")
    subject = text["subject"][kept].reset_index(drop=True)
    named = {"subject": subject, "line": lines[kept], "male": male[kept], **columns}
    return pd.DataFrame(named | {"plasma_volume_ml": volume_ml, "check": check})


def _rare(measured: dict[str, Array]) -> NDArray[np.object_]:
    """What the single patient's page says of rare values, row by row; mostly nothing."""
    columns = [measured[name] for name in _RANGES]
    rare = columns[0] <= ENROLMENT_AGE.value
    for values, range_ in zip(columns, _RANGES.values(), strict=True):
        rare = rare | (values < range_.common_low) | (values > range_.common_high)
    said = np.full(len(rare), "", dtype=object)
    for index in np.flatnonzero(rare):
        said[index] = " ".join(rare_sentences([float(values[index]) for values in columns]))
    return said


def _rejected(
    refused: dict[int, tuple[str, str, str]], lines: NDArray[np.int64], header_line: int
) -> pd.DataFrame:
    rows = [
        (int(lines[index]) - header_line, *refused[index], int(lines[index]))
        for index in sorted(refused)
    ]
    return pd.DataFrame(rows, columns=list(REJECTED_COLUMNS))
