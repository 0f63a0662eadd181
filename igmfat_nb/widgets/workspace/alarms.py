"""What a reader must know before a dose, by severity: critical, to check, note."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from igmfat_nb.bedside.patient import BELOW
from igmfat_nb.case.deviations import doses_too_fast, rule_deviations
from igmfat_nb.case.remarks import is_kept, remarks
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import titration
from igmfat_nb.titration import Decision, Prediction
from igmfat_nb.widgets.course.outcome import CourseOutcome
from igmfat_nb.widgets.explorer.outcome import Outcome

Severity = Literal["critical", "check", "note"]
SEVERITIES: tuple[Severity, ...] = ("critical", "check", "note")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One sentence with its severity, and the hour it is about [h] where there is one."""

    severity: Severity
    sentence: str
    at_h: float | None = None


def course_alarms(outcome: CourseOutcome) -> tuple[Alarm, ...]:
    """Of a course, the most severe first; nothing while there is no answer."""
    if outcome.answer is None:
        return _refused(outcome.refused)
    return decision_alarms(outcome.answer.decision)


def decision_alarms(decision: Decision) -> tuple[Alarm, ...]:
    """Of a decision, the most severe first."""
    return _sorted(_of_decision(decision))


def first_alarms(outcome: Outcome) -> tuple[Alarm, ...]:
    """Of the first dose, the most severe first."""
    found = [*_refused(outcome.refused)]
    if outcome.stopped:
        found.append(Alarm("critical", outcome.stopped))
    found += [Alarm("check", sentence) for sentence in outcome.warnings]
    for given in (outcome.arms or {}).values():
        if sentence := given.dose.label_rate_warning():
            found.append(Alarm("check", sentence))
    return _sorted(iter(found))


def outlying_sentence(prediction: Prediction) -> str:
    """What was measured against what the titres before predicted."""
    above = prediction.igm_mg_dl > prediction.high_mg_dl
    message = _(
        "{titre} is far above the {low} to {high} (99 %) that the titres before it predict."
    )
    if not above:
        message = _(
            "{titre} is far below the {low} to {high} (99 %) that the titres before it predict."
        )
    return message.format(
        titre=BELOW * prediction.is_limit + quantity_text(prediction.igm_mg_dl, "mg/dL", 1),
        low=number_text(prediction.low_mg_dl),
        high=number_text(prediction.high_mg_dl),
    )


def decides(prediction: Prediction, decision: Decision) -> bool:
    """Whether today's dose follows from this outlying titre."""
    today = decision.situation.titre_today
    return today is not None and today.time_h == prediction.time_h


def _of_decision(decision: Decision) -> Iterator[Alarm]:
    seen = decision.situation
    for one in decision.outlying:
        severity: Severity = "critical" if decides(one, decision) else "check"
        sentence = outlying_sentence(one)
        if is_kept(seen.case.notes, one.time_h, one.igm_mg_dl):
            severity, sentence = (
                "note",
                _("{sentence} It was kept as right.").format(sentence=sentence),
            )
        yield Alarm(severity, sentence, one.time_h)
    for remark in remarks(seen.case.notes):
        if remark.set_aside:
            message = _("{titre} was set aside: drawn during an infusion or from its line.")
            value = quantity_text(remark.igm_mg_dl, "mg/dL", 1)
            yield Alarm("note", message.format(titre=value), remark.time_h)
    if stopped := seen.contraindicated():
        yield Alarm("critical", stopped)
    yield from _rates(decision)
    for sentence in rule_deviations(seen.case, decision.assumptions.rule, until_h=seen.at_h):
        yield Alarm("check", sentence)
    in_order = seen.notes()
    for sentence in decision.warnings:
        yield Alarm("note" if sentence in in_order else "check", sentence)
    for titre in seen.titres:
        if titre.known_h > titre.time_h:
            message = _("The result came {hours} h after its draw; all since was worked out anew.")
            late = number_text(titre.known_h - titre.time_h, 1)
            yield Alarm("note", message.format(hours=late), titre.known_h)


def _rates(decision: Decision) -> Iterator[Alarm]:
    """Infusions above the labelled rate; from ``CRITICAL_RATE`` on it is an alarm."""
    case = decision.situation.case
    for dose, multiple in doses_too_fast(case, until_h=decision.situation.at_h):
        message = _("A dose ran at {rate} mL/h, {multiple} times the maximum labelled rate.")
        sentence = message.format(
            rate=number_text(dose.rate_ml_h, 1), multiple=number_text(multiple, 1)
        )
        severity: Severity = "critical" if multiple >= titration.CRITICAL_RATE.value else "check"
        yield Alarm(severity, sentence, dose.start_h)


def _refused(refused: dict[str, str]) -> tuple[Alarm, ...]:
    return tuple(Alarm("critical", sentence) for sentence in refused.values())


def _sorted(found: Iterator[Alarm]) -> tuple[Alarm, ...]:
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: SEVERITIES.index(one.severity)))
