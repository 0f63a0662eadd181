"""The core works with click, numpy and pydantic alone; what needs more says what to install."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import igmfat_nb

BODY = ["--sex", "male", "--age", "60", "--height-cm", "175", "--weight-kg", "80"]
PATIENT = [*BODY, "--haematocrit", "0.30", "--igm", "38", "--igm-unit", "mg/dL"]
CALL = """
import json, sys

class Core:
    absent = frozenset(json.loads(sys.argv.pop(1)))
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Core())
from igmfat_nb.cli import main
main()
"""


def closure(name: str, seen: set[str]) -> set[str]:
    """A distribution with all that it asks for here."""
    if name not in seen:
        seen.add(name)
        for line in requires(name) or []:
            asked = Requirement(line)
            if asked.marker is None or asked.marker.evaluate({"extra": ""}):
                closure(asked.name.lower().replace("_", "-"), seen)
    return seen


@pytest.fixture(scope="module")
def absent() -> str:
    """Modules that a core installation does not have."""
    core = set().union(*(closure(name, set()) for name in ("click", "numpy", "pydantic")))
    others = {
        module
        for module, names in packages_distributions().items()
        if not {name.lower().replace("_", "-") for name in names} & (core | {"igmfat-nb"})
    }
    assert {"scipy", "pandas", "yaml", "voila"} <= others
    return json.dumps(sorted(others))


def run(absent: str, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CALL, absent, *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_dose_is_worked_out(absent):
    answer = run(absent, "dose", *PATIENT, "--json")
    arms = json.loads(answer.stdout)["arms"]
    assert (arms["standard"]["volume_ml"], arms["personalised"]["volume_ml"]) == (400, 431)


def test_screening_a_case_and_a_curve(absent):
    file = Path(igmfat_nb.__file__).parent / "teaching_cases" / "obesity.json"
    assert run(absent, "eligible", *PATIENT).returncode == 0
    assert "is a valid case" in run(absent, "validate", str(file)).stdout
    curve = run(absent, "curve", *PATIENT, "--arm", "standard", "--json")
    assert len(json.loads(curve.stdout)["igm_mg_dl"]) > 100


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (["curve", *PATIENT, "--arm", "standard", "--band", "--json"], "trial"),
        (["sample-size", "--control", "0.45", "--treated", "0.30"], "trial"),
        (["cohort", "table.csv", "--out", "out.csv"], "trial"),
        (["dashboard", "--no-browser"], "pages"),
        (["reports", "cases", "--out", "out"], "pages"),
    ],
)
def test_what_needs_more_names_the_extra_in_one_sentence(absent, command, extra):
    answer = run(absent, *command)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert f"pip install 'igmfat_nb[{extra}]'" in answer.stderr
    assert answer.stderr.count("\n") == 1
