"""Reading rows of patients: each is accepted whole or refused with the page's sentence.

Most rows are read all at once by column. A row in which anything is doubtful
goes through ``patient.read_patient``, the same reader as the page's, one by
one; a test holds the two readings together.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from igmfat_nb import plausibility
from igmfat_nb.cohort.text_tables import TORN
from igmfat_nb.language import _
from igmfat_nb.patient import TypedPatient, read_patient
from igmfat_nb.plasma_volume import plasma_volume_ml
from igmfat_nb.units import MG_DL_PER_G_L

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
REJECTED_COLUMNS = ("row", "column", "value", "sentence")
SUBJECT = re.compile(r"[A-Za-z0-9-]{1,32}")
_PLAIN_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_AMBIGUOUS = r"[1-9][0-9]{0,2},[0-9]{3}"
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

    ``accepted`` has the columns subject, male, age_years, height_cm, weight_kg,
    haematocrit, igm_mg_dl and plasma_volume_ml; ``rejected`` those of
    ``REJECTED_COLUMNS``, rows counted from 1 without the header.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame


def read_rows(table: pd.DataFrame) -> ReadRows:
    """Read a table of text with the eight ``COLUMNS``."""
    text = table.loc[:, list(COLUMNS)].reset_index(drop=True)
    numbers, plain = _plain_numbers(text)
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
    refused = subject_problems(text["subject"]) | _torn_rows(table)
    for index in np.flatnonzero(~plain):
        if index not in refused:
            problem = _read_one(int(index), text, numbers, male)
            if problem is not None:
                refused[int(index)] = problem
    kept = np.ones(len(text), dtype=bool)
    kept[list(refused)] = False
    return ReadRows(_accepted(text, numbers, male, kept), _rejected(refused))


def subject_problems(subjects: "pd.Series[str]") -> dict[int, tuple[str, str, str]]:
    """Return row index → (column, value, sentence) for subjects that cannot be used.

    A subject that stands in two rows is refused in both: which of them is meant
    cannot be known.
    """
    problems: dict[int, tuple[str, str, str]] = {}
    well_formed = subjects.str.fullmatch(SUBJECT.pattern).fillna(False).to_numpy(dtype=bool)
    for index in np.flatnonzero(~well_formed):
        value = str(subjects.iloc[index])
        problems[int(index)] = ("subject", value, subject_sentence(value))
    twice = subjects[subjects.duplicated(keep=False) & well_formed]
    message = _("Subject {subject} stands in rows {rows}; which of them is meant is unknown.")
    for subject, group in twice.groupby(twice):
        rows = _(" and ").join(str(index + 1) for index in group.index)
        for index in group.index:
            sentence = message.format(subject=subject, rows=rows)
            problems[int(index)] = ("subject", str(subject), sentence)
    return problems


def subject_sentence(value: str) -> str:
    """Why a text is no pseudonym."""
    if not value.strip():
        return _("Subject is missing.")
    message = _(
        "Subject is “{value}”; expected a pseudonym of at most 32 letters, digits and hyphens."
    )
    return message.format(value=value)


def _torn_rows(table: pd.DataFrame) -> dict[int, tuple[str, str, str]]:
    if TORN not in table:
        return {}
    sentences = table[TORN].tolist()
    return {index: ("", "", sentence) for index, sentence in enumerate(sentences) if sentence}


def _plain_numbers(text: pd.DataFrame) -> tuple[dict[str, Array], NDArray[np.bool]]:
    """Numbers by column, NaN where the text is not plainly one; and which rows are plain."""
    numbers: dict[str, Array] = {}
    plain = np.ones(len(text), dtype=bool)
    for name in _RANGES:
        typed = text[name].str.strip()
        good = typed.str.fullmatch(_PLAIN_NUMBER) & ~typed.str.fullmatch(_AMBIGUOUS)
        number = typed.where(good, "nan").str.replace(",", ".", regex=False)
        numbers[name] = number.to_numpy(dtype=object).astype(np.float64)
        plain &= good.to_numpy(dtype=bool)
    return numbers, plain


def _read_one(
    index: int, text: pd.DataFrame, numbers: dict[str, Array], male: NDArray[np.bool]
) -> tuple[str, str, str] | None:
    """Read one doubtful row as the page would: fill in its numbers, or say what is wrong."""
    cells = {name: str(text[name].iloc[index]) for name in COLUMNS[1:]}
    reading = read_patient(TypedPatient(**cells))
    for column, error in reading.errors.items():
        return column, cells[column], str(error)
    for name in _RANGES:
        value = reading.number("igm_mg_dl" if name == "igm" else name)
        numbers[name][index] = np.nan if value is None else value
    male[index] = reading.values["sex"] == "male"
    return None


def _accepted(
    text: pd.DataFrame, numbers: dict[str, Array], male: NDArray[np.bool], kept: NDArray[np.bool]
) -> pd.DataFrame:
    columns = {name: values[kept] for name, values in numbers.items()}
    volume_ml = plasma_volume_ml(
        male[kept], columns["height_cm"], columns["weight_kg"], columns["haematocrit"]
    )
    columns["igm_mg_dl"] = columns.pop("igm")
    subject = text["subject"][kept].reset_index(drop=True)
    return pd.DataFrame(
        {"subject": subject, "male": male[kept], **columns, "plasma_volume_ml": volume_ml}
    )


def _rejected(refused: dict[int, tuple[str, str, str]]) -> pd.DataFrame:
    rows = [(index + 1, *refused[index]) for index in sorted(refused)]
    return pd.DataFrame(rows, columns=list(REJECTED_COLUMNS))
