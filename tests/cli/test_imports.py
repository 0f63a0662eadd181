"""No command imports what it does not use: help is there at once."""

import subprocess
import sys

import pytest

from igmfat_nb.cli import COMMANDS

#: Of the extras: what reads tables and YAML, computes trials, draws, serves.
HEAVY = [
    *("IPython", "SALib", "dask", "distributed", "fhir", "ipywidgets", "jupyter_client"),
    *("matplotlib", "nbformat", "openpyxl", "pandas", "papermill", "plotly", "pyarrow"),
    *("scipy", "statsmodels", "tornado", "voila", "yaml"),
]
#: Commands whose options are about no patient.
PLAIN = [
    *("cases", "dashboard", "doctor", "examples", "export-table", "import-fhir", "import-table"),
    *("lab", "password", "redcap-dictionary", "sample-size", "sources", "workshop"),
]
SHOW_HELP = """
import contextlib, io, sys
from igmfat_nb.cli import main
for words in {commands}:
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        main([*words, "--help"])
    assert "Usage" in said.getvalue(), words
    found = sorted(set({absent}) & set(sys.modules))
    assert not found, (words, found)
"""


@pytest.mark.parametrize(
    ("commands", "absent"),
    [
        ([[name] for name in COMMANDS] + [["trial", "run"], ["trial", "compare"]], HEAVY),
        ([[name] for name in PLAIN] + [["workshop", "serve"]], [*HEAVY, "numpy", "pydantic"]),
    ],
    ids=["every command", "without a patient"],
)
def test_the_help_of_a_command_loads_no_library_that_it_does_not_need(commands, absent):
    program = SHOW_HELP.format(commands=commands, absent=absent)

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_an_example_design_loads_no_heavy_library():
    program = (
        "import sys\nfrom igmfat_nb.cli import main\ntry:\n    main(['trial', '--example'])\n"
        f"finally:\n    print(sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stderr.strip() == "[]"
