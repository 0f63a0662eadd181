"""Options of one patient and of the rule of dosing, and what was typed there.

Apart from what every command shares: a server is there sooner without the bedside.
"""

from collections.abc import Callable
from typing import Any, get_args

import click

from igmfat_nb.bedside.dose_rule import PART_LIMITS, TYPED_VOLUME_RULES, DoseRule
from igmfat_nb.bedside.eligibility import Answer, parse_answers
from igmfat_nb.bedside.infusion import Rounding
from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.bedside.readings import edition_labelled, reading_named
from igmfat_nb.cli.options import reading_option
from igmfat_nb.courses.clearance import EVEN_WEIGHTS, Weights, read_weights
from igmfat_nb.courses.population import USUAL_SCENARIO, Scenario
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import named_values
from igmfat_nb.units import parse_number

RULE_OPTIONS = (
    "reading",
    "volume_rule",
    "volume_ml_per_kg",
    "coefficient",
    "recovery",
    "maintenance_ml_per_kg",
    "rounding",
)


# Clinical numbers are taken as text: the same parser reads them here and on the page.
def patient_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of one patient."""
    for name, text in (
        ("--igm-unit", _("mg/dL or g/L; never guessed.")),
        ("--igm", _("Serum IgM.")),
        ("--haematocrit", _("Venous haematocrit: 0.30 or '30 %'.")),
        ("--weight-kg", _("Actual body weight.")),
        ("--height-cm", _("Height.")),
        ("--age", _("Age in years.")),
        ("--sex", _("female or male.")),
    ):
        command = click.option(name, default="", help=text)(command)
    return command


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the parts of the personalised rule; all of them our assumptions."""
    for name, text in (
        ("--maintenance-ml-per-kg", _("Maintenance dose at or above the target; default: none.")),
        ("--recovery", _("Recovery: fraction of the dose found in plasma; default: 0.9.")),
        (
            "--coefficient",
            _("mL of product per kg and mg/dL of deficit, instead of the mass balance."),
        ),
        ("--volume-ml-per-kg", _("Distribution volume for the rule 'fixed'.")),
    ):
        command = click.option(name, default=None, help=text)(command)
    command = click.option(
        "--rounding",
        type=click.Choice(get_args(Rounding)),
        help=_("Rounding of the volume, in both arms; default: ml."),
    )(command)
    command = click.option(
        "--volume-rule",
        type=click.Choice(TYPED_VOLUME_RULES),
        help=_(
            "How the distribution volume is found; an assumption of this software; default: nadler."
        ),
    )(command)
    return reading_option(command)


def answer_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the repeatable ``--answer CODE=yes|no|unknown``."""
    return click.option(
        "--answer",
        "answers",
        multiple=True,
        metavar=mark("CODE=yes|no|unknown"),
        help=_("Answer to a criterion or contraindication; repeatable."),
    )(command)


def scenario_options(
    command: Callable[..., Any], usual: Scenario = USUAL_SCENARIO
) -> Callable[..., Any]:
    """Add the assumed clearance, and the weights of the scenarios averaged."""
    command = click.option(
        "--scenario-weights",
        default=None,
        metavar=mark("NATIVE:INTERMEDIATE:FAST"),
        help=_("Weights of 'averaged' before any later titre; default: 1:1:1."),
    )(command)
    return click.option(
        "--scenario",
        type=click.Choice(get_args(Scenario)),
        default=usual,
        show_default=True,
        help=_("Assumed clearance; 'averaged' weighs all three by what the titres say."),
    )(command)


def weights_of(scenario: Scenario, typed: str | None) -> Weights:
    """The weights as typed, which only ``averaged`` has."""
    if typed is None:
        return EVEN_WEIGHTS
    if scenario != "averaged":
        raise ImplausibleInput(_("--scenario-weights goes with --scenario averaged."))
    return read_weights(typed)


def typed_patient(options: dict[str, Any]) -> TypedPatient:
    """Take the patient's options out of a command's keywords."""
    return TypedPatient(
        sex=options.pop("sex"),
        age_years=options.pop("age"),
        height_cm=options.pop("height_cm"),
        weight_kg=options.pop("weight_kg"),
        haematocrit=options.pop("haematocrit"),
        igm=options.pop("igm"),
        igm_unit=options.pop("igm_unit"),
    )


def dose_rule(options: dict[str, Any], case_reading: str | None = None) -> DoseRule:
    """Take the rule's options out of a command's keywords; numbers are read as typed.

    A reading states its formula: what would change it cannot be given beside it. A case's own
    reading holds where the command states no formula.
    """
    taken = {name: options.pop(name) for name in RULE_OPTIONS}
    parts: dict[str, Any] = {
        name: taken[name] for name in ("volume_rule", "rounding") if taken[name]
    }
    for name, shown in (
        ("volume_ml_per_kg", _("The distribution volume")),
        ("coefficient", _("The coefficient")),
        ("recovery", _("The recovery")),
        ("maintenance_ml_per_kg", _("The maintenance dose")),
    ):
        if taken[name] is not None:
            unit, low, high = PART_LIMITS[name]
            parts[name] = parse_number(taken[name], shown, unit=unit, low=low, high=high)
    stated = [name for name in ("volume_rule", "volume_ml_per_kg", "coefficient") if name in parts]
    if taken["reading"] is None:
        own = None if stated else case_reading
        return DoseRule(**parts) if own is None else edition_labelled(own).rule(**parts)
    if stated:
        message = _("--{option} cannot be given beside --reading, which states the formula.")
        raise ImplausibleInput(message.format(option=stated[0].replace("_", "-")))
    return reading_named(taken["reading"]).rule(**parts)


def parsed_answers(pairs: tuple[str, ...]) -> dict[str, Answer]:
    """Read ``CODE=yes`` pairs; the same code twice is refused."""
    typed = named_values(
        pairs,
        without_name=_("The answer “{pair}” is not of the form CODE=yes, no or unknown."),
        twice=_("{name} is answered twice."),
    )
    return parse_answers(typed)
