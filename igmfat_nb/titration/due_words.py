"""What is due, in the words of the page, the report and the command line alike."""

from dataclasses import dataclass, replace
from typing import Protocol

from igmfat_nb.bedside.answer import ARM_TITLE
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants
from igmfat_nb.titration.aside import SetAside
from igmfat_nb.titration.decision import Decision
from igmfat_nb.titration.due import Due, day_of, due_doses
from igmfat_nb.titration.next_dose import RuleDose


class TimeWords(Protocol):
    """How an hour of the course is worded, and which day it is of."""

    def text(self, time_h: float) -> str:
        """An hour."""

    def number(self, time_h: float) -> int:
        """The number of its day, from 1."""


class Hours:
    """Hours since the first titre, for who has no clock: 24 h, day 2."""

    def text(self, time_h: float) -> str:
        """An hour with its unit."""
        return quantity_text(time_h, "h", 2)

    def number(self, time_h: float) -> int:
        """Days of 24 hours."""
        return day_of(time_h)


HOURS = Hours()
NONE = "–"  # where the rule has no titre to go by


@dataclass(frozen=True, slots=True)
class Amount:
    """A volume as it stands large, and what is said below it.

    Attributes
    ----------
    big, unit : str
    says : str
        Why nothing is due, or what a range means; empty where a dose is due.
    title, badge : str
        Of one way of a fork, and that it holds for now; empty where there is none.
    """

    big: str
    unit: str
    says: str
    title: str = ""
    badge: str = ""

    def heading(self) -> str:
        """The title with its badge."""
        return f"{self.title} ({self.badge})" if self.badge else self.title

    def line(self) -> str:
        """The same as one line; what a range means says its ends."""
        if not self.says:
            return f"{self.big} {self.unit}"
        return self.says if self.unit or self.big == NONE else f"{self.big}. {self.says}"


def any_due(decision: Decision, aside: SetAside | None) -> bool:
    """Whether a dose of some arm is due, or hangs on a titre that is asked about."""
    return any(
        not one.none_because or _is_forked(decision, one, aside) for one in due_doses(decision)
    )


def due_title(decision: Decision, aside: SetAside | None, times: TimeWords) -> str:
    """Of which day the dose is and from when; or that none is due."""
    start_h, at_h = decision.situation.start_h, decision.situation.at_h
    if not any_due(decision, aside):
        return _("No dose due on day {day}").format(day=times.number(at_h))
    message = _("Dose of day {day}, from {time}")
    return message.format(day=times.number(start_h), time=times.text(start_h))


def due_lines(decision: Decision, aside: SetAside | None, times: TimeWords) -> list[str]:
    """One line for each arm, or for each way of a fork."""
    lines = []
    for one in due_doses(decision):
        ways = forks(decision, one, aside, times) or (amount(decision, one, times),)
        for way in ways:
            words = [_(ARM_TITLE[one.arm]), way.heading(), way.line()]
            lines.append(": ".join(part for part in words if part))
    return lines


def amount(decision: Decision, one: Due, times: TimeWords, title: str = "") -> Amount:
    """What an arm's rule asks for: a volume, both ends of it, or 0 and why."""
    if one.answer.ends is not None:
        return Amount(_range(one), "mL", no_number_words(one.answer), title)
    says = none_because(decision, one, times)
    if one.volume_ml is None:
        return Amount(NONE, "", says, title)
    return Amount("0" if says else number_text(one.volume_ml, 1), "mL", says, title)


def forks(
    decision: Decision, one: Due, aside: SetAside | None, times: TimeWords
) -> tuple[Amount, ...]:
    """The dose if the titre asked about is right, and if it is set aside; none where none is."""
    if aside is None or not _is_forked(decision, one, aside):
        return ()
    (other,) = (due for due in due_doses(aside.decision) if due.arm == one.arm)
    title = _("If {titre} is right").format(titre=aside.titre.text(1))
    right = replace(amount(decision, one, times, title), badge=_("provisional"))
    title = _("If it is set aside")
    if other.volume_ml is not None or other.answer.ends is not None:
        return right, amount(aside.decision, other, times, title)
    now = aside.decision.titre_now_mg_dl
    message = _("None of today is left to dose by. The curve reads {mid} ({low}–{high}) mg/dL.")
    mid, low, high = (number_text(now[name]) for name in ("p50", "p5", "p95"))
    says = message.format(mid=mid, low=low, high=high)
    return right, Amount(_("Needs a new titre"), "", says, title)


def none_because(decision: Decision, one: Due, times: TimeWords) -> str:
    """Why an arm has nothing due; empty where a dose is."""
    seen = decision.situation
    stopped_h = seen.case.vasopressor_stopped_h
    if one.arm == "standard" or not decision.stop or seen.contraindicated():
        return one.none_because
    if stopped_h is not None and stopped_h <= seen.at_h:
        message = _("Vasopressors stopped at {time}: the personalised arm gives no further dose.")
        return message.format(time=times.text(stopped_h))
    message = _("The personalised arm ends after its {days} days, with or without vasopressors.")
    return message.format(days=constants.PERSONALISED_MAX_DAYS.value)


def no_number_words(answer: RuleDose) -> str:
    """What stands where a rule gave no volume: no titre, or one below the assay's limit."""
    if answer.ends is None:
        return _("no titre today")
    at_0, at_limit = (end.dose.volume_ml if end.dose else 0.0 for end in answer.ends)
    line = _("titre below the limit: {least} to {most}")
    return line.format(least=number_text(at_limit, 1), most=quantity_text(at_0, "mL", 1))


def _is_forked(decision: Decision, one: Due, aside: SetAside | None) -> bool:
    """The standard arm asks no titre; what has ended asks none either."""
    return aside is not None and one.arm == "personalised" and not decision.stop


def _range(one: Due) -> str:
    """The doses at the assay's limit and at 0."""
    at_0, at_limit = (end.dose.volume_ml if end.dose else 0.0 for end in one.answer.ends or ())
    return f"{number_text(at_limit, 1)}–{number_text(at_0, 1)}"
