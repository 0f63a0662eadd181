"""``igmfat curve``: serum IgM over time."""

import math
from dataclasses import asdict
from itertools import pairwise
from typing import Any, get_args

import click
import numpy as np

from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.bedside.patient import Patient, read_patient
from igmfat_nb.bedside.readings import DEFAULT
from igmfat_nb.case import Case
from igmfat_nb.cli.cases import answer_cases
from igmfat_nb.cli.options import Whole, json_option, print_json, refusing
from igmfat_nb.cli.patient_options import (
    dose_rule,
    patient_options,
    rule_options,
    scenario_options,
    typed_patient,
    weights_of,
)
from igmfat_nb.courses.as_given import GivenDose, given_course
from igmfat_nb.courses.clearance import EVEN_WEIGHTS, typical_multiple, weights_text
from igmfat_nb.courses.hours import resolved_h, time_points_h
from igmfat_nb.courses.population import (
    USUAL_SYNTHESIS,
    SynthesisMode,
    half_lives,
)
from igmfat_nb.courses.simulated import (
    COURSE_HOURS,
    Assumptions,
    Course,
    CourseArm,
    band_course,
    patient_course,
    patient_kinetics,
)
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import NOTICE, number_text, text_table
from igmfat_nb.tables.clearance import weights_record
from igmfat_nb.tables.titration import curve_lines as case_curve_lines
from igmfat_nb.tables.titration import curve_record as case_curve_record
from igmfat_nb.titration import personal_band
from igmfat_nb.units import HOURS_PER_DAY, parse_number


