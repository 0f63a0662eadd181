"""The shape of the code: no circle, short modules and functions, nothing for tests alone."""

import ast
import re
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent


def room_of(module: str) -> str:
    """The room a module stands in; each part of ``widgets`` is a room of its own."""
    parts = module.split(".")
    return ".".join(parts[1:3] if parts[1:2] == ["widgets"] else parts[1:2])


@pytest.mark.parametrize("seen_as", [room_of, str], ids=["rooms", "modules"])
def test_there_is_no_circle_counting_imports_inside_functions_and_for_types(
    seen_as: Callable[[str], str],
):
    graph = grimp.build_graph("igmfat_nb", exclude_type_checking_imports=False, cache_dir=None)
    below = {
        seen_as(module): {
            seen_as(other)
            for one in graph.modules
            if seen_as(one) == seen_as(module)
            for other in graph.find_modules_directly_imported_by(one)
        }
        - {seen_as(module), seen_as("igmfat_nb")}
        for module in graph.modules
    }

    ordered = list(TopologicalSorter(below).static_order())  # a circle would raise CycleError

    assert len(ordered) > 20


MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_LOOSE = 350, 60, 8
WRITTEN = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("igmfat_nb", "tests", "benchmarks", "deploy")
    for path in (ROOT / folder).rglob("*.py")
)
SCRIPTS = sorted(
    path.relative_to(ROOT).as_posix()
    for kind in ("js", "mjs")
    for path in (ROOT / "igmfat_nb").rglob(f"*.{kind}")
    if "node_modules" not in path.parts
)


def test_modules_scripts_and_test_files_are_short():
    lines = {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in [*WRITTEN, *SCRIPTS]
    }

    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}
    assert len(lines) > 200


def test_few_modules_lie_loose_beside_the_rooms():
    loose = {path.stem for path in (ROOT / "igmfat_nb").glob("*.py")} - {"__init__", "__main__"}

    assert 0 < len(loose) <= MOST_LOOSE, loose


def test_functions_are_short_their_docstring_apart():
    lines = {
        f"{path}:{node.name}": lines_of_code(node)
        for path in WRITTEN
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    too_long = {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FUNCTION}

    assert too_long == {}
    assert len(lines) > 1000


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring: what it explains may be as long as it needs."""
    first = function.body[0]
    says = ast.get_docstring(function) is not None
    docstring = first.end_lineno - first.lineno + 1 if says else 0
    return function.end_lineno - function.lineno + 1 - docstring


#: Called by tests alone, and kept: for readers of the package.
FOR_READERS = {
    "amounts_at": "what is in the tissue, and the reference of the fast engines",
    "lesson_panel": "a lesson in a cell of one's own notebook",
}


def names_used(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_no_public_function_is_called_by_tests_alone():
    modules = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in (ROOT / "igmfat_nb").rglob("*.py")
    }
    used = {
        node.id if isinstance(node, ast.Name) else node.attr
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    used |= {
        name.name
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.asname  # used under another name
    }
    elsewhere = [
        *ROOT.glob("notebooks/*.ipynb"),
        *ROOT.glob("igmfat_nb/**/*.ipynb"),
        *ROOT.glob("igmfat_nb/**/*.j2"),
        *ROOT.glob("deploy/**/*.py"),
        ROOT / "README.md",
        ROOT / "pyproject.toml",
        ROOT / "igmfat_nb" / "__init__.py",  # what a notebook may call
    ]
    for path in elsewhere:
        used |= names_used(path.read_text(encoding="utf-8"))
    public = {
        node.name
        for tree in modules.values()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not node.decorator_list
    }

    assert public - used == set(FOR_READERS)
    assert len(public) > 500


SAID_OF_A_CACHE = re.compile(r"\b(once|kept|the same)\b", re.IGNORECASE)


def test_what_a_process_keeps_is_said_where_it_is_kept():
    silent = []
    for path in sorted((ROOT / "igmfat_nb").rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.parse("\n".join(lines)).body:
            at = kept_at(node)
            if at and not SAID_OF_A_CACHE.search(" ".join(lines[max(at - 2, 0) : at])):
                silent.append(f"{path.relative_to(ROOT)}:{at}")

    assert silent == []


def kept_at(node: ast.stmt) -> int:
    """The line of a cache, or of a container that is no constant; 0 for anything else."""
    if isinstance(node, ast.FunctionDef):
        caches = [one for one in node.decorator_list if "cache" in ast.unparse(one)]
        return caches[0].lineno if caches else 0
    if isinstance(node, ast.Assign | ast.AnnAssign) and holds_others(node.value):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = ast.unparse(target)
        return node.lineno if name == name.lower() and not name.startswith("__") else 0
    return 0


def holds_others(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func) in ("dict", "list", "set", "deque", "WeakKeyDictionary")
    return isinstance(value, ast.Dict | ast.List | ast.Set)
