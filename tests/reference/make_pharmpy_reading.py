"""What a reader of the field makes of an exported event table.

Run where pharmpy-core (PyPI) is installed; the package itself does not need it::

    igmfat cases make --n 20 --seed 3 --out made
    igmfat export-table made --out tests/data/events.csv
    python tests/reference/make_pharmpy_reading.py

It reads ``tests/data/events.csv`` with pharmpy's own reader and writes down, subject by
subject, the doses, the observations and which of them are censored.
"""

import csv
import json
from pathlib import Path

import pharmpy
from pharmpy.model.external.nonmem.dataset import read_nonmem_dataset

DATA = Path(__file__).parent.parent / "data"
NUMBERS = (
    *("ID", "TIME", "AMT", "RATE", "DUR", "DV", "EVID", "MDV", "CMT", "CENS"),
    *("WT", "HCT", "SEX", "AGE", "HT", "ARM"),
)


def main() -> None:
    with (DATA / "events.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    table = read_nonmem_dataset(
        DATA / "events.csv",
        ignore_character="@",
        colnames=columns,
        drop=[name not in NUMBERS for name in columns],
    )
    doses, titres = table[table["EVID"] == 1], table[table["EVID"] == 0]
    subjects = {
        str(int(number)): {
            "doses": doses[doses["ID"] == number][["TIME", "AMT", "RATE"]].to_numpy().tolist(),
            "titres": titres[titres["ID"] == number][["TIME", "DV", "CENS"]].to_numpy().tolist(),
            "body": part[["SEX", "AGE", "HT", "WT", "HCT"]].iloc[0].tolist(),
        }
        for number, part in table.groupby("ID")
    }
    record = {"reader": f"pharmpy {pharmpy.__version__}", "rows": len(table), "subjects": subjects}
    text = json.dumps(record, indent=1)
    (DATA / "pharmpy_reading.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
