"""Plant faults in a copy of the package; each must make a notebook's test fail.

    python tests/mutation/planted_faults.py             # all of them
    python tests/mutation/planted_faults.py --list      # what they are
    python tests/mutation/planted_faults.py igm-content # one of them

A fault is one changed text in one module: a protocol constant, a formula, a
figure's data. The copy stands in a temporary folder and the checkout is never
touched. First the notebooks are run unharmed and must pass; then, for each
fault, the notebook that should notice it is run by nbval, as ``make test``
does, and must fail by a stored output that differs. Exit code 1 if a fault
was not noticed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COPIED = ("igmfat_nb", "notebooks", "pyproject.toml")
AT_ONCE = 2
#: pytest's own exit code for "tests were run, and some failed".
TESTS_FAILED = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault, and the notebook that should notice."""

    name: str
    kind: str
    module: str
    text: str
    instead: str
    notebook: str


FAULTS = (
    Fault(
        "standard-dose",
        "constant",
        "protocol/constants.py",
        'STANDARD_DOSE = Sourced(250.0, "mg/kg/day"',
        'STANDARD_DOSE = Sourced(260.0, "mg/kg/day"',
        "11_dose_calculator",
    ),
    Fault(
        "target-titre",
        "constant",
        "protocol/constants.py",
        "TARGET_TITRE = Sourced(\n    100.0,",
        "TARGET_TITRE = Sourced(\n    90.0,",
        "90_patient_report",
    ),
    Fault(
        "enrolment-titre",
        "constant",
        "protocol/constants.py",
        'ENROLMENT_TITRE = Sourced(60.0, "mg/dL"',
        'ENROLMENT_TITRE = Sourced(61.0, "mg/dL"',
        "01_protocol_card",
    ),
    Fault(
        "igm-content",
        "constant",
        "protocol/product.py",
        'IGM = Sourced(6.0, "mg/mL"',
        'IGM = Sourced(5.0, "mg/mL"',
        "11_dose_calculator",
    ),
    Fault(
        "label-rate",
        "constant",
        "protocol/product.py",
        'LABEL_RATE = Sourced(0.4, "mL/kg/h"',
        'LABEL_RATE = Sourced(0.5, "mL/kg/h"',
        "11_dose_calculator",
    ),
    Fault(
        "assay-variation",
        "constant",
        "protocol/populations.py",
        "ASSAY_CV = Sourced(\n    0.05,",
        "ASSAY_CV = Sourced(\n    0.10,",
        "92_cohort_report",
    ),
    Fault(
        "haematocrit-forgotten",
        "formula",
        "bedside/plasma_volume.py",
        "* (1.0 - body_haematocrit)",
        "* (1.0 - 0.0 * body_haematocrit)",
        "90_patient_report",
    ),
    Fault(
        "recovery-upside-down",
        "formula",
        "bedside/dosing.py",
        "igm_mg = np.asarray(deficit_mg_dl * (distribution_ml / ML_PER_DL) / recovery)",
        "igm_mg = np.asarray(deficit_mg_dl * (distribution_ml / ML_PER_DL) * recovery)",
        "11_dose_calculator",
    ),
    Fault(
        "rounding-down",
        "formula",
        "bedside/infusion.py",
        "return np.floor(exact_ml + 0.5)",
        "return np.floor(exact_ml)",
        "92_cohort_report",
    ),
    Fault(
        "dose-without-delay",
        "formula",
        "courses/simulated.py",
        "start_h = sample_h[:, None] + constants.DOSE_DELAY.value",
        "start_h = sample_h[:, None] + 0.0",
        "20_titre_kinetics",
    ),
    Fault(
        "compartments-swapped",
        "formula",
        "courses/population.py",
        "k12_per_h=(1.0 - share) * exchange_per_h,\n        k21_per_h=share * exchange_per_h,",
        "k12_per_h=share * exchange_per_h,\n        k21_per_h=(1.0 - share) * exchange_per_h,",
        "20_titre_kinetics",
    ),
    Fault(
        "bmi-limit-turned",
        "formula",
        "bedside/eligibility.py",
        "met = value <= MAXIMUM_BMI.value",
        "met = value > MAXIMUM_BMI.value",
        "10_eligibility",
    ),
    Fault(
        "sample-size-one-variance",
        "formula",
        "trial/sample_size.py",
        "variance = p * (1 - p) + q * (1 - q)",
        "variance = 2 * p * (1 - p)",
        "30_trial_simulation",
    ),
    Fault(
        "figure-band-upside-down",
        "figure",
        "figures/two_arms.py",
        '"y": np.concatenate([high_mg_dl, low_mg_dl[::-1]]).round(2),',
        '"y": np.concatenate([low_mg_dl, low_mg_dl[::-1]]).round(2),',
        "90_patient_report",
    ),
    Fault(
        "figure-in-hours",
        "figure",
        "figures/two_arms.py",
        '"x": (time_h / HOURS_PER_DAY).round(4),\n        "y": igm_mg_dl.round(2),',
        '"x": time_h.round(4),\n        "y": igm_mg_dl.round(2),',
        "90_patient_report",
    ),
    Fault(
        "figure-of-the-other-arm",
        "figure",
        "reports/cohort_figures.py",
        'f"{arm}_igm_day{day}_p50" for day in DAYS',
        'f"standard_igm_day{day}_p50" for day in DAYS',
        "92_cohort_report",
    ),
    Fault(
        "figure-dose-beside-its-hours",
        "figure",
        "figures/two_arms.py",
        '"x": ((start_h + duration_h / 2) / HOURS_PER_DAY).round(4),\n        "width"',
        '"x": (start_h / HOURS_PER_DAY).round(4),\n        "width"',
        "20_titre_kinetics",
    ),
    Fault(
        "figure-not-redrawn",
        "figure",
        "widgets/workspace/first_curve.py",
        "spec = course_spec(comparison) if comparison else blank_spec()",
        "spec = blank_spec()",
        "40_dashboard",
    ),
    Fault(
        "figure-of-the-first-titre-alone",
        "figure",
        "figures/titration.py",
        'line_trace(days, own["p50"], OWN',
        'line_trace(days, others["p50"], OWN',
        "21_individualised_dosing",
    ),
    Fault(
        "figure-rank-bins-lost",
        "figure",
        "figures/titration.py",
        "steps = np.append(counts, counts[-1])",
        "steps = np.append(counts, 0)",
        "21_individualised_dosing",
    ),
    Fault(
        "figure-trial-band-narrow",
        "figure",
        "figures/trial.py",
        "band(days, low.round(2), high.round(2), tint)",
        "band(days, middle.round(2), high.round(2), tint)",
        "30_trial_simulation",
    ),
    Fault(
        "figure-interval-halved",
        "figure",
        "figures/trial_rates.py",
        "ends[-1] = 100 * reach[-1]",
        "ends[-1] = 50 * reach[-1]",
        "30_trial_simulation",
    ),
    Fault(
        "figure-power-of-the-other-side",
        "figure",
        "figures/trial_rates.py",
        "rates = np.round(100 * np.array(curve.asked), 2)",
        "rates = np.round(100 * np.array(curve.harm), 2)",
        "91_trial_report",
    ),
)


