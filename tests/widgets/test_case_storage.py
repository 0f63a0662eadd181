"""Where a course is kept, and the case file that a notebook names."""

from pathlib import Path

import pytest

from igmfat_nb.errors import IgmFatError
from igmfat_nb.widgets.course.model import CourseModel


def test_the_script_of_the_storage_names_no_host():
    script = (
        Path(__file__).parents[2] / "igmfat_nb" / "widgets" / "workspace" / "desk.js"
    ).read_text()

    assert "http" not in script
    assert "fetch(" not in script


def test_a_refused_case_of_a_notebook_is_one_sentence(tmp_path):
    path = tmp_path / "case.json"
    path.write_text("{}")

    with pytest.raises(IgmFatError, match="schema is missing"):
        CourseModel.of_file(str(path))
