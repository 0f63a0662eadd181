"""One patient: as typed, and as a plausible, unchangeable record in our units."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from igmfat_nb import plausibility
from igmfat_nb.bedside import plasma_volume
from igmfat_nb.bedside.plasma_volume import SEXES, Sex
from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, seen_text
from igmfat_nb.protocol.constants import ENROLMENT_AGE
from igmfat_nb.units import (
    CM_PER_M,
    IGM_UNITS,
    IgmUnit,
    given_text,
    igm_mg_dl,
    parse_igm_unit,
    parse_number,
    unseen_sentence,
)

BELOW = "<"  # in front of an assay's limit: the titre lies below it
_OTHER_LIMITS = ("<=", "≤", ">", "≥")


class Body(BaseModel):
    """A plausible body: what the plasma volume and the label's rate are worked out from.

    Frozen; sex is female or male, age in years, height in cm, actual weight in kg,
    haematocrit a fraction, each within its ``plausibility`` range.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    sex: Sex
    age_years: Annotated[float, AfterValidator(plausibility.AGE_YEARS.check)]
    height_cm: Annotated[float, AfterValidator(plausibility.HEIGHT_CM.check)]
    weight_kg: Annotated[float, AfterValidator(plausibility.WEIGHT_KG.check)]
    haematocrit: Annotated[float, AfterValidator(plausibility.HAEMATOCRIT.check)]

    @property
    def blood_volume_ml(self) -> float:
        """Nadler blood volume [mL]."""
        male = self.sex == "male"
        return float(plasma_volume.blood_volume_ml(male, self.height_cm, self.weight_kg))

    @property
    def plasma_volume_ml(self) -> float:
        """Nadler plasma volume at this haematocrit [mL]."""
        male = self.sex == "male"
        return float(
            plasma_volume.plasma_volume_ml(male, self.height_cm, self.weight_kg, self.haematocrit)
        )

    def warnings(self) -> list[str]:
        """Sentences about rare but possible values."""
        return rare_sentences((self.age_years, self.height_cm, self.weight_kg, self.haematocrit))


class Patient(Body):
    """A plausible patient at the first titre; not necessarily an eligible one.

    A body, and IgM in mg/dL within its ``plausibility`` range.

    Raises
    ------
    ValidationError
        If a value is missing or outside the widest range worth believing.

    Examples
    --------
    >>> body = {"sex": "male", "age_years": 64.0, "height_cm": 175.0, "weight_kg": 80.0}
    >>> patient = Patient(**body, haematocrit=0.30, igm_mg_dl=38.0)
    >>> round(patient.plasma_volume_ml, 1)  # Nadler, by hand
    3756.3
    """

    igm_mg_dl: Annotated[float, AfterValidator(plausibility.IGM_MG_DL.check)]

    def warnings(self) -> list[str]:
        """Sentences about rare but possible values."""
        return rare_sentences(
            (self.age_years, self.height_cm, self.weight_kg, self.haematocrit, self.igm_mg_dl)
        )


def rare_sentences(measured: Sequence[float]) -> list[str]:
    """Sentences about rare but possible values, in the order of ``plausibility.RANGES``."""
    ranges = zip(plausibility.RANGES, measured, strict=False)  # without a titre one less
    rare = [sentence for range_, value in ranges if (sentence := range_.warning(value))]
    age_years = measured[0]
    if age_years <= ENROLMENT_AGE.value:
        message = _(
            "The trial enrols patients older than {limit} years; this patient is {age}. The"
            " volume formula and the label's infusion rate are for adults."
        )
        limit = number_text(ENROLMENT_AGE.value)
        rare.append(message.format(limit=limit, age=number_text(age_years, 2)))
    return rare


def bmi(weight_kg: float, height_cm: float) -> float:
    """Body mass index [kg/m²]: weight ÷ height².

    Parameters
    ----------
    weight_kg, height_cm : float
        [kg]; [cm].

    Examples
    --------
    To nine decimals: 108.9 kg and 165 cm are 40, and not 40.000000000000007.

    >>> bmi(80.0, 200.0), bmi(108.9, 165.0)
    (20.0, 40.0)
    """
    return round(weight_kg / (height_cm / CM_PER_M) ** 2, 9)


