"""What a patient report says of the course so far: the personal curve, the next dose."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from igmfat_nb.courses.hours import time_points_h
from igmfat_nb.figures.titration import CourseCurve, personal_figure
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, titration
from igmfat_nb.reports.section import paragraph, sentences, table, titled
from igmfat_nb.tables.clearance import weights_line
from igmfat_nb.tables.rules import rule_name
from igmfat_nb.tables.titration import flag_sentence
from igmfat_nb.titration import RULES, Decision, Rule, RuleDose
from igmfat_nb.titration.bands import course_bands
from igmfat_nb.titration.due_words import no_number_words
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

STEP_H = 2.0


def personal_figure_of(decision: Decision) -> "go.Figure":
    """The week with the doses listed: after all titres, and after the first one alone."""
    case = decision.situation.case
    last_h = max(decision.situation.sample_h, case.titres[-1].time_h)
    week_h = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY
    time_h = time_points_h(max(last_h, week_h), STEP_H)
    bands = course_bands(decision, time_h)
    return personal_figure(
        CourseCurve(
            case=case,
            at_h=decision.situation.at_h,
            time_h=time_h,
            personal=bands.personal,
            population=bands.population,
            outlying_h=[one.time_h for one in decision.outlying],
            target_mg_dl=decision.assumptions.rule.target_mg_dl,
            predicted=decision.learning.predicted_mg_dl,
        )
    )


def rules(decision: Decision | None, stopped: str | None) -> Markup:
    """Three rules side by side, with the chance of being at the target at the next sample."""
    title = titled(_("Next dose by rule"), 2)
    if decision is None:
        return title + paragraph(stopped or "", "ig-stop")
    flags = [flag_sentence(one) for one in decision.outlying]
    asked = flags + ([decision.stop] if decision.stop else [])
    weighed = weights_line(decision.learning.final, decision.assumptions)
    return title + sentences(weighed) + sentences(asked) + _rules(decision)


def _rules(decision: Decision) -> Markup:
    sample = number_text(decision.situation.sample_h, 2)
    target = quantity_text(decision.assumptions.rule.target_mg_dl, "mg/dL", 1)
    header = (
        _("rule"),
        _("volume"),
        _("probability of {target} or above at {sample} h").format(target=target, sample=sample),
    )
    rows = [(_("no dose"), quantity_text(0, "mL"), _share(decision.chance_without_dose))]
    short: dict[Rule, str] = {
        "standard": _("standard"),
        "deficit": _("deficit"),
        "forecast": _("forecast"),
    }
    for rule in RULES:
        answer: RuleDose = getattr(decision, rule)
        volume, chance = no_number_words(answer), ""
        if answer.dose is not None and answer.chance is not None:
            volume = quantity_text(answer.dose.volume_ml, "mL", 1)
            chance = _share(answer.chance)
        rows.append((short[rule], volume, chance))
    return table(header, rows)


def rules_named(decision: Decision | None) -> Markup:
    """Whose rule each is; nothing where none was asked."""
    if decision is None:
        return Markup()
    note = _("{rules}: the smallest volume with a probability of at least {probability}.")
    text = note.format(
        rules="; ".join(rule_name(rule, decision) for rule in RULES),
        probability=_share(titration.TARGET_CHANCE.value),
    )
    return paragraph(text, "ig-note")


def _share(share: float) -> str:
    return f"{number_text(100 * share, 1)} %"
