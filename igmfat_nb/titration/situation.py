"""What is known at the moment of a decision, and whether dosing goes on."""

import math
from dataclasses import dataclass

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.eligibility import stop_sentence
from igmfat_nb.bedside.patient import Body
from igmfat_nb.case import Case, CaseDose, CaseTitre, standard_orders
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, titration
from igmfat_nb.units import HOURS_PER_DAY

STANDARD_HOURS = constants.STANDARD_DAYS.value * HOURS_PER_DAY
PERSONALISED_HOURS = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY


@dataclass(frozen=True, slots=True)
class Situation:
    """A case seen at ``at_h``: nothing that came later plays a part.

    Attributes
    ----------
    at_h, sample_h : float
        The decision; the next planned sample, for which chances are given.
    start_h : float
        When a new infusion can start: now, or when the one that runs has ended.
    titres, doses : tuple
        Results known, and infusions begun, by now.
    patient : Body
        With the weight and haematocrit known last; a ``Patient`` if the last titre is a number.
    """

    case: Case
    at_h: float
    sample_h: float
    start_h: float
    titres: tuple[CaseTitre, ...]
    doses: tuple[CaseDose, ...]
    patient: Body

    @property
    def titre_today(self) -> CaseTitre | None:
        """The last known titre, if it was drawn within the last day."""
        last = self.titres[-1]
        age_h = resolved_h(self.at_h - last.time_h)
        return last if age_h < constants.SAMPLING_INTERVAL.value else None

    def running(self) -> tuple[CaseDose, ...]:
        """Infusions that run at the decision."""
        return tuple(dose for dose in self.doses if dose.end_h > self.at_h)

    def given_since_titre_ml(self) -> float:
        """What ran since the last known titre was drawn, or runs on: it cannot show it [mL]."""
        drawn_h = self.titres[-1].time_h
        return float(sum(dose.volume_after_ml(drawn_h) for dose in self.doses))

    def given_of_standard_dose_ml(self, rule: DoseRule) -> float:
        """What of the standard dose of this day was begun, be it a little before its day [mL]."""
        day = math.floor(self.at_h / HOURS_PER_DAY)
        day_h = day * HOURS_PER_DAY
        of_the_day = [dose for dose in self.doses if dose.start_h >= day_h]
        orders = standard_orders(self.case, self.doses, rule)
        ahead = [dose for order in orders[day:] for dose in order]
        return max(sum(dose.volume_ml for dose in doses) for doses in (of_the_day, ahead))

    def contraindicated(self) -> str | None:
        """Why the label forbids any dose, or None."""
        return stop_sentence(self.case.criteria)

    def stop(self) -> str | None:
        """Why the deficit and forecast rules give nothing more, or None."""
        stopped_h = self.case.vasopressor_stopped_h
        if sentence := self.contraindicated():
            return sentence
        if stopped_h is not None and stopped_h <= self.at_h:
            message = _(
                "Vasopressors stopped at {stopped} h, so the deficit and forecast rules give no"
                " further dose. The standard arm completes its three days regardless."
            )
            return message.format(stopped=number_text(stopped_h, 2))
        if self.at_h >= PERSONALISED_HOURS:
            message = _(
                "The deficit and forecast rules end {hours} h after the first titre, with or"
                " without vasopressors."
            )
            return message.format(hours=number_text(PERSONALISED_HOURS))
        return None

    def warnings(self) -> list[str]:
        """Sentences about what a reader of the answer must know."""
        found = [*self.patient.warnings(), *self._pending(), *self._later_doses()]
        found += self._drawn_during_infusion()
        if self.titre_today is None:
            message = _(
                "No titre from the last {hours} h is known: the last was drawn at {time} h. The"
                " forecast uses the predicted titre."
            )
            hours = number_text(constants.SAMPLING_INTERVAL.value)
            time = number_text(self.titres[-1].time_h, 2)
            found.append(message.format(hours=hours, time=time))
        return found + self.notes()

    def notes(self) -> list[str]:
        """Those of ``warnings`` where nothing is amiss: what runs, and what no titre shows yet."""
        found = self._not_yet_seen()
        if self.start_h > self.at_h:
            message = _("An infusion runs until {end} h; the next is planned to start then.")
            found.append(message.format(end=number_text(self.start_h, 2)))
        return found

    def _not_yet_seen(self) -> list[str]:
        """What was given that no titre shows yet: nobody is to give it again."""
        if self.titre_today is not None:
            given_ml, since_h = self.given_since_titre_ml(), self.titre_today.time_h
            message = _(
                "{volume} mL was given after the titre at {time} h or is still being infused. The"
                " prediction includes it; the deficit and forecast rules state the remaining"
                " dose."
            )
        else:
            since_h = max(self.at_h - constants.SAMPLING_INTERVAL.value, 0.0)
            given_ml = float(sum(dose.volume_after_ml(since_h) for dose in self.doses))
            message = _(
                "{volume} mL was given after {time} h or is still being infused. The prediction"
                " includes it."
            )
        shown = message.format(volume=number_text(given_ml, 1), time=number_text(since_h, 2))
        return [shown] if given_ml else []

    def _pending(self) -> list[str]:
        message = _("The titre drawn at {time} h has no result by {at} h and is not used.")
        return [
            message.format(time=number_text(titre.time_h, 2), at=number_text(self.at_h, 2))
            for titre in self.case.titres
            if titre not in self.titres
        ]

    def _drawn_during_infusion(self) -> list[str]:
        message = _("The titre at {time} h was drawn during an infusion ({start} to {end} h).")
        return [
            message.format(
                time=number_text(titre.time_h, 2),
                start=number_text(dose.start_h, 2),
                end=number_text(dose.end_h, 2),
            )
            for titre in self.titres
            for dose in self.doses
            if dose.start_h < titre.time_h < dose.end_h
        ]

    def _later_doses(self) -> list[str]:
        message = _("The dose at {start} h is after the decision at {at} h and is not used.")
        return [
            message.format(start=number_text(dose.start_h, 2), at=number_text(self.at_h, 2))
            for dose in self.case.doses
            if dose not in self.doses
        ]


