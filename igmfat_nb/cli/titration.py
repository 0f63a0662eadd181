"""``igmfat next``, ``igmfat validate`` and ``igmfat schema``."""

import json
from typing import Any

import click

from igmfat_nb.case import case_json_schema
from igmfat_nb.cli.cases import answer_cases, case_arguments
from igmfat_nb.cli.options import Whole, json_option, refusing
from igmfat_nb.cli.patient_options import dose_rule, rule_options, scenario_options, weights_of
from igmfat_nb.courses.population import Scenario
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _
from igmfat_nb.protocol import titration
from igmfat_nb.tables.titration import (
    next_lines,
    next_record,
    validation_lines,
    validation_record,
)
from igmfat_nb.titration import CASE_ASSUMPTIONS, Decision, decide
from igmfat_nb.titration.aside import set_aside
from igmfat_nb.units import parse_number


@click.command("next")
@case_arguments
@click.option(
    "--probability",
    default=f"{titration.TARGET_CHANCE.value:g}",
    show_default=True,
    help=_("Probability of reaching the target that the forecast rule requires."),
)
@click.option(
    "--at-h",
    default=None,
    help=_("Decision time in hours; default: the last hour entered in the case."),
)
@rule_options
@scenario_options
@click.option(
    "--seed", type=Whole(), default=1, show_default=True, help=_("Seed of the particles.")
)
@json_option
@refusing
def next_dose(
    files: tuple[str, ...],
    probability: str,
    at_h: str | None,
    scenario: Scenario,
    scenario_weights: str | None,
    seed: int,
    as_json: bool,
    **options: Any,
) -> None:
    """The next dose of a case by three rules, with the probability that each reaches the target.

    The standard rule is the trial's arm; deficit and forecast are this
    software's. Several files give one JSON document a line.
    """
    chance = parse_number(probability, _("The probability"), low=0, high=1)
    low, high = titration.COURSE_TIME_RANGE.value
    name = _("The decision time")
    decision_h = None if at_h is None else parse_number(at_h, name, unit="h", low=low, high=high)
    weights = weights_of(scenario, scenario_weights)
    dose_rule(dict(options))  # refused before any case is read
    decided: list[Decision] = []

    def answer(case: Any) -> dict[str, Any]:
        rule = dose_rule(dict(options), case.reading)
        assumptions = Assumptions(scenario, CASE_ASSUMPTIONS.synthesis, rule, weights)
        decided[:] = [
            decide(case, at_h=decision_h, probability=chance, seed=seed, assumptions=assumptions)
        ]
        return next_record(decided[0])

    def to_read(_record: dict[str, Any]) -> list[str]:
        return next_lines(decided[0], set_aside(decided[0], seed=seed))

    answer_cases(files, answer, to_read, as_json=as_json)


@click.command()
@case_arguments
@json_option
@refusing
def validate(files: tuple[str, ...], as_json: bool) -> None:
    """Is this a valid case file? Doses beyond an arm's rule are kept and named."""
    answer_cases(files, validation_record, validation_lines, as_json=as_json)


@click.command()
@click.argument("what", type=click.Choice(["case"]))
def schema(what: str) -> None:
    """Print the JSON Schema of a case file."""
    click.echo(json.dumps(case_json_schema(), ensure_ascii=False, indent=2))
