"""What a case is: frozen, plausible, in order. Time zero is the first titre.

Hours are taken to ``HOUR_DECIMALS`` here, once: two that differ in the last bit are equal.
"""

from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from igmfat_nb import plausibility
from igmfat_nb.bedside.eligibility import Answer, Findings, assess, parse_answers
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.bedside.plasma_volume import Sex
from igmfat_nb.courses.as_given import GivenDose
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.plausibility import Plausible
from igmfat_nb.protocol import titration

SCHEMA: Literal["igmfat-case/1"] = "igmfat-case/1"
EventKind = Literal["red cells", "plasma", "plasma exchange", "renal replacement", "bleeding"]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
EVENT_WORDS: dict[EventKind, str] = {
    "red cells": mark("red cells"),
    "plasma": mark("plasma"),
    "plasma exchange": mark("plasma exchange"),
    "renal replacement": mark("renal replacement"),
    "bleeding": mark("bleeding"),
}
NOTES_CHARACTERS = 20_000
Part = TypeVar("Part")
#: Titres, events or doses: many times what the longest course has.
MOST_PARTS = 1_000

TIME_H = Plausible(
    mark("Time"),
    "h",
    *titration.COURSE_TIME_RANGE.value,
    mark("Hours since the first titre, not minutes?"),
    *titration.COURSE_TIME_RANGE.value,
)
DOSE_VOLUME_ML = Plausible(
    mark("Volume"),
    "mL",
    *titration.DOSE_VOLUME_RANGE.value,
    mark("An extra digit?"),
    *titration.DOSE_VOLUME_RANGE.value,
)
DOSE_DURATION_H = Plausible(
    mark("Duration"),
    "h",
    *titration.DOSE_DURATION_RANGE.value,
    mark("Was it entered in minutes?"),
    *titration.DOSE_DURATION_RANGE.value,
)


def _limits(range_: Plausible) -> Any:
    limits: dict[str, Any] = {"minimum": range_.low, "maximum": range_.high}
    return Field(allow_inf_nan=False, json_schema_extra=limits)


Age = Annotated[
    float, AfterValidator(plausibility.AGE_YEARS.check), _limits(plausibility.AGE_YEARS)
]
Height = Annotated[
    float, AfterValidator(plausibility.HEIGHT_CM.check), _limits(plausibility.HEIGHT_CM)
]
Weight = Annotated[
    float, AfterValidator(plausibility.WEIGHT_KG.check), _limits(plausibility.WEIGHT_KG)
]
Haematocrit = Annotated[
    float, AfterValidator(plausibility.HAEMATOCRIT.check), _limits(plausibility.HAEMATOCRIT)
]
Titre = Annotated[
    float, AfterValidator(plausibility.IGM_MG_DL.check), _limits(plausibility.IGM_MG_DL)
]
Hour = Annotated[float, AfterValidator(resolved_h), AfterValidator(TIME_H.check), _limits(TIME_H)]
Volume = Annotated[float, AfterValidator(DOSE_VOLUME_ML.check), _limits(DOSE_VOLUME_ML)]
Duration = Annotated[
    float,
    AfterValidator(resolved_h),
    AfterValidator(DOSE_DURATION_H.check),
    _limits(DOSE_DURATION_H),
]


