"""What a person reads is marked for translation, whole, with named fields."""

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from igmfat_nb import language

PACKAGE = Path(language.__file__).parent
ROOMS = (
    "bedside", "case", "cli", "cohort", "figures", "reports", "tables", "titration", "trial",
    "widgets", "workshop",
)  # fmt: skip
MARKERS = {"_", "mark", "ngettext"}
TWO_WORDS = re.compile(r"[A-Za-z]{2,}[.,;:]? [A-Za-z]{2,}")
MARKUP = re.compile(r"<[a-z!]|[a-z-]+: ?[a-z0-9#]+;|class=\"|/\*|=>")
NO_WORDS = re.compile(  # places of plotly and matplotlib, classes, types, codes, fonts
    r"(upper|lower|top|middle|bottom) (left|center|right)|(figure|offset) \w+|ig-[\w -]+|dict\[.*"
    r"|\w*[a-z][A-Z]\w* .*|[0-9]{6,} .*|.*sans-serif"
)
#: Not sentences for a reader: errors of programming, codes of a contract, names of fonts.
POLICY = (
    "; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none';"
    " form-action 'none'"
)
UNMARKED = {
    "bedside/eligibility.py": {"not eligible", "cannot tell"},  # codes; words in VERDICT_WORDS
    "bedside/readings.py": {"Input should be "},
    "case/parts.py": {"red cells", "plasma exchange", "renal replacement"},  # EVENT_WORDS
    "case/remarks.py": {  # lines of a case file, the same in every language
        "kept: asked about and right",
        "set aside",
        "titre at ",
        "set aside: drawn during an infusion or from its line",
    },
    "cli/cohort_doses.py": {"not eligible"},
    "cli/examples.py": {  # commands to type
        "igmfat cohort patients.csv --out doses.csv",
        "igmfat import-fhir bundle.json --out case.json",
        "igmfat next course.json",
        "igmfat sweep 11_dose_calculator sweep.csv --out sweep",
        "igmfat trial design.yaml --replicates 20",
    },
    "cohort/patient_columns.py": {"not eligible", "cannot tell"},
    "cohort/text_tables.py": {"torn row", "line in the file"},  # names of columns
    "figures/plotly_js/__init__.py": {"The drawing library has no "},  # a fault of the program
    "figures/static/picture.py": {"DejaVu Sans", "The picture has no view box."},
    "figures/static/traces.py": {"A static picture has no ", "A static picture has no fill "},
    "reports/cohort_report.py": {"not eligible"},
    "reports/cohort_rows.py": {"not eligible"},
    "reports/document.py": {POLICY, "igmfat: the policy"},  # of the browser, and a marker
    "reports/trial_report.py": {  # titles in the stylesheet
        "Tables and lists",
        "A virtual trial: the design left, the answer right, one trial below",
    },
    "sensitivity/words.py": {"igmfat readings list"},  # a command
    "titration/prior.py": {"central volume", "exchange half-time", "first titre"},
    "titration/next_dose.py": {"label rate"},
    "trial/design_errors.py": {"Input should be "},
    "trial/estimates.py": {"odds ratio", "risk ratio", "the first arm", "the second arm"},
    "trial/export.py": {"vasopressors stopped", "days over"},
    "widgets/explorer/dose_markup.py": {"not eligible", "mg IgM"},
    "widgets/explorer/verdict_markup.py": {"not eligible", "cannot tell"},
    "widgets/parts/figure.py": {"go.Figure | Mapping[str, Any]"},
    "widgets/trial/cards.py": {"go.Figure | Mapping[str, Any]"},
    "widgets/trial/markup.py": {"risk difference"},
    "widgets/workspace/due_panel.py": {".ig-patient input"},  # a place on the page
    "workshop/checking.py": {"percentage points"},  # its own key of the units that are counted
    "widgets/trial/run.py": {"No block was watched."},
    "widgets/trial/tools.py": {  # of the command line
        " --out run",
        "igmfat trial ",
        " --out report.html",
        "igmfat report ",
    },
    "widgets/workspace/alarms_panel.py": {"set aside", "missing dose"},  # codes of answers
    "widgets/workspace/course_fields.py": {"cannot tell"},
    "workshop/explorers.py": {"sample size"},
    "workshop/lessons/eligibility.py": {"not eligible", "cannot tell"},
    "workshop/lessons/eligibility_working.py": {"not eligible", "cannot tell"},
    "workshop/lessons/trial.py": {"sample size"},
    "workshop/question.py": {"sample size"},
}


def calls_of_markers(tree):
    """Every call of ``_``, ``mark`` or ``ngettext``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS:
            yield node


@cache
def modules():
    """Every module of the package with its tree."""
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def sentences(tree):
    """Every constant under a marker."""
    for call in calls_of_markers(tree):
        for given in call.args[: 2 if getattr(call.func, "id", "") == "ngettext" else 1]:
            if isinstance(given, ast.Constant):
                yield given.value


def unmarked(tree):
    """Constants of two words and more that stand under no marker."""
    apart = {id(part) for call in calls_of_markers(tree) for part in ast.walk(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            apart.add(id(node.value))  # a docstring
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "compile":
            apart |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Raise) and "RuntimeError" in ast.unparse(node):
            apart |= {id(part) for part in ast.walk(node)}  # a fault of the program
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            text = node.value
            if TWO_WORDS.search(text) and not MARKUP.search(text) and not NO_WORDS.fullmatch(text):
                yield text


def test_a_planted_sentence_is_found():
    tree = ast.parse('def f():\n    """Doc string."""\n    return f"No dose for {1}"')

    assert list(unmarked(tree)) == ["No dose for "]


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_of_a_room_is_marked(room):
    found = {
        name: set(unmarked(tree)) - UNMARKED.get(name, set())
        for name, tree in modules()
        if name.startswith(f"{room}/") and name != "trial/example.py"  # a file to copy
    }

    assert {name: texts for name, texts in found.items() if texts} == {}


def test_a_marker_is_given_no_sentence_put_together():
    """No f-string, no sum: a catalogue finds whole constants only."""
    wrong = [
        f"{name}:{call.lineno}"
        for name, tree in modules()
        for call in calls_of_markers(tree)
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp)
    ]

    assert wrong == []


def test_a_sentence_is_whole_and_its_fields_have_names():
    wrong = []
    for name, tree in modules():
        for text in sentences(tree):
            fields = [field for _text, field, _spec, _conversion in Formatter().parse(text)]
            unnamed = [field for field in fields if field is not None and not field.isidentifier()]
            if text != text.strip() or unnamed:
                wrong.append((name, text))

    assert wrong == []


def test_a_number_chooses_the_form():
    forms = [language.ngettext("{n} day", "{n} days", n).format(n=n) for n in (0, 1, 2)]

    assert forms == ["0 days", "1 day", "2 days"]
