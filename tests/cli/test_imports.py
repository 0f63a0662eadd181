"""No command imports what it does not use: help is there at once."""

import subprocess
import sys

from igmfat_nb.cli import COMMANDS

#: Of the extras: what reads tables and YAML, computes trials, draws, serves.
HEAVY = [
    *("IPython", "SALib", "dask", "distributed", "fhir", "ipywidgets", "jupyter_client"),
    *("matplotlib", "nbformat", "openpyxl", "pandas", "papermill", "plotly", "pyarrow"),
    *("scipy", "statsmodels", "tornado", "voila", "yaml"),
]
SHOW_HELP = f"""
import contextlib, io, sys
from igmfat_nb.cli import main
for words in {[[name] for name in COMMANDS] + [["trial", "run"], ["trial", "compare"]]}:
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        main([*words, "--help"])
    assert "Usage" in said.getvalue(), words
    found = sorted(set({HEAVY}) & set(sys.modules))
    assert not found, (words, found)
"""


def test_the_help_of_every_command_loads_no_heavy_library():
    done = subprocess.run([sys.executable, "-c", SHOW_HELP], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_an_example_design_loads_no_heavy_library():
    program = (
        "import sys\nfrom igmfat_nb.cli import main\ntry:\n    main(['trial', '--example'])\n"
        f"finally:\n    print(sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stderr.strip() == "[]"
