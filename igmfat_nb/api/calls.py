"""The calls of ``import igmfat_nb as igm``: plain numbers in, results that show themselves out."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from igmfat_nb.api.shown import (
    Curve,
    Doses,
    NextDose,
    SampleSize,
    Screening,
    Shown,
    Sources,
    VirtualTrial,
)
from igmfat_nb.bedside.answer import bedside_answer
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.eligibility import parse_answers
from igmfat_nb.bedside.patient import Patient, TypedPatient, read_patient
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from igmfat_nb.case import Case
    from igmfat_nb.trial.design import Design


def patient(
    *,
    sex: Literal["female", "male"],
    age_years: float,
    height_cm: float,
    weight_kg: float,
    haematocrit: float,
    igm_mg_dl: float,
) -> Patient:
    """Return one adult; haematocrit as a fraction, IgM in mg/dL.

    Raises
    ------
    IgmFatError
        With one sentence, if a value is implausible.

    Examples
    --------
    >>> body = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80}
    >>> patient(**body, haematocrit=0.30, igm_mg_dl=38).igm_mg_dl
    38.0
    """
    typed = TypedPatient(
        sex=sex,
        age_years=str(age_years),
        height_cm=str(height_cm),
        weight_kg=str(weight_kg),
        haematocrit=str(haematocrit),
        igm=str(igm_mg_dl),
        igm_unit="mg/dL",
    )
    return read_patient(typed).patient()


def doses(
    who: Patient, rule: DoseRule | None = None, answers: Mapping[str, str] | None = None
) -> Doses:
    """Return today's dose of each arm; the personalised rule is our assumption.

    Examples
    --------
    >>> body = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80}
    >>> found = doses(patient(**body, haematocrit=0.3, igm_mg_dl=38))
    >>> [row["volume_ml"] for row in found.records()]
    [400.0, 431.0]
    """
    return Doses(bedside_answer(who, rule or DoseRule(), parse_answers(answers or {})))


def eligibility(who: Patient, answers: Mapping[str, str] | None = None) -> Screening:
    """Return the trial's criteria for a patient; what is not answered stays unknown."""
    return Screening(bedside_answer(who, DoseRule(), parse_answers(answers or {})).eligibility)


def curve(who: Patient, assumptions: Assumptions | None = None, *, seed: int = 1) -> Curve:
    """Return serum IgM over two weeks in both arms and untreated; kinetics are our assumption."""
    from igmfat_nb.courses.comparison import compare_arms

    return Curve(compare_arms(who, assumptions or Assumptions(), seed=_seed(seed)))


def read_case(path: str | Path) -> "Case":
    """Return the case of a file; refused with one sentence that names the place."""
    from igmfat_nb.case import read_case as case_of_text
    from igmfat_nb.files import read_whole

    return case_of_text(read_whole(Path(path)))


def teaching_case(name: str) -> "Case":
    """Return one of the workshop's synthetic cases, as ``igmfat cases list`` names them."""
    from igmfat_nb.teaching_cases.library import teaching_case as library_case

    return library_case(name).case


def next_dose(case: "Case", *, at_h: float | None = None, seed: int = 1) -> NextDose:
    """Return the next dose of a case by three rules, ``at_h`` hours after its first titre."""
    from igmfat_nb.titration import decide

    return NextDose(decide(case, at_h=at_h, seed=seed))


def design(text: str | Mapping[str, Any]) -> "Design":
    """Return the design of a virtual trial from YAML text or from a mapping."""
    from igmfat_nb.trial.design import design_of
    from igmfat_nb.yaml_file import yaml_document

    return design_of(yaml_document(text, "design") if isinstance(text, str) else dict(text))


def virtual_trial(plan: "Design", *, replicates: int = 100, seed: int = 1) -> VirtualTrial:
    """Return some replicates of a design, run in this process; the same seed, the same bits."""
    from igmfat_nb.trial.summary import run_here

    if replicates < 1:
        message = _("{n} replicates were requested; expected 1 or more.")
        raise ImplausibleInput(message.format(n=replicates))
    return VirtualTrial(plan, *run_here(plan, replicates, _seed(seed)))


def sample_size(
    control: float,
    treated: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    dropout: float = 0.0,
) -> SampleSize:
    """Return patients per arm to tell two proportions of death apart, by each formula.

    Examples
    --------
    By hand: (1.95996 + 0.84162)² × (0.45 × 0.55 + 0.3 × 0.7) ÷ 0.15² = 159.6.

    >>> sample_size(0.45, 0.30).records()[0]["per_arm"]
    160
    """
    from igmfat_nb.trial.sample_size import METHODS, Comparison, with_dropout

    with_dropout(1, dropout, "divide")  # refused here, not when it is shown
    asked = [Comparison(control, treated, power, alpha, method) for method in METHODS]
    return SampleSize(tuple(asked), dropout)


def sources() -> Sources:
    """Return every number of the package with its source and how it is known."""
    from igmfat_nb.protocol.register import sourced_constants
    from igmfat_nb.tables.sourced import sourced_record

    return Sources(tuple(sourced_record(name, one) for name, one in sourced_constants().items()))


def cohort_doses(path: str | Path, *, seed: int = 1) -> "pd.DataFrame":
    """Return doses and predicted titres of the rows that a patient table's file is accepted for.

    Columns as ``igmfat cohort`` writes them; ``attrs["rejected"]`` holds the refused rows.
    """
    import numpy as np

    from igmfat_nb.cohort.doses import dose_table
    from igmfat_nb.cohort.files import read_table
    from igmfat_nb.cohort.rows import read_rows
    from igmfat_nb.courses.population import USUAL_SCENARIO
    from igmfat_nb.courses.shared_patients import SharedPatients

    rows, rule = read_rows(read_table(Path(path), {}, None)), DoseRule()
    shared = SharedPatients.draw(np.random.default_rng(_seed(seed)), 100, USUAL_SCENARIO, rule)
    table = dose_table(rows.accepted, shared, rule)
    table.attrs["rejected"] = rows.rejected
    return table


def _seed(seed: int) -> int:
    if seed < 0:
        raise ImplausibleInput(_("The seed is {seed}; expected 0 or more.").format(seed=seed))
    return seed


def table(result: Shown) -> "pd.DataFrame":
    """Return the rows of a result as a data frame."""
    return result.table()


def figure(result: Shown) -> "go.Figure":
    """Return the figure of a result.

    Raises
    ------
    TypeError
        If such a result has none.
    """
    return result.figure()
