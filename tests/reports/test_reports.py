"""Reports: checked before a kernel starts, whole or not there, the same twice, open offline."""

import ast
import json
import re
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell

from igmfat_nb.cli import main
from igmfat_nb.errors import IgmFatError, UnreadableInput
from igmfat_nb.reports.parameters import (
    check_parameters,
    notebook_parameters,
    parameters_of,
    parse_pairs,
)
from igmfat_nb.reports.patient import EXAMPLE

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


def run(*arguments):
    """Exit code of the command line."""
    with pytest.raises(SystemExit) as stop:
        main([str(part) for part in arguments])
    return stop.value.code


def parameters(*lines):
    return {one.name: one for one in parameters_of("\n".join(lines), "some.ipynb")}


# What a notebook may be asked


def test_a_comment_gives_unit_range_words_and_source():
    known = parameters("weight_kg: float = 80  # [kg] 30 to 300; actual; source: assumed")

    assert known["weight_kg"].record() == {
        "name": "weight_kg",
        "type": "float",
        "unit": "kg",
        "range": [30.0, 300.0],
        "choices": [],
        "default": 80,
        "source": "assumed",
        "description": "actual",
    }


def test_words_may_come_before_a_range_and_choices_are_listed_as_people_do():
    known = parameters(
        "n: int = 8  # virtual trials, 1 to 5,000",
        "seed: int = 1  # of all random numbers, 0 or more",
        'scenario: str = "fast"  # native, intermediate or fast; assumed clearance',
    )

    assert (known["n"].low, known["n"].high, known["n"].description) == (1, 5000, "virtual trials")
    assert known["seed"].record()["range"] == [0.0, None]
    assert known["scenario"].choices == ("native", "intermediate", "fast")
    assert known["scenario"].source == "assumption of this software"


def test_a_quantity_known_by_name_brings_its_believable_range():
    assert parameters('weight_text: str = ""')["weight_text"].record()["range"] == [30, 300]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("n", "3", 3),
        ("n", 3.0, 3),
        ("x", "2,5", 2.5),
        ("x", 2, 2.0),
        ("s", "fast", "fast"),
        ("b", "true", True),
        ("b", False, False),
        ("d", '{"a": "yes"}', {"a": "yes"}),
        ("d", {"a": "yes"}, {"a": "yes"}),
    ],
)
def test_typed_values_are_read_as_the_type_that_stands_in_the_notebook(name, typed, value):
    known = parameters(
        "n: int = 1  # 0 to 9",
        "x: float = 1.0",
        's: str = "slow"  # slow or fast',
        "b: bool = True",
        "d: dict[str, str] = {}",
    )

    read = known[name].value(typed)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("n", "2.5", "whole number"),
        ("n", True, "whole number"),
        ("n", "11", "expected 0 to 9"),
        ("x", "1,234", "could mean"),
        ("s", 3, "s is “3”; expected one of slow, fast"),
        ("s", "fats", "Did you mean “fast”?"),
        ("b", "perhaps", "true or false"),
        ("d", "[1]", "JSON"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(name, typed, said):
    known = parameters(
        "n: int = 1  # 0 to 9",
        "x: float = 1.0",
        's: str = "slow"  # slow or fast',
        "b: bool = True",
        "d: dict[str, str] = {}",
    )

    with pytest.raises(IgmFatError, match=re.escape(said)):
        known[name].value(typed)


def test_an_unknown_name_is_refused_with_the_closest_one():
    known = list(parameters("seed: int = 1", "scenario: str = ''").values())

    with pytest.raises(UnreadableInput, match="Did you mean “seed”"):
        check_parameters(known, {"sed": "1"}, "90")


@pytest.mark.parametrize(
    "line", ["x = 1", "x: int", "x: complex = 1j", "x: int = len('a')", "print(1)"]
)
def test_a_parameters_cell_with_anything_else_is_refused(line):
    with pytest.raises(UnreadableInput):
        parameters_of(line, "some.ipynb")


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ('where: str = "a=b"  # words', "a=b"),  # papermill's own reader leaves this line out
        ("alpha: float = 0.05  # alpha = two-sided", 0.05),  # and this one
        ('code: str = "a # b"  # words', "a # b"),  # here it reads the default as "a
    ],
)
def test_a_line_with_a_second_equals_sign_or_hash_is_a_parameter_like_any_other(line, default):
    (read,) = parameters(line).values()

    assert read.default == default


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_papermill_reads_the_same_parameters_of_our_notebooks(path):
    inspected = papermill.inspect_notebook(path).values()

    ours = [(one.name, one.type, one.default) for one in notebook_parameters(path)]

    assert ours == [
        (one["name"], one["inferred_type_name"], ast.literal_eval(one["default"]))
        for one in inspected
    ]
    for parameter, one in zip(notebook_parameters(path), inspected, strict=True):
        assert all(words in one["help"] for words in parameter.description.split("; "))


def test_a_pair_without_a_value_or_given_twice_is_refused():
    for pairs in (["seed"], ["seed=1", "seed=2"]):
        with pytest.raises(UnreadableInput):
            parse_pairs(pairs)


def test_what_is_no_notebook_is_refused():
    with pytest.raises(UnreadableInput, match="is not a notebook"):
        notebook_parameters(EXAMPLE)


def test_every_notebook_of_ours_can_be_listed(capsys):
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for parameter in notebook_parameters(path):
            assert parameter.source, (path.name, parameter.name)

    assert run("parameters", "90_patient_report", "--json") == 0
    listed = json.loads(capsys.readouterr().out)["parameters"]
    assert [one["name"] for one in listed] == [
        "case_file",
        "scenario",
        "scenario_weights",
        "synthesis",
        "reading",
        "seed",
        "language",
    ]
    assert set(listed[0]) >= {"type", "unit", "range", "default", "source"}
    assert run("parameters", "20_titre_kinetics") == 0
    assert "30 to 300" in capsys.readouterr().out


@pytest.mark.parametrize(
    "pair", ["sed=1", "seed=one", "scenario=slow", "made_on=now", "case_file=other.json"]
)
def test_a_bad_parameter_is_refused_before_any_kernel_starts(pair, tmp_path, capsys):
    touched = tmp_path / "touched"
    source = (NOTEBOOKS / "90_patient_report.ipynb").read_text()
    notebook = tmp_path / "copy.ipynb"
    cell = f"open({str(touched)!r}, 'w')"
    written = nbformat.reads(source, as_version=4)
    written.cells.insert(0, new_code_cell(cell))
    nbformat.write(written, notebook)

    code = run("report", EXAMPLE, "--out", tmp_path / "r.html", "--notebook", notebook, "-p", pair)

    assert code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not touched.exists()