class CasePart(BaseModel):
    """What every part of a case has in common: nothing unknown, nothing changed later."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class CaseTitre(CasePart):
    """A measured titre: when it was drawn, when its result came, what else was known then."""

    time_h: Hour
    igm_mg_dl: Titre
    result_h: Hour | None = None
    haematocrit: Haematocrit | None = None
    weight_kg: Weight | None = None

    @property
    def known_h(self) -> float:
        """When the result was known [h]; at the draw where nothing else is said."""
        return float(self.time_h if self.result_h is None else self.result_h)


class ClinicalEvent(CasePart):
    """Something that the kinetics do not describe."""

    time_h: Hour
    kind: EventKind


class CaseDose(CasePart):
    """An infusion as given, at an even rate.

    Examples
    --------
    By hand: half of 12.5 h is left at 8.25 h.

    >>> dose = CaseDose(start_h=2.0, volume_ml=400.0, duration_h=12.5)
    >>> dose.end_h, dose.rate_ml_h, dose.volume_after_ml(8.25)
    (14.5, 32.0, 200.0)
    """

    start_h: Hour
    volume_ml: Volume
    duration_h: Duration

    @property
    def end_h(self) -> float:
        """When it ended [h]."""
        return resolved_h(self.start_h + self.duration_h)

    @property
    def rate_ml_h(self) -> float:
        """How fast it ran [mL/h]."""
        return float(self.volume_ml / self.duration_h)

    def volume_after_ml(self, time_h: float) -> float:
        """What of it ran after a time, at an even rate [mL]."""
        after_h = min(max(self.start_h + self.duration_h - time_h, 0.0), self.duration_h)
        return float(self.volume_ml * after_h / self.duration_h)

    def given(self) -> GivenDose:
        """Return the infusion as the kinetics take it."""
        return GivenDose(self.start_h, self.volume_ml, self.duration_h)


def _not_too_many(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    if len(parts) > MOST_PARTS:
        message = _("There are {count} of them; expected at most {most}.")
        count, most = number_text(len(parts)), number_text(MOST_PARTS)
        raise ImplausibleInput(message.format(count=count, most=most))
    return parts


def _known_codes(answers: dict[str, Any]) -> dict[str, Any]:
    return dict(parse_answers(answers))


class Case(CasePart):
    """One patient's course. ``arm``, ``criteria``, ``events``, ``doses``, ``notes`` are optional.

    Raises
    ------
    ImplausibleInput
        With its ``place``, such as ("titres", 2, "time_h"), and one sentence:
        "titres[2].time_h is 12 h, not after 24 h."
    """

    schema_: Literal["igmfat-case/1"] = Field(alias="schema")
    subject: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")]
    sex: Sex
    age_years: Age
    height_cm: Height
    weight_kg: Weight
    haematocrit: Haematocrit
    criteria: Annotated[dict[str, Answer], AfterValidator(_known_codes)] = Field(
        default_factory=dict
    )
    arm: Literal["standard", "personalised"] | None = None
    titres: Annotated[tuple[CaseTitre, ...], AfterValidator(_not_too_many)]
    events: Annotated[tuple[ClinicalEvent, ...], AfterValidator(_not_too_many)] = ()
    doses: Annotated[tuple[CaseDose, ...], AfterValidator(_not_too_many)] = ()
    vasopressor_stopped_h: Hour | None
    notes: Annotated[str, Field(max_length=NOTES_CHARACTERS)] = ""

    _text: str | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _in_order(self) -> "Case":
        _check_titres(self.titres)
        _check_events(self.events)
        _check_doses(self.doses)
        assess(Findings.of(self.patient()), self.criteria)  # an answer may not contradict the data
        return self

    def patient(self, at_h: float = 0.0) -> Patient:
        """The patient as known at a time: the latest weight, haematocrit and titre by then."""
        return self.patient_after(self.titres_known(at_h) or self.titres[:1])

    def patient_after(self, titres: tuple[CaseTitre, ...]) -> Patient:
        """The patient as known after some titres, the last of them with the latest values."""
        weights = [t.weight_kg for t in titres if t.weight_kg is not None]
        haematocrits = [t.haematocrit for t in titres if t.haematocrit is not None]
        return Patient(
            sex=self.sex,
            age_years=self.age_years,
            height_cm=self.height_cm,
            weight_kg=weights[-1] if weights else self.weight_kg,
            haematocrit=haematocrits[-1] if haematocrits else self.haematocrit,
            igm_mg_dl=titres[-1].igm_mg_dl,
        )

    def titres_known(self, at_h: float) -> tuple[CaseTitre, ...]:
        """Titres whose result had come by ``at_h``, in the order of drawing."""
        latest_h = resolved_h(at_h)
        return tuple(titre for titre in self.titres if titre.known_h <= latest_h)

    def titres_drawn(self, until_h: float) -> tuple[CaseTitre, ...]:
        """Titres drawn by ``until_h``, whenever the result came."""
        latest_h = resolved_h(until_h)
        return tuple(titre for titre in self.titres if titre.time_h <= latest_h)

    @property
    def last_result_h(self) -> float:
        """When the last result came [h]."""
        return max(titre.known_h for titre in self.titres)

    @property
    def present_h(self) -> float:
        """The last hour entered [h]: a result, an infusion's start, an event, vasopressors' stop.

        The default decision time: what was due earlier is no dose of today.
        """
        stopped_h = self.vasopressor_stopped_h
        entered = [self.last_result_h, *(dose.start_h for dose in self.doses)]
        entered += [event.time_h for event in self.events]
        return max(entered if stopped_h is None else [*entered, stopped_h])


def _check_titres(titres: tuple[CaseTitre, ...]) -> None:
    if not titres:
        message = _("{place} is empty; a case begins with its first titre.")
        raise MissingInput.at(("titres",), message)
    if titres[0].time_h != 0:
        message = _("{place} is {time} h; time zero is the first titre.")
        time = number_text(titres[0].time_h, 3)
        raise ImplausibleInput.at(("titres", 0, "time_h"), message, time=time)
    _check_rising("titres", "time_h", [titre.time_h for titre in titres])
    for index, titre in enumerate(titres):
        if titre.known_h < titre.time_h:
            raise ImplausibleInput.at(
                ("titres", index, "result_h"),
                _("{place} is {result} h, before its draw at {time} h."),
                result=number_text(titre.known_h, 3),
                time=number_text(titre.time_h, 3),
            )


def _check_events(events: tuple[ClinicalEvent, ...]) -> None:
    """Two kinds may fall on the same time; the same kind twice is a slip."""
    _check_rising("events", "time_h", [event.time_h for event in events], ties=True)
    before: set[ClinicalEvent] = set()
    for index, event in enumerate(events):
        if event in before:
            message = _("{place} repeats “{kind}” at {time} h.")
            time = number_text(event.time_h, 3)
            raise ImplausibleInput.at(("events", index), message, kind=event.kind, time=time)
        before.add(event)


def _check_doses(doses: tuple[CaseDose, ...]) -> None:
    _check_rising("doses", "start_h", [dose.start_h for dose in doses])
    for index, (earlier, later) in enumerate(pairwise(doses), start=1):
        if later.start_h < earlier.end_h:
            raise ImplausibleInput.at(
                ("doses", index),
                _("{place} starts at {start} h, before {before} ends at {end} h."),
                start=number_text(later.start_h, 3),
                before=("doses", index - 1),
                end=number_text(earlier.end_h, 3),
            )


def _check_rising(list_: str, field: str, times: list[float], *, ties: bool = False) -> None:
    for index, (earlier, later) in enumerate(pairwise(times), start=1):
        if later > earlier or (ties and later == earlier):
            continue
        raise ImplausibleInput.at(
            (list_, index, field),
            _("{place} is {later} h, not after {earlier} h."),
            later=number_text(later, 3),
            earlier=number_text(earlier, 3),
        )
