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
DOCUMENTS = {"90_patient_report", "92_cohort_report"}  # never shown as a page

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