def copied(folder: Path) -> Path:
    """A copy of what the notebooks need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    return folder


def plant(folder: Path, fault: Fault) -> None:
    """Change one text; a text that is not there once is an error of this list."""
    module = folder / "igmfat_nb" / fault.module
    source = module.read_text(encoding="utf-8")
    if source.count(fault.text) != 1:
        raise SystemExit(f"{fault.name}: its text is not in {fault.module} exactly once.")
    module.write_text(source.replace(fault.text, fault.instead), encoding="utf-8")


def run_notebooks(folder: Path, names: list[str]) -> tuple[int, str]:
    """Run notebooks of a copy by nbval; pytest's exit code and output."""
    paths = [str(folder / "notebooks" / f"{name}.ipynb") for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--nbval-lax", "--nbval-current-env"]
    command += ["-p", "no:cacheprovider", "--rootdir", str(folder), *paths]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def noticed(fault: Fault) -> tuple[Fault, bool, float]:
    """Plant one fault and ask its notebook."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="igmfat-fault-") as place:
        folder = copied(Path(place))
        plant(folder, fault)
        code, output = run_notebooks(folder, [fault.notebook])
    by_its_output = code == TESTS_FAILED and "mismatch" in output.lower()
    return fault, by_its_output, time.monotonic() - begun


def check_unharmed(faults: list[Fault]) -> None:
    """The notebooks pass without a fault; otherwise failing with one would say nothing."""
    names = sorted({fault.notebook for fault in faults})
    with tempfile.TemporaryDirectory(prefix="igmfat-fault-") as place:
        code, output = run_notebooks(copied(Path(place)), names)
    if code != 0:
        raise SystemExit(f"The notebooks fail without any fault:\n{output[-3000:]}")
    print(f"Without a fault {len(names)} notebooks pass.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="faults to plant; default: all")
    parser.add_argument("--list", action="store_true", help="name the faults and end")
    options = parser.parse_args()
    chosen = [one for one in FAULTS if not options.names or one.name in options.names]
    if options.list or len(chosen) < len(options.names):
        for fault in FAULTS:
            print(f"{fault.name:26} {fault.kind:9} {fault.module:24} {fault.notebook}")
        return 0 if options.list else 2
    check_unharmed(chosen)
    missed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for fault, seen, seconds in pool.map(noticed, chosen):
            missed += not seen
            answer = "noticed" if seen else "MISSED"
            print(f"{fault.name:26} {fault.kind:9} {answer:8} {fault.notebook} {seconds:.0f} s")
    print(f"{len(chosen)} faults planted, {len(chosen) - missed} noticed, {missed} missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
