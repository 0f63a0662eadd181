"""Notebooks are thin and clean: they call the package, and store only what the tests compare."""

import ast
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
STATEMENTS_OF_THE_PACKAGE = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
WITHOUT_PARAMETERS = {"00_start_here.ipynb"}
WITHOUT_RESULTS = {"00"}  # a list
DOCUMENTS = {"90_patient_report", "92_cohort_report", "93_model_check"}  # never shown as a page
MOST_CODE_LINES = 40
MOST_IMPORTS = 3
#: Where the one module of a notebook stands that is not in ``pages`` under the notebook's name.
MODULES_ELSEWHERE = {
    "12_from_python": "igmfat_nb",  # the names it offers at its top
    "50_workshop_eligibility": "igmfat_nb.workshop.lesson_page",
    "51_workshop_dosing": "igmfat_nb.workshop.lesson_page",
    "52_workshop_titration": "igmfat_nb.workshop.lesson_page",
    "53_workshop_trial": "igmfat_nb.workshop.lesson_page",
    "90_patient_report": "igmfat_nb.reports.patient",
    "91_trial_report": "igmfat_nb.reports.trial_report",
    "92_cohort_report": "igmfat_nb.reports.cohort_report",
    "93_model_check": "igmfat_nb.reports.model_check",
}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def trees(path: Path) -> list[ast.Module]:
    return [ast.parse(cell.source) for cell in code_cells(path)]


@every_notebook
def test_a_notebook_defines_nothing_and_loops_over_nothing(path):
    nodes = [node for tree in trees(path) for node in ast.walk(tree)]

    found = [ast.unparse(node) for node in nodes if isinstance(node, STATEMENTS_OF_THE_PACKAGE)]

    assert found == []


@every_notebook
def test_a_notebook_imports_only_our_package(path):
    nodes = [node for tree in trees(path) for node in ast.walk(tree)]
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]

    others = [module for module in modules if module.split(".")[0] != "igmfat_nb"]

    assert others == []


def imported(path: Path) -> list[str]:
    """Modules that a notebook imports; ``from package import module`` names the module."""
    nodes = [node for tree in trees(path) for node in ast.walk(tree)]
    whole = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    named = [
        (node.module, name.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    ]
    return whole + [
        f"{module}.{name}"
        if (FOLDER.parent / module.replace(".", "/") / f"{name}.py").is_file()
        else str(module)
        for module, name in named
    ]


@every_notebook
def test_a_notebook_has_at_most_forty_lines_of_code_its_parameters_among_them(path):
    lines = [line for cell in code_cells(path) for line in cell.source.splitlines()]

    assert len([line for line in lines if line.strip()]) <= MOST_CODE_LINES


@every_notebook
def test_a_notebook_imports_its_own_page_and_what_hands_out_results(path):
    own = MODULES_ELSEWHERE.get(path.stem, f"igmfat_nb.pages.{path.stem[3:]}")
    expected = set() if path.name in WITHOUT_PARAMETERS else {own, "igmfat_nb.reports.results"}
    if any("language: str" in cell.source for cell in code_cells(path)):
        expected.add("igmfat_nb.reports.choices")

    assert set(imported(path)) == expected
    assert len(imported(path)) <= MOST_IMPORTS


@every_notebook
def test_a_notebook_passes_each_parameter_on_by_its_name(path):
    """No call takes a parameter by its place: two texts changed over would not be seen."""
    nodes = [node for tree in trees(path) for node in ast.walk(tree)]
    parameters = {node.target.id for node in nodes if isinstance(node, ast.AnnAssign)}
    calls = [node for node in nodes if isinstance(node, ast.Call)]

    by_place = {
        name.id
        for call in calls
        for name in call.args
        if isinstance(name, ast.Name) and name.id in parameters
    }

    assert by_place == set()
    used = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert parameters <= used


@every_notebook
@pytest.mark.parametrize("said", ["Not for treatment decisions.", "assumption of this software"])
def test_a_notebook_says_what_it_is_for_and_what_is_assumed(path, said):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")

    assert said in " ".join(text.split())


@every_notebook
def test_the_parameters_of_a_notebook_are_typed_and_in_one_cell(path):
    cells = [cell for cell in code_cells(path) if "parameters" in tags(cell)]

    expected = 0 if path.name in WITHOUT_PARAMETERS else 1
    assert len(cells) == expected
    statements = [line for cell in cells for line in ast.parse(cell.source).body]
    assert [ast.unparse(line) for line in statements if not isinstance(line, ast.AnnAssign)] == []


@every_notebook
def test_outputs_are_stored_only_where_they_are_compared(path):
    unchecked = [cell for cell in code_cells(path) if "nbval-check-output" not in tags(cell)]

    stored = [cell.source for cell in unchecked if cell.outputs]

    assert stored == []


@every_notebook
def test_a_checked_cell_stores_text_and_no_widget_or_figure(path):
    checked = [cell for cell in code_cells(path) if "nbval-check-output" in tags(cell)]

    kinds = {kind for cell in checked for output in cell.outputs for kind in output.get("data", {})}
    empty = [cell.source for cell in checked if not cell.outputs]

    assert {kind for kind in kinds if not kind.startswith("text/")} == set()
    assert empty == []


@every_notebook
def test_a_notebook_keeps_no_trace_of_who_ran_it(path):
    notebook = read(path)

    counts = {
        number: cell.execution_count
        for number, cell in enumerate(notebook.cells, 1)
        if cell.get("execution_count") is not None
    }

    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert counts == {number: number for number in counts}


@every_notebook
def test_what_only_tests_and_programs_read_is_not_run_on_a_page(path):
    read_by_programs = ("figure_text(", "figures_text(", "publish(")
    cells = [cell for cell in code_cells(path) if any(w in cell.source for w in read_by_programs)]

    shown = [cell.source for cell in cells if "lab-only" not in tags(cell)]

    assert shown == [] or path.stem in DOCUMENTS


@every_notebook
def test_every_notebook_but_the_list_hands_out_results(path):
    published = [cell for cell in code_cells(path) if "publish(" in cell.source]

    assert bool(published) == (path.name[:2] not in WITHOUT_RESULTS)
