"""Numbers that people read have the decimals that they have."""

import re

import pytest

from igmfat_nb.reports.cohort_report import CohortReport
from igmfat_nb.tables.rule_working import _percent_beside


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.7983, "79.8"), (0.79996, "< 80"), (0.8, "80"), (0.8004, "80"), (0.8006, "80.1")],
)
def test_a_chance_is_never_rounded_up_to_what_was_asked_for(share, said):
    assert _percent_beside(share, 0.8) == said


def test_quantiles_of_a_cohort_are_no_finer_than_their_quantity():
    report = CohortReport.of_file("", scenario="intermediate", twins=100, seed=1)

    tables = report.patients().html + report.first_doses().html + report.titres().html

    for name, decimals in (("Plasma volume, mL", 0), ("BMI", 1), ("volume, mL", 1), ("day 7", 1)):
        (row, *_more) = re.findall(rf"<tr><td>[^<]*{name}[^<]*</td>(.*?)</tr>", tables)
        cells = re.findall(r"<td>([^<]*)</td>", row)
        assert cells
        assert all(len(cell.partition(".")[2]) <= decimals for cell in cells), (name, cells)