#: Field of a typed patient → parameter of a notebook.
_PARAMETERS = {
    "sex": "sex",
    "age_years": "age_text",
    "height_cm": "height_text",
    "weight_kg": "weight_text",
    "haematocrit": "haematocrit_text",
    "igm": "igm_text",
    "igm_unit": "igm_unit",
}


@dataclass(frozen=True, slots=True)
class TypedPatient:
    """What a person typed, field by field; nothing is read yet. A number counts as its text."""

    sex: str = ""
    age_years: str = ""
    height_cm: str = ""
    weight_kg: str = ""
    haematocrit: str = ""
    igm: str = ""
    igm_unit: str = ""

    def __post_init__(self) -> None:
        """Take a number as the text that was meant; the notebooks' names are the sentence's."""
        for field, parameter in _PARAMETERS.items():
            object.__setattr__(self, field, given_text(getattr(self, field), parameter))


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a typed patient, and one error for each field that could not.

    ``values`` has the keys of ``Patient``; ``errors`` those of ``TypedPatient``.
    ``igm_below_mg_dl`` is the limit of a titre typed as ``<18``: a case keeps it, a single
    dose needs a number, and so ``errors`` has its sentence too.
    """

    values: dict[str, str | float]
    errors: dict[str, IgmFatError]
    igm_below_mg_dl: float | None = None

    def number(self, key: str) -> float | None:
        """Return a measured value, or None while it is missing or refused."""
        value = self.values.get(key)
        return value if isinstance(value, float) else None

    def patient(self) -> Patient:
        """Return the whole patient, or raise the first error."""
        for error in self.errors.values():
            raise error
        return Patient.model_validate(
            {key: self.values[key] for key in Patient.model_fields}, strict=True
        )

    def body(self) -> Body:
        """Return the body alone, or raise its first error; the titre may be a limit or missing."""
        for field, error in self.errors.items():
            if field in Body.model_fields:
                raise error
        return Body.model_validate(
            {key: self.values[key] for key in Body.model_fields}, strict=True
        )


def read_patient(typed: TypedPatient, *, decimal_comma: bool = False) -> Reading:
    """Read every field on its own, so that one slip does not hide the others.

    Parameters
    ----------
    typed : TypedPatient
        What a person typed, a text a field.
    decimal_comma : bool
        Whether the text is of a file that writes 72,5: there 72.500 is not clear.

    Returns
    -------
    Reading
        Values in our units, and one error for each field that could not be read.

    Examples
    --------
    >>> typed = TypedPatient("male", "64", "175", "80", "30 %", "0.38", "g/L")
    >>> read_patient(typed).patient().igm_mg_dl
    38.0
    >>> list(read_patient(TypedPatient("male", "64", "1.75", "80")).errors)
    ['height_cm', 'haematocrit', 'igm', 'igm_unit']
    """
    values: dict[str, str | float] = {}
    errors: dict[str, IgmFatError] = {}
    for field, (key, read) in _READERS.items():
        try:
            values[key] = read(typed, decimal_comma)
        except IgmFatError as error:
            errors[field] = error
    # The number of a titre is only readable together with its unit.
    if "igm_unit" in errors and "igm" not in errors:
        del values["igm_mg_dl"]
    return Reading(values, errors, _typed_limit_mg_dl(typed, decimal_comma))


def read_igm_or_limit(
    text: str, unit: IgmUnit, *, decimal_comma: bool = False
) -> tuple[float, bool]:
    """Read one typed titre: its number in mg/dL, and whether it is only the assay's limit.

    Parameters and errors as ``read_igm_mg_dl``; ``<`` in front makes it a limit.

    Examples
    --------
    >>> read_igm_or_limit("<0,18", "g/L"), read_igm_or_limit("38", "mg/dL")
    ((18.0, True), (38.0, False))
    """
    typed = text.strip()
    if typed.startswith(_OTHER_LIMITS):
        message = _("{name} is “{typed}”; write a titre below the assay's limit as <18.")
        name = _(plausibility.IGM_MG_DL.name)
        raise UnreadableInput(message.format(name=name, typed=seen_text(typed)))
    below = typed.startswith(BELOW)
    number = typed.removeprefix(BELOW) if below else typed
    return read_igm_mg_dl(number, unit, decimal_comma=decimal_comma), below


def _typed_limit_mg_dl(typed: TypedPatient, decimal_comma: bool) -> float | None:
    """The limit that a titre was typed as, if it can be read."""
    try:
        unit = parse_igm_unit(typed.igm_unit)
        limit_mg_dl, below = read_igm_or_limit(typed.igm, unit, decimal_comma=decimal_comma)
    except IgmFatError:
        return None
    return limit_mg_dl if below else None


def read_igm_mg_dl(text: str, unit: IgmUnit, *, decimal_comma: bool = False) -> float:
    """Read one typed IgM titre in ``unit`` and return it in mg/dL, plausible.

    Parameters
    ----------
    text : str
        As typed, the unit allowed behind the number.
    unit : {"mg/dL", "g/L"}
        As chosen; it is never guessed from the number.

    Raises
    ------
    MissingInput, UnreadableInput
        If it is no number that can be read in one way.
    ImplausibleInput
        If it is outside 1 to 1,000 mg/dL.

    Examples
    --------
    >>> read_igm_mg_dl("38", "mg/dL"), read_igm_mg_dl("0,38 g/L", "g/L")
    (38.0, 38.0)
    """
    range_ = plausibility.IGM_MG_DL
    number = parse_number(
        text,
        _(range_.name),
        unit=unit,
        low=range_.low / igm_mg_dl(1.0, unit),
        high=range_.high / igm_mg_dl(1.0, unit),
        decimal_comma=decimal_comma,
    )
    return range_.check(igm_mg_dl(number, unit))


def _read_sex(typed: TypedPatient, _decimal_comma: bool) -> str:
    sex = typed.sex.strip().lower()
    if not sex:
        raise MissingInput(_("Sex is missing; choose female or male."))
    if sex not in SEXES:
        message = _("Sex is “{typed}”; choose female or male.")
        sentence = message.format(typed=seen_text(typed.sex.strip()))
        raise UnreadableInput(sentence + unseen_sentence(sex))
    return sex


def _read_igm(typed: TypedPatient, decimal_comma: bool) -> float:
    try:
        unit = parse_igm_unit(typed.igm_unit)
    except IgmFatError:
        # The missing unit has its own sentence; here only an empty or torn number counts.
        stated = next((unit for unit in IGM_UNITS if typed.igm.strip().endswith(unit)), "")
        name = _(plausibility.IGM_MG_DL.name)
        return parse_number(typed.igm, name, unit=stated, low=0, high=0)
    return read_igm_mg_dl(typed.igm, unit, decimal_comma=decimal_comma)


def _read_range(
    field: str, range_: plausibility.Plausible
) -> Callable[[TypedPatient, bool], float]:
    def read(typed: TypedPatient, decimal_comma: bool) -> float:
        return range_.parse(getattr(typed, field), decimal_comma=decimal_comma)

    return read


_READERS: dict[str, tuple[str, Callable[[TypedPatient, bool], str | float]]] = {
    "sex": ("sex", _read_sex),
    "age_years": ("age_years", _read_range("age_years", plausibility.AGE_YEARS)),
    "height_cm": ("height_cm", _read_range("height_cm", plausibility.HEIGHT_CM)),
    "weight_kg": ("weight_kg", _read_range("weight_kg", plausibility.WEIGHT_KG)),
    "haematocrit": ("haematocrit", _read_range("haematocrit", plausibility.HAEMATOCRIT)),
    "igm": ("igm_mg_dl", _read_igm),
    "igm_unit": ("igm_unit", lambda typed, _comma: parse_igm_unit(typed.igm_unit)),
}
