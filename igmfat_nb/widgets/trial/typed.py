"""A virtual trial as it stands in the fields of a page: read whole, or one sentence a field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from igmfat_nb.bedside.readings import editions
from igmfat_nb.errors import IgmFatError, ImplausibleInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import field_text, in_signs
from igmfat_nb.protocol import populations, virtual_trial
from igmfat_nb.protocol.constants import SAMPLE_SIZE
from igmfat_nb.trial.design import Design, ExposureEndpoint, design_of
from igmfat_nb.trial.named_arms import NAMED_ARMS
from igmfat_nb.units import parse_number

MOST_REPLICATES = 5000
#: Interim looks by the word of their switch; any others come from a file and stay as they are.
LOOKS: dict[str, tuple[float, ...]] = {"none": (), "half": (0.5,), "thirds": (1 / 3, 2 / 3)}
#: Places of a design that the page shows, as a file names them.
SHOWN = frozenset(
    {
        "patients", "truth.scenario", "truth.missed_samples", "truth.late_infusion_h",
        "price_eur_per_ml", "allocation.method", "analysis.looks",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A trial as read from the fields, or one sentence for each refused one."""

    design: Design | None
    replicates: int
    seed: int
    refused: dict[str, str] = field(default_factory=dict)


def _number(name: str, low: float, high: float, *, whole: bool = False) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = parse_number(text, _(name), low=low, high=high)
        if not low <= number <= high or (whole and number != int(number)):
            kind = _("a whole number") if whole else _("a number")
            message = _("{name} is {text}; expected {kind} from {low} to {high}.")
            ends = {"low": in_signs(f"{low:g}"), "high": in_signs(f"{high:g}")}
            raise ImplausibleInput(
                message.format(name=_(name), text=text.strip(), kind=kind, **ends)
            )
        return number

    return read


_READERS: dict[str, Callable[[str], float]] = {
    "patients": _number(mark("The number of patients"), 20, 2000, whole=True),
    "replicates": _number(mark("The number of trials"), 1, MOST_REPLICATES, whole=True),
    "seed": _number(mark("The seed"), 0, 2**31, whole=True),
    "first_mortality": _number(mark("The mortality"), 1, 99),
    "second_mortality": _number(mark("The mortality"), 1, 99),
    "baseline_mortality": _number(mark("The mortality"), 1, 99),
    "effect": _number(mark("The effect"), -3, 3),
    "missed_samples": _number(mark("The share of missed titres"), 0, 100),
    "late_infusion_h": _number(mark("The longest delay of a dose"), 0, 12),
    "price_eur_per_ml": _number(mark("The price"), 0, 1000),
}
FIELDS = tuple(_READERS)
CHOICES = ("first_arm", "second_arm", "deaths", "scenario", "allocation", "looks")
#: Which fields a way to set deaths needs.
_OF_DEATHS = {
    "set": ("first_mortality", "second_mortality"),
    "exposure": ("baseline_mortality", "effect"),
}


def _typed(number: float) -> str:
    """A number as it stands in a field: every digit but those of binary fractions."""
    return field_text(float(f"{number:.12g}"))


_first, _second = virtual_trial.RECONSTRUCTED_MORTALITY.value
#: Designs to start from: key → name.
PRESETS = {
    "reconstructed": mark("The trial, reconstructed"),
    "none": mark("No effect"),
    "half": mark("Half the effect"),
    "exposure": mark("Deaths by time at target"),
}


def usual(preset: str = "reconstructed") -> dict[str, str]:
    """What stands in the fields of an untouched page, or of a design to start from."""
    second = {"none": _first, "half": (_first + _second) / 2}.get(preset, _second)
    return {
        "patients": str(SAMPLE_SIZE.value),
        "replicates": "200",
        "seed": "1",
        "first_mortality": _typed(100 * _first),
        "second_mortality": _typed(100 * second),
        "baseline_mortality": _typed(100 * populations.MORTALITY_28_DAYS.value),
        "effect": "0",
        "missed_samples": "0",
        "late_infusion_h": "0",
        "price_eur_per_ml": _typed(virtual_trial.PRICE_PER_ML.value),
        "first_arm": "standard",
        "second_arm": "deficit",
        "deaths": "exposure" if preset == "exposure" else "set",
        "scenario": "intermediate",
        "allocation": "permuted-blocks",
        "looks": "none",
    }