def situation(
    case: Case, at_h: float | None = None, *, sample_after_h: float | None = None
) -> Situation:
    """See a case at a decision time, by default at its present hour (``Case.present_h``).

    Raises
    ------
    MissingInput
        If no result is known by then.
    ImplausibleInput
        If the times are not believable.

    Examples
    --------
    A result of 24 h that came at 26 h is not known at 25; the next sample is a day later.

    >>> from igmfat_nb.case import read_case
    >>> head = '"schema": "igmfat-case/2", "subject": "SIM-001", "vasopressor_stopped_h": null'
    >>> body = '"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80'
    >>> titres = '{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 84, "result_h": 26}'
    >>> case = read_case(f'{{{head}, {body}, "haematocrit": 0.3, "titres": [{titres}]}}')
    >>> len(situation(case, 25.0).titres), len(situation(case, 26.0).titres)
    (1, 2)
    >>> situation(case, 26.0).sample_h
    50.0
    """
    decided_h = case.present_h if at_h is None else resolved_h(at_h)
    low, high = titration.COURSE_TIME_RANGE.value
    if not low <= decided_h <= high:
        message = _("The decision time is {at} h; expected {low} to {high} h.")
        shown = number_text(decided_h, 2) if math.isfinite(decided_h) else str(decided_h)
        raise ImplausibleInput(
            message.format(at=shown, low=number_text(low), high=number_text(high))
        )
    after_h = titration.NEXT_SAMPLE.value if sample_after_h is None else sample_after_h
    if not 0 < after_h <= high:
        message = _(
            "The next sample is {hours} h after the decision; expected more than 0 and at"
            " most {high} h."
        )
        raise ImplausibleInput(
            message.format(hours=number_text(after_h, 2), high=number_text(high))
        )
    titres = case.titres_known(decided_h)
    if not titres:
        message = _("No titre result is known at {at} h; the first is known at {first} h.")
        first_h = min(titre.known_h for titre in case.titres)
        at, first = number_text(decided_h, 2), number_text(first_h, 2)
        raise MissingInput(message.format(at=at, first=first))
    doses = tuple(dose for dose in case.doses if dose.start_h <= decided_h)
    start_h = max([decided_h, *(dose.end_h for dose in doses)])
    patient = case.body(decided_h)
    sample_h = resolved_h(decided_h + after_h)
    return Situation(case, decided_h, sample_h, start_h, titres, doses, patient)
