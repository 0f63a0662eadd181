"""The one list of pages: every notebook stands in it once, and nothing ends in a dead end."""

import re
from pathlib import Path

import nbformat
import pytest
from notebook_links import with_links

from igmfat_nb.pages.contents import GROUPS, PAGES, START, entry_of
from igmfat_nb.pages.terms import sections
from igmfat_nb.workshop.lessons import LESSONS

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
WHOLE = [one for one in PAGES if not one.section]


def test_every_notebook_but_the_start_page_has_one_line_in_a_group_of_the_navigation():
    listed = sorted(one.notebook for one in WHOLE)

    assert [*sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))] == sorted([START, *listed])
    assert {one.group for one in PAGES} == set(GROUPS)
    assert len({one.title for one in PAGES}) == len(PAGES)


def test_a_line_that_leads_into_a_page_names_a_heading_of_it():
    parts = [one for one in PAGES if one.section]

    for one in parts:
        cells = nbformat.read(NOTEBOOKS / f"{one.notebook}.ipynb", as_version=4).cells
        headings = [
            line.lstrip("# ").replace(" ", "-")  # as nbconvert makes an anchor of a heading
            for cell in cells
            if cell.cell_type == "markdown"
            for line in cell.source.splitlines()
            if line.startswith("#")
        ]
        assert one.section in headings
    assert parts


def test_no_page_is_a_dead_end():
    for one in WHOLE:
        assert one.then != one.notebook
        assert one.then == START or entry_of(one.then) is not None


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_lesson_is_called_as_it_calls_itself_and_leads_to_the_next(number):
    lesson = LESSONS[number - 1]
    (line,) = [one for one in WHOLE if one.notebook.startswith(lesson.key)]

    assert line.title == f"{number} {lesson.title}"
    assert line.about == f"{len(lesson.questions)} questions, {lesson.minutes} min"
    assert line.then.startswith("00" if number == 4 else LESSONS[number].key)
    assert line.in_class


def test_a_report_leads_to_its_patient_and_a_patient_to_the_report():
    assert entry_of("90_patient_report").then == "40_dashboard"
    assert entry_of("21_individualised_dosing").then == "90_patient_report"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_in_jupyterlab_a_notebook_leads_where_its_page_does(path):
    stored = nbformat.read(path, as_version=4)

    renewed = with_links(nbformat.read(path, as_version=4), path.stem)

    assert stored == renewed, "run python tests/notebook_links.py"


def test_the_glossary_page_has_every_line_of_the_glossary():
    rows = (NOTEBOOKS.parent / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    lines = [row for row in rows if row.startswith("| ") and not row.startswith("| term |")]

    terms = [one for part in sections().values() for one in part]

    assert [f"| {one.term} | {one.meaning} |" for one in terms] == [
        "|".join(re.sub("[*`]", "", row).split("|")[:3]) + "|" for row in lines
    ]
    assert len(terms) > 70