def read_fields(
    texts: Mapping[str, str], base: Mapping[str, Any], arms: Mapping[str, Any]
) -> Typed:
    """Read every field on its own, then the design as a whole.

    Parameters
    ----------
    base : dict
        The document of an opened design: what the page does not show stays as it is there.
    arms : dict
        Name → document of the arms that can be chosen.
    """
    skipped = {
        name for way, names in _OF_DEATHS.items() if way != texts["deaths"] for name in names
    }
    numbers: dict[str, float] = {}
    refused: dict[str, str] = {}
    for name, reader in _READERS.items():
        if name in skipped:
            continue
        try:
            numbers[name] = reader(texts[name])
        except IgmFatError as error:
            refused[name] = str(error)
    design = None
    if not refused:
        try:
            design = design_of(_document(numbers, texts, base, arms))
        except IgmFatError as error:
            refused["second_arm"] = str(error)
    count, seed = int(numbers.get("replicates", 0)), int(numbers.get("seed", 0))
    return Typed(design, count, seed, refused)


def _document(
    numbers: Mapping[str, float],
    texts: Mapping[str, str],
    base: Mapping[str, Any],
    arms: Mapping[str, Any],
) -> dict[str, Any]:
    first, second = (texts[name] for name in ("first_arm", "second_arm"))
    endpoint: dict[str, Any] = {
        "model": "exposure",
        "baseline_mortality": _share(numbers.get("baseline_mortality", 50)),
        "log_odds_per_day_at_target": numbers.get("effect"),
    }
    if texts["deaths"] == "set":
        shares = (_share(numbers[name]) for name in _OF_DEATHS["set"])
        endpoint = {
            "model": "fixed",
            "mortality": {first: next(shares), second: next(shares)},
        }
    analysis = dict(base.get("analysis", {}))
    if texts["looks"] in LOOKS:
        analysis["looks"] = list(LOOKS[texts["looks"]])
    return {
        **base,
        "patients": int(numbers["patients"]),
        "arms": [arms.get(name, name) for name in (first, second)],
        "allocation": {**base.get("allocation", {}), "method": texts["allocation"]},
        "truth": {
            **base.get("truth", {}),
            "scenario": texts["scenario"],
            "missed_samples": _share(numbers["missed_samples"]),
            "late_infusion_h": numbers["late_infusion_h"],
        },
        "price_eur_per_ml": numbers["price_eur_per_ml"],
        "endpoint": endpoint,
        "analysis": analysis,
    }


def _share(in_percent: float) -> float:
    """36.7 % as 0.367 and nothing behind it: a typed design is the file's to the last bit."""
    return round(in_percent / 100, 12)


def texts_of(design: Design) -> dict[str, str]:
    """What stands in the fields for a design; fields that it does not need keep the usual."""
    names = [arm.name for arm in design.arms]
    looks = next((word for word, at in LOOKS.items() if at == design.analysis.looks), "file")
    texts = {
        "patients": str(design.patients),
        "missed_samples": _typed(100 * design.truth.missed_samples),
        "late_infusion_h": _typed(design.truth.late_infusion_h),
        "price_eur_per_ml": _typed(design.price_eur_per_ml),
        "first_arm": names[0],
        "second_arm": names[1],
        "scenario": design.truth.scenario,
        "allocation": design.allocation.method,
        "looks": looks,
    }
    endpoint = design.endpoint
    if isinstance(endpoint, ExposureEndpoint):
        texts |= {
            "deaths": "exposure",
            "baseline_mortality": _typed(100 * endpoint.baseline_mortality),
            "effect": _typed(endpoint.log_odds_per_day_at_target),
        }
    else:
        texts |= {
            "deaths": "set",
            "first_mortality": _typed(100 * endpoint.mortality[names[0]]),
            "second_mortality": _typed(100 * endpoint.mortality[names[1]]),
        }
    return usual() | texts


def arms_of(design: Design | None) -> dict[str, Any]:
    """The arms that can be chosen: the package's, readings, and those of an opened design."""
    own = {arm.name: arm.model_dump(mode="json") for arm in design.arms} if design else {}
    named = dict.fromkeys((*NAMED_ARMS, *(one.name for one in editions())))
    return {name: name for name in named} | own
