"""What a case is: frozen, plausible, in order. Time zero is the first titre."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.eligibility import Answer, Findings, assess, parse_answers
from igmfat_nb.bedside.patient import Body, Patient
from igmfat_nb.bedside.plasma_volume import Sex
from igmfat_nb.bedside.readings import LABEL, edition_labelled
from igmfat_nb.case.parts import (
    Age,
    CaseDose,
    CasePart,
    CaseTitre,
    ClinicalEvent,
    Haematocrit,
    Height,
    Hour,
    Weight,
)
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import ImplausibleInput, MissingInput, Place, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text

SchemaName = Literal["igmfat-case/1", "igmfat-case/2"]
SCHEMA: SchemaName = "igmfat-case/1"  # written wherever nothing needs the next one
#: Titres below the assay's limit; a reading of the personalised rule.
LATEST_SCHEMA: SchemaName = "igmfat-case/2"
SCHEMAS: tuple[SchemaName, ...] = get_args(SchemaName)
NOTES_CHARACTERS = 20_000
Part = TypeVar("Part")
#: Titres, events or doses: many times what the longest course has.
MOST_PARTS = 1_000


def _not_too_many(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    if len(parts) > MOST_PARTS:
        message = _("There are {count} of them; expected at most {most}.")
        count, most = number_text(len(parts)), number_text(MOST_PARTS)
        raise ImplausibleInput(message.format(count=count, most=most))
    return parts


def _known_reading(label: str | None) -> str | None:
    return None if label is None else edition_labelled(label).label


def _known_codes(answers: dict[str, Any]) -> dict[str, Any]:
    return dict(parse_answers(answers))


class Case(CasePart):
    """One patient's course. What has a default is optional.

    ``reading`` is the edition of the personalised rule that answers for this patient rest on,
    such as "fill-140/1"; the default edition where it is left out.

    Raises
    ------
    ImplausibleInput
        With its ``place``, such as ("titres", 2, "time_h"), and one sentence:
        "titres[2].time_h is 12 h, not after 24 h."
    """

    schema_: SchemaName = Field(alias="schema")
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
    reading: Annotated[
        Annotated[str, Field(pattern=LABEL)] | None, AfterValidator(_known_reading)
    ] = None
    titres: Annotated[tuple[CaseTitre, ...], AfterValidator(_not_too_many)]
    events: Annotated[tuple[ClinicalEvent, ...], AfterValidator(_not_too_many)] = ()
    doses: Annotated[tuple[CaseDose, ...], AfterValidator(_not_too_many)] = ()
    vasopressor_stopped_h: Hour | None
    notes: Annotated[str, Field(max_length=NOTES_CHARACTERS)] = ""

    _text: str | None = PrivateAttr(default=None)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Who it is, and how much is known: the whole is ``case_text``."""
        yield "subject", self.subject
        yield "arm", self.arm
        for name in ("titres", "doses", "events"):
            yield name, len(getattr(self, name))

    @model_validator(mode="after")
    def _in_order(self) -> "Case":
        _check_titres(self.titres)
        _check_limits(self.titres, self.schema_)
        if self.reading is not None and self.schema_ == SCHEMA:
            message = _("{place} needs the schema “{schema}”.")
            raise UnreadableInput.at(("reading",), message, schema=LATEST_SCHEMA)
        _check_events(self.events)
        _check_doses(self.doses)
        assess(self.findings(), self.criteria)  # an answer may not contradict the data
        return self

    @property
    def needs_schema(self) -> SchemaName:
        """The oldest schema that holds this case."""
        limits = any(titre.is_limit for titre in self.titres)
        return LATEST_SCHEMA if limits or self.reading else SCHEMA

    def rule(self, **beside: Any) -> DoseRule:
        """The dose rule of this case's reading, with what stands beside it.

        Parameters
        ----------
        **beside
            As of ``Edition.rule``.
        """
        return edition_labelled(self.reading).rule(**beside) if self.reading else DoseRule(**beside)

    def findings(self) -> Findings:
        """What the criteria are answered from: the body and the first titre."""
        first = (self.titres_known(0.0) or self.titres[:1])[-1]
        weight_kg = self.weight_kg if first.weight_kg is None else first.weight_kg
        titre = (first.igm_mg_dl, first.igm_below_mg_dl)
        return Findings(self.age_years, self.height_cm, weight_kg, *titre)

    def patient(self, at_h: float = 0.0) -> Patient:
        """The patient as known at a time: the latest weight, haematocrit and titre by then.

        Raises
        ------
        MissingInput
            If that titre lies below the assay's limit.
        """
        titres = self.titres_known(at_h) or self.titres[:1]
        body = self.body_after(titres).model_dump() | {"igm_mg_dl": titres[-1].measured_mg_dl}
        return Patient.model_validate(body, strict=True)

    def body(self, at_h: float = 0.0) -> Body:
        """The body as known at a time; with a titre that is a number, the patient."""
        return self.body_after(self.titres_known(at_h) or self.titres[:1])

    def body_after(self, titres: tuple[CaseTitre, ...]) -> Body:
        """The body after some titres; a patient if the last of them is a number."""
        weights = [t.weight_kg for t in titres if t.weight_kg is not None]
        haematocrits = [t.haematocrit for t in titres if t.haematocrit is not None]
        body = Body(
            sex=self.sex,
            age_years=self.age_years,
            height_cm=self.height_cm,
            weight_kg=weights[-1] if weights else self.weight_kg,
            haematocrit=haematocrits[-1] if haematocrits else self.haematocrit,
        )
        igm_mg_dl = titres[-1].igm_mg_dl
        return body if igm_mg_dl is None else Patient(**body.model_dump(), igm_mg_dl=igm_mg_dl)

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


def _check_limits(titres: tuple[CaseTitre, ...], schema: SchemaName) -> None:
    """Each titre is a number or a limit, and the schema knows what it is."""
    for index, titre in enumerate(titres):
        given = titre.model_fields_set & {"igm_mg_dl", "igm_below_mg_dl"}
        if len(given) != 1:
            message = _("{place} is missing.")
            if given:
                message = _("{place} stands beside igm_below_mg_dl; a titre is one of them.")
            raise MissingInput.at(("titres", index, "igm_mg_dl"), message)
        place: Place = ("titres", index, given.pop())
        if math.isnan(titre.reported_mg_dl):
            raise UnreadableInput.at(place, _("{place} is null; expected a finite number."))
        if titre.is_limit and schema == SCHEMA:
            message = _("{place} needs the schema “{schema}”.")
            raise UnreadableInput.at(place, message, schema=LATEST_SCHEMA)


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
