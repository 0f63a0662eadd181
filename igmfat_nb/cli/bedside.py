"""``igmfat dose`` and ``igmfat eligible``."""

from dataclasses import asdict
from typing import Any

import click

from igmfat_nb.bedside.answer import BedsideAnswer, bedside_answer
from igmfat_nb.bedside.dosing import Arm
from igmfat_nb.bedside.eligibility import (
    ANSWER_WORDS,
    MEASURED,
    VERDICT_WORDS,
    Findings,
    assess,
    chance_of_crossing,
)
from igmfat_nb.bedside.patient import TypedPatient, read_patient
from igmfat_nb.bedside.working import reading_line, schedules
from igmfat_nb.cli.options import json_option, print_json, refusing
from igmfat_nb.cli.patient_options import (
    answer_option,
    dose_rule,
    parsed_answers,
    patient_options,
    rule_options,
    typed_patient,
)
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text, text_table
from igmfat_nb.tables.doses import arm_records, dose_text
from igmfat_nb.tables.eligibility import eligibility_record


@click.command()
@patient_options
@rule_options
@answer_option
@json_option
@refusing
def dose(answers: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """What each arm would give today; the personalised rule is an assumption of this software.

    \b
    igmfat dose --sex male --age 60 --height-cm 175 --weight-kg 80 \\
        --haematocrit 0.30 --igm 40 --igm-unit mg/dL
    """  # noqa: D301  (click wants the character, not its escape)
    rule = dose_rule(options)
    patient = read_patient(typed_patient(options)).patient()
    answer = bedside_answer(patient, rule, parsed_answers(answers))
    if as_json:
        print_json(dose_answer(answer))
    else:
        click.echo("\n".join(dose_lines(answer)))


def dose_answer(answer: BedsideAnswer) -> dict[str, Any]:
    """The document that ``igmfat dose --json`` prints, without the version."""
    rule = answer.rule
    record: dict[str, Any] = {
        "inputs": answer.patient.model_dump() | asdict(rule) | {"answers": answer.answers},
        "reading": asdict(rule.reading),
        "warnings": answer.warnings,
        "arms": arm_records(answer),
    }
    return record | ({"stopped": answer.stopped} if answer.stopped else {})


def dose_lines(answer: BedsideAnswer) -> list[str]:
    """The same answer to read, with the working."""
    lines = [_(NOTICE), "", *answer.warnings]
    if answer.arms is None:
        return [*lines, answer.stopped or ""]
    titles: dict[Arm, str] = {
        "standard": _("Standard arm (dose: trial; rate: label)"),
        "personalised": _("Personalised arm (dose: assumption of this software; rate: label)"),
    }
    if answer.rule.reading.status == "published":
        titles["personalised"] = _("Personalised arm (dose: published; rate: label)")
    for arm, given in answer.arms.items():
        title = titles[arm]
        lines += ["", title, *(f"  {line}" for line in dose_text(given.dose))]
        if arm == "personalised":
            lines += [f"  {reading_line(answer.rule)}"]
        lines += ["  " + _("calculation:"), *(f"    {line}" for line in given.working)]
    other = schedules(answer.patient.weight_kg)
    shown = (other.alternative, f"{other.expert} {other.exceeds}", other.neither)
    return [*lines, "", _("Other schedules"), *(f"  {line}" for line in shown)]


@click.command()
@patient_options
@answer_option
@json_option
@refusing
def eligible(answers: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Would the protocol include this patient? What is left out stays unknown."""
    typed = typed_patient(options)
    findings = _findings(typed)
    eligibility = assess(findings, parsed_answers(answers))
    crossing = None if findings.igm_mg_dl is None else chance_of_crossing(findings.igm_mg_dl)
    record = eligibility_record(eligibility) | {"chance_of_crossing": crossing}
    if as_json:
        print_json({"inputs": {name: getattr(findings, name) for name in _FINDINGS}} | record)
        return
    rows = [
        (line["code"], _(ANSWER_WORDS[line["answer"]]), line["statement"])
        for line in record["criteria"]
    ]
    reasons = [
        _("Not met: {reason}.").format(reason=line.reason)
        for line in eligibility.barring
        if line.statement.code in MEASURED
    ]
    click.echo("\n".join([_(NOTICE), "", _(VERDICT_WORDS[eligibility.verdict]), *reasons, ""]))
    click.echo(text_table((_("code"), _("answer"), _("statement")), rows))
    if crossing is not None:
        line = _(
            "Probability that a repeat measurement falls on the other side of 60 mg/dL: {share} %."
        )
        click.echo("\n" + line.format(share=number_text(100 * crossing, 1)))


_FINDINGS = ("age_years", "height_cm", "weight_kg", "igm_mg_dl")


def _findings(typed: TypedPatient) -> Findings:
    """Read what was given; what was left out is unknown, what is torn is refused."""
    given = {
        "age_years": typed.age_years,
        "height_cm": typed.height_cm,
        "weight_kg": typed.weight_kg,
        "haematocrit": typed.haematocrit,
        "sex": typed.sex,
        "igm": typed.igm,
        "igm_unit": typed.igm or typed.igm_unit,
    }
    reading = read_patient(typed)
    for name, error in reading.errors.items():
        if given[name]:
            raise error
    return Findings(**{name: reading.number(name) for name in _FINDINGS})
