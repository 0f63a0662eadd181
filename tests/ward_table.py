"""The ward's table that notebook 23 opens with, made from a seed.

    python tests/ward_table.py

writes it anew: 22 made cases as an event table, of a laboratory that reports nothing
below 25 mg/dL. In the last two a slip is planted, as a ward's table has them.
"""

import csv
import io

from igmfat_nb.event_tables.examples import ward_paths
from igmfat_nb.event_tables.exporting import COLUMNS, course_of, event_rows
from igmfat_nb.teaching_cases import made_cases

CASES, SEED, LIMIT_MG_DL = 22, 23, 25
KEPT = (
    *("SUBJECT", "TIME", "AMT", "DUR", "DV", "EVID", "MDV", "CENS", "EVENT"),
    *("SEX", "AGE", "HT", "WT", "HCT", "ARM"),
)


def ward_rows() -> list[dict[str, str]]:
    """Every row, slips among them."""
    rows = []
    for number, case in enumerate(made_cases(CASES, SEED), start=1):
        cells = [
            dict(zip(COLUMNS, row, strict=True)) for row in event_rows(course_of(case), number)
        ]
        titres = [row for row in cells if row["EVID"] == "0"]
        doses = [row for row in cells if row["EVID"] == "1"]
        for row in titres:
            if float(row["DV"]) < LIMIT_MG_DL:
                row |= {"DV": str(LIMIT_MG_DL), "CENS": "1"}
        if number == CASES - 1:
            titres[0]["DV"] = f"{float(titres[0]['DV']) / 100:.2f}"  # g/L among mg/dL
        if number == CASES:
            doses[-1]["DUR"] = "."  # how long it ran was not written down
        rows += cells
    return rows


def ward_csv() -> str:
    """The table as a file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, KEPT, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(ward_rows())
    return file.getvalue()


if __name__ == "__main__":
    ward_paths()[0].write_text(ward_csv(), encoding="utf-8")