@click.command()
@click.argument("files", metavar="[CASE.json...]", nargs=-1)
@patient_options
@rule_options
@scenario_options
@click.option(
    "--synthesis",
    type=click.Choice(get_args(SynthesisMode)),
    default=USUAL_SYNTHESIS,
    show_default=True,
)
@click.option("--arm", type=click.Choice(get_args(CourseArm)), help=_("Default: none (untreated)."))
@click.option(
    "--dose",
    "doses",
    multiple=True,
    metavar=mark("START_H:VOLUME_ML:DURATION_H"),
    help=_("A dose as given, instead of --arm; repeatable."),
)
@click.option(
    "--hours",
    default=f"{COURSE_HOURS:g}",
    show_default=True,
    help=_("Length of the curve in hours."),
)
@click.option("--step-h", default="1", show_default=True, help=_("Time step in hours."))
@click.option(
    "--band", is_flag=True, help=_("Add quantiles over virtual patients with the same data.")
)
@click.option(
    "--seed", type=Whole(), default=1, show_default=True, help=_("Seed of the virtual patients.")
)
@click.option("--until-h", help=_("For a case file: use titres drawn by then; default: all."))
@json_option
@refusing
def curve(
    files: tuple[str, ...],
    hours: str,
    step_h: str,
    seed: int,
    until_h: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Serum IgM over time under an arm, under given doses, or of a case file.

    Two compartments; every part of the kinetics is an assumption of this
    software. A case file is followed with what its own titres teach; several
    give one JSON document a line.
    """
    if seed < 0:
        raise ImplausibleInput(_("The seed is {seed}; expected 0 or more.").format(seed=seed))
    time_h = time_points_h(
        parse_number(hours, _("Hours"), unit="h", low=0),
        parse_number(step_h, _("The step"), unit="h", low=0),
    )
    if files:
        _check_alone(options)
        case_curves(files, time_h, until_h, seed, as_json, options)
        return
    if until_h is not None:
        raise ImplausibleInput(_("--until-h can be used only with a case file."))
    record = _patient_record(time_h, seed, options)
    if as_json:
        print_json(record)
    else:
        _print_curve(record)


def case_curves(
    files: tuple[str, ...],
    time_h: np.ndarray[Any, np.dtype[np.float64]],
    until_h: str | None,
    seed: int,
    as_json: bool,
    options: dict[str, Any],
) -> None:
    """Answer case files: each patient's own curve."""
    until = None if until_h is None else parse_number(until_h, _("The time of --until-h"), unit="h")
    scenario = options["scenario"]
    weights = weights_of(scenario, options["scenario_weights"])
    assumptions = Assumptions(scenario, options["synthesis"], weights=weights)

    def answer(case: Case) -> dict[str, Any]:
        last_h = math.inf if until is None else until
        posterior, band = personal_band(
            case, time_h, seed=seed, until_h=last_h, assumptions=assumptions
        )
        return case_curve_record(case, posterior, time_h, band, until, assumptions)

    answer_cases(files, answer, case_curve_lines, as_json=as_json)


def _check_alone(options: dict[str, Any]) -> None:
    """A case file says who the patient is and what was given."""
    own = {"scenario", "scenario_weights", "synthesis"}
    given = [name for name, value in options.items() if name not in own and value]
    if given:
        option = "--" + given[0].rstrip("s").replace("_", "-")
        message = _(
            "{option} cannot be used with a case file, which contains the patient and the doses."
        )
        raise ImplausibleInput(message.format(option=option))


def _patient_record(
    time_h: np.ndarray[Any, np.dtype[np.float64]], seed: int, options: dict[str, Any]
) -> dict[str, Any]:
    arm, doses, band = (options.pop(name) for name in ("arm", "doses", "band"))
    if arm is not None and doses:
        raise ImplausibleInput(_("Give either an arm or doses, not both."))
    scenario, synthesis = options.pop("scenario"), options.pop("synthesis")
    weights = weights_of(scenario, options.pop("scenario_weights"))
    assumptions = Assumptions(scenario, synthesis, dose_rule(options), weights)
    patient = read_patient(typed_patient(options)).patient()
    given = [parsed_dose(text) for text in doses]
    _refuse_overlaps(given)
    if given:
        course = given_course(patient, given, assumptions, time_h)
    else:
        course = patient_course(patient, arm or "none", assumptions, time_h)
    record = curve_record(patient, course, assumptions)
    record["inputs"]["arm"] = None if given else arm or "none"
    record["warnings"] = patient.warnings() + dose_warnings(given, patient)
    if band:
        record["quantiles"] = _quantiles(patient, arm or "none", given, assumptions, time_h, seed)
        record["inputs"]["seed"] = seed
    return record


def parsed_dose(text: str) -> GivenDose:
    """Read ``START_H:VOLUME_ML:DURATION_H``."""
    parts = text.split(":")
    if len(parts) != 3:
        message = _("The dose “{text}” is not of the form START_H:VOLUME_ML:DURATION_H.")
        raise UnreadableInput(message.format(text=text))
    asked = (
        (_("The start of a dose"), "h"),
        (_("The volume of a dose"), "mL"),
        (_("The duration of a dose"), "h"),
    )
    numbers = (
        parse_number(part, name, unit=unit, low=0)
        for part, (name, unit) in zip(parts, asked, strict=True)
    )
    return GivenDose(*numbers)


def _refuse_overlaps(doses: list[GivenDose]) -> None:
    """One line runs at a time, as in a case."""
    for before, dose in pairwise(sorted(doses, key=lambda one: one.start_h)):
        if dose.start_h < (end_h := before.start_h + before.duration_h):
            message = _(
                "The dose at {start} h starts before the one at {before} h ends, at {end} h."
            )
            hours = {"start": dose.start_h, "before": before.start_h, "end": end_h}
            shown = {name: number_text(hour, 2) for name, hour in hours.items()}
            raise ImplausibleInput(message.format(**shown))


def dose_warnings(doses: list[GivenDose], patient: Patient) -> list[str]:
    """Say which doses run faster than the label allows."""
    label = float(label_rate_ml_h(patient.weight_kg))
    message = _(
        "The dose at {start} h is infused at {rate} mL/h, above the maximum labelled rate"
        " of {label} mL/h."
    )
    return [
        message.format(
            start=number_text(dose.start_h, 2),
            rate=number_text(dose.volume_ml / dose.duration_h, 1),
            label=number_text(label, 1),
        )
        for dose in doses
        if dose.volume_ml / dose.duration_h > label * (1 + 1e-9)
    ]


def curve_record(patient: Patient, course: Course, assumptions: Assumptions) -> dict[str, Any]:
    """The document that ``igmfat curve --json`` prints, without the version."""
    kinetics, synthesis = patient_kinetics(patient, assumptions)
    return {
        "inputs": patient.model_dump()
        | {"scenario": assumptions.scenario, "synthesis": assumptions.synthesis}
        | {"reading": asdict(assumptions.rule.reading)}
        | _prior_weights(assumptions),
        "warnings": [],
        "parameters": {
            "v1_dl": float(np.asarray(kinetics.v1_dl)),
            "k10_per_h": float(np.asarray(kinetics.k10_per_h)),
            "k12_per_h": float(np.asarray(kinetics.k12_per_h)),
            "k21_per_h": float(np.asarray(kinetics.k21_per_h)),
            "recovery": float(np.asarray(kinetics.recovery)),
            "synthesis_mg_per_h": float(np.asarray(synthesis.start_mg_per_h).item()),
            "synthesis_late_mg_per_h": float(np.asarray(synthesis.late_mg_per_h).item()),
            "synthesis_rise_start_h": synthesis.rise_start_h,
            "synthesis_rise_end_h": synthesis.rise_end_h,
        },
        "doses": [
            {
                "start_h": float(start),
                "igm_mg": float(igm),
                "duration_h": float(duration),
            }
            for start, igm, duration in zip(
                np.ravel(course.infusions.start_h),
                np.ravel(course.infusions.igm_mg),
                np.ravel(course.infusions.duration_h),
                strict=True,
            )
            if igm > 0
        ],
        "time_h": course.time_h.tolist(),
        "igm_mg_dl": course.igm_mg_dl[:, 0].tolist(),
    }


def _prior_weights(assumptions: Assumptions) -> dict[str, Any]:
    averaged = assumptions.scenario == "averaged"
    return {"scenario_weights": weights_record(assumptions.weights)} if averaged else {}


def _quantiles(
    patient: Patient,
    arm: CourseArm,
    given: list[GivenDose],
    assumptions: Assumptions,
    time_h: np.ndarray[Any, np.dtype[np.float64]],
    seed: int,
) -> dict[str, list[float]]:
    rng = np.random.default_rng(seed)
    if given:
        course = given_course(patient, given, assumptions, time_h, rng=rng)
    else:
        course = band_course(patient, arm, assumptions, time_h, rng=rng)
    return {name: row.tolist() for name, row in course.quantiles().items()}


def _print_curve(record: dict[str, Any]) -> None:
    """Print the curve at whole days, to read."""
    click.echo(
        "\n".join([_(NOTICE), "", *record["warnings"], *_assumed_lines(record["inputs"]), ""])
    )
    header, columns = [_("day"), _("IgM, mg/dL")], [record["igm_mg_dl"]]
    if band := record.get("quantiles"):
        header += [
            _("virtual patients: median"),
            _("90 % interval from"),
            _("to"),
            _("50 % interval from"),
            _("to"),
        ]
        columns += [band[name] for name in ("p50", "p5", "p95", "p25", "p75")]
    rows = [
        (number_text(time_h / HOURS_PER_DAY), *(number_text(titre, 1) for titre in titres))
        for time_h, *titres in zip(record["time_h"], *columns, strict=True)
        if resolved_h(time_h) % HOURS_PER_DAY == 0
    ]
    click.echo(text_table(header, rows))


def _assumed_lines(inputs: dict[str, Any]) -> list[str]:
    """Say which part of a curve is ours."""
    weights = inputs.get("scenario_weights")
    prior = tuple(weights.values()) if weights else EVEN_WEIGHTS
    found = half_lives(typical_multiple(inputs["scenario"], prior))
    kinetics = _(
        "Kinetics, an assumption of this software: clearance “{scenario}” (half-life"
        " {hours} h over the first day, terminal half-life {days} days), synthesis"
        " “{synthesis}”."
    ).format(
        scenario=inputs["scenario"],
        hours=number_text(found.first_day_h),
        days=number_text(found.terminal_days, 1),
        synthesis=inputs["synthesis"],
    )
    lines = [kinetics]
    if weights:
        averaged = _("Averaged over scenarios ({weights}); the line is of the median clearance.")
        lines.append(averaged.format(weights=weights_text(prior)))
    if inputs["arm"] != "personalised":
        return lines
    reading = inputs["reading"]
    if reading["status"] == "published":
        line = _("Personalised doses: published ({source}), reading {name}.")
        return [*lines, line.format(source=reading["source"], name=reading["name"])]
    return [
        *lines,
        _("Personalised doses: a mass balance, an assumption of this software.")
        if reading["name"] == DEFAULT
        else _("Personalised doses: reading “{title}”, an assumption of this software.").format(
            title=_(reading["title"])
        ),
    ]
