"""Which dose is due now under an arm's rule, from which titre; or why none is."""

from dataclasses import dataclass

from igmfat_nb.bedside.dosing import ARMS, Arm, PersonalisedSteps
from igmfat_nb.case import CaseTitre
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants
from igmfat_nb.titration.decision import Decision
from igmfat_nb.titration.next_dose import RuleDose
from igmfat_nb.titration.situation import STANDARD_HOURS
from igmfat_nb.units import HOURS_PER_DAY


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """What one arm's rule asks for at a decision.

    Attributes
    ----------
    answer : RuleDose
    titre : CaseTitre or None
        That the dose follows from; None for the standard arm, or where none is from today.
    start_h : float
        When it can start: now, or when the infusion that runs has ended [h].
    none_because : str
        One sentence where nothing is due; empty where a dose is.
    """

    arm: Arm
    answer: RuleDose
    titre: CaseTitre | None
    start_h: float
    none_because: str

    @property
    def volume_ml(self) -> float | None:
        """What is due [mL]; 0 where the rule gives none, None where it cannot say."""
        return self.answer.dose.volume_ml if self.answer.dose else None


def due_doses(decision: Decision) -> tuple[Due, ...]:
    """The dose that is due under the allocated arm; under both where none is allocated."""
    arm = decision.situation.case.arm
    return tuple(_due(decision, one) for one in ARMS if arm in (None, one))


def next_titre_h(decision: Decision) -> float | None:
    """When the personalised arm's next titre is due [h]; None once its rule has ended."""
    if decision.stop:
        return None
    last_h = decision.situation.titres[-1].time_h
    drawn_h = max(titre.time_h for titre in decision.situation.case.titres)
    after_h = drawn_h if drawn_h <= decision.situation.at_h else last_h
    return resolved_h(after_h + constants.SAMPLING_INTERVAL.value)


def day_of(time_h: float) -> int:
    """The day of the course, from 1.

    Examples
    --------
    >>> day_of(0.0), day_of(23.9), day_of(48.0)
    (1, 1, 3)
    """
    return int(time_h // HOURS_PER_DAY) + 1


def _due(decision: Decision, arm: Arm) -> Due:
    seen = decision.situation
    if arm == "standard":
        return Due(arm, decision.standard, None, seen.start_h, _no_standard(decision))
    titre = seen.titre_today
    return Due(arm, decision.deficit, titre, seen.start_h, _no_personalised(decision, titre))


def _no_standard(decision: Decision) -> str:
    seen, answer = decision.situation, decision.standard
    if sentence := seen.contraindicated():
        return sentence
    if seen.at_h >= STANDARD_HOURS:
        message = _("The standard arm ends after its {days} days.")
        return message.format(days=constants.STANDARD_DAYS.value)
    if answer.dose and not answer.dose.volume_ml:
        message = _("The dose of day {day}, {volume}, was given or is running.")
        volume = quantity_text(answer.rule_ml or 0.0, "mL", 1)
        return message.format(day=day_of(seen.at_h), volume=volume)
    return ""


def _waits_for_h(decision: Decision) -> float | None:
    """When a titre of today was drawn whose result is not there yet [h]."""
    seen = decision.situation
    since_h = seen.at_h - constants.SAMPLING_INTERVAL.value
    drawn_h = [one.time_h for one in seen.case.titres if one not in seen.titres]
    return max((one for one in drawn_h if since_h < one <= seen.at_h), default=None)


def _no_personalised(decision: Decision, titre: CaseTitre | None) -> str:
    answer, target = decision.deficit, decision.assumptions.rule.target_mg_dl
    if decision.stop:
        return decision.stop
    if titre is not None and answer.ends is not None:
        return ""
    if titre is None and (waits_h := _waits_for_h(decision)) is not None:
        message = _("The titre drawn at {time} h has no result yet; the rule waits for it.")
        return message.format(time=number_text(waits_h, 2))
    if titre is None or answer.dose is None:
        message = _("No titre from the last {hours} h is known. The rule needs a new one.")
        return message.format(hours=number_text(constants.SAMPLING_INTERVAL.value))
    if answer.dose.volume_ml:
        return ""
    measured, steps = f"{titre.text()} mg/dL", answer.steps
    asks = titre.reported_mg_dl < target
    if isinstance(steps, PersonalisedSteps):  # a reading may ask below another level
        asks = bool(steps.due)
    if asks:
        message = _("What {titre} asks for, {volume}, was given or is running.")
        volume = quantity_text(answer.rule_ml or 0.0, "mL", 1)
        return message.format(titre=measured, volume=volume)
    if titre.reported_mg_dl >= target:
        message = _("{titre} is at or above the target of {target}: no dose today.")
        return message.format(titre=measured, target=number_text(target, 1))
    message = _("Under this reading {titre} asks for no dose today.")
    return message.format(titre=measured)
