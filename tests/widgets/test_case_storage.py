"""Where a course is kept, and the case file that a notebook names."""

import pytest

from igmfat_nb.errors import IgmFatError
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.workspace.desk import CaseDesk


def test_the_script_of_the_storage_names_no_host():
    script = str(CaseDesk._esm)

    assert "export default" in script
    assert "http" not in script
    assert "fetch(" not in script


def test_a_refused_case_of_a_notebook_is_one_sentence(tmp_path):
    path = tmp_path / "case.json"
    path.write_text("{}")

    with pytest.raises(IgmFatError, match="schema is missing"):
        CourseModel.of_file(str(path))
