"""The examples in the docstrings of the package run, and tell what they print."""

import ast
import doctest
import importlib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "igmfat_nb"
#: Rooms whose functions a reader calls from a notebook.
DOMAIN = ("bedside", "case", "cohort", "courses", "kinetics", "titration", "trial", "units.py")
FEWEST_LINES = 150


def lines_of_examples(path: Path) -> int:
    """Lines that begin an example in the docstrings of public functions, classes and methods."""
    text = path.read_text(encoding="utf-8")
    if ">>> " not in text:  # most modules; each worker looks at all of them
        return 0
    tree = ast.parse(text)
    public = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    texts = [ast.get_docstring(node) or "" for node in public]
    return sum(len(doctest.DocTestParser().get_examples(text)) for text in texts)


WITH_EXAMPLES = {
    path: count for path in sorted(PACKAGE.rglob("*.py")) if (count := lines_of_examples(path))
}


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_examples_of_a_module_print_what_they_say(path):
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)

    result = doctest.testmod(
        importlib.import_module(name),
        optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.REPORT_NDIFF,
    )

    assert result.attempted >= WITH_EXAMPLES[path]
    assert result.failed == 0


def test_the_domain_is_explained_by_examples():
    counted = {
        path: count
        for path, count in WITH_EXAMPLES.items()
        if path.relative_to(PACKAGE).parts[0] in DOMAIN
    }

    assert sum(counted.values()) >= FEWEST_LINES
