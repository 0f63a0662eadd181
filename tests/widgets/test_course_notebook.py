"""Notebook 21 as a report: one number each of two case files."""

from pathlib import Path

import papermill
import pytest

from igmfat_nb.case import case_text, new_case
from igmfat_nb.teaching_cases import teaching_case

NOTEBOOK = Path(__file__).parent.parent.parent / "notebooks" / "21_individualised_dosing.ipynb"


@pytest.fixture
def light_case():
    fields = {"sex": "female", "age_years": 50, "height_cm": 160, "haematocrit": 0.3}
    titres = [{"time_h": 0, "igm_mg_dl": 45}]
    return new_case(
        subject="SIM-60KG", **fields, weight_kg=60, titres=titres, vasopressor_stopped_h=None
    )


def standard_row(case, folder):
    """Volume of the standard rule in the table that the notebook prints."""
    path = folder / "case.json"
    path.write_text(case_text(case), encoding="utf-8")
    run = papermill.execute_notebook(
        str(NOTEBOOK),
        str(folder / "report.ipynb"),
        parameters={"case_path": str(path)},
        progress_bar=False,
    )
    printed = next(cell for cell in run.cells if "page.next_dose_text()" in cell.source)
    lines = printed.outputs[0]["text"].splitlines()
    return next(line.split()[1] for line in lines if line.startswith("standard "))


def test_the_notebook_reports_the_first_case(tmp_path):
    # 250 mg/kg x 88 kg / 50 mg/mL = 440 mL, by hand
    assert standard_row(teaching_case("surprising-titre").case, tmp_path) == "440"


def test_the_notebook_reports_the_second_case(tmp_path, light_case):
    # 250 mg/kg x 60 kg / 50 mg/mL = 300 mL, by hand
    assert standard_row(light_case, tmp_path) == "300"
