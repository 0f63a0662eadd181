"""The parts of a case: a titre, an event, a dose; frozen and plausible, each on its own.

Hours are taken to ``HOUR_DECIMALS`` here, once: two that differ in the last bit are equal.
"""

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from igmfat_nb import plausibility
from igmfat_nb.bedside.patient import BELOW
from igmfat_nb.courses.as_given import GivenDose
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import MissingInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.plausibility import Plausible
from igmfat_nb.protocol import titration

EventKind = Literal["red cells", "plasma", "plasma exchange", "renal replacement", "bleeding"]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
EVENT_WORDS: dict[EventKind, str] = {
    "red cells": mark("red cells"),
    "plasma": mark("plasma"),
    "plasma exchange": mark("plasma exchange"),
    "renal replacement": mark("renal replacement"),
    "bleeding": mark("bleeding"),
}
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
    """A measured titre: when it was drawn, when its result came, what else was known then.

    It is a number, or the assay's limit that it lies below; never both.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["igm_mg_dl"]}, {"required": ["igm_below_mg_dl"]}]
        }
    )

    time_h: Hour
    igm_mg_dl: Titre | None = None
    igm_below_mg_dl: Titre | None = None
    result_h: Hour | None = None
    haematocrit: Haematocrit | None = None
    weight_kg: Weight | None = None

    @property
    def known_h(self) -> float:
        """When the result was known [h]; at the draw where nothing else is said."""
        return float(self.time_h if self.result_h is None else self.result_h)

    @property
    def is_limit(self) -> bool:
        """Whether only the assay's limit is known, which the titre lies below."""
        return self.igm_below_mg_dl is not None

    @property
    def reported_mg_dl(self) -> float:
        """The number as the laboratory gave it: the titre, or the limit [mg/dL]."""
        number = self.igm_below_mg_dl if self.igm_mg_dl is None else self.igm_mg_dl
        return math.nan if number is None else number  # checked with the case: there is one

    @property
    def measured_mg_dl(self) -> float:
        """The titre as a number [mg/dL].

        Raises
        ------
        MissingInput
            If it lies below the assay's limit.
        """
        if self.igm_mg_dl is None:
            message = _("The titre at {time} h is below {limit}; this needs a number.")
            limit = quantity_text(self.reported_mg_dl, "mg/dL", 2)
            raise MissingInput(message.format(time=number_text(self.time_h, 2), limit=limit))
        return self.igm_mg_dl

    def text(self, decimals: int = 2) -> str:
        """Write the titre without its unit: 38, or <18.

        >>> CaseTitre(time_h=0.0, igm_below_mg_dl=18.0).text()
        '<18'
        """
        sign = BELOW if self.is_limit else ""
        return sign + number_text(self.reported_mg_dl, decimals)


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


def vasopressor_words(*, stopped: bool) -> str:
    """What is known of vasopressors: a stop that nobody entered is no word that they run."""
    return _("vasopressors stopped") if stopped else _("no vasopressor stop entered")
