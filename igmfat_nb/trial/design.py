"""A virtual trial as a file: every choice named, checked, and refused when unknown."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    Strict,
    ValidationError,
    model_validator,
)

from igmfat_nb.bedside.dose_rule import DoseRule, VolumeRule
from igmfat_nb.bedside.infusion import Rounding
from igmfat_nb.bedside.readings import Edition
from igmfat_nb.courses.clearance import Weights
from igmfat_nb.courses.population import USUAL_SYNTHESIS, Scenario, SynthesisMode
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import either
from igmfat_nb.protocol import constants, populations, titration, virtual_trial
from igmfat_nb.trial.design_errors import (
    check_grid,
    closest,
    expected,
    given_value,
    refuse_switches,
    without_tag,
)
from igmfat_nb.trial.example import EXAMPLE
from igmfat_nb.trial.explored import Explored
from igmfat_nb.trial.named_arms import arm_document
from igmfat_nb.trial.section import LogOdds, LogSd, NotNegative, Real, Section, Share, Whole
from igmfat_nb.units import given_text
from igmfat_nb.validation import first_found, refusal
from igmfat_nb.yaml_file import read_yaml, yaml_document

ENDPOINTS = ("exposure", "fixed")
_SWITCHES = ("label_rate_limit", "truth.label_rate_limit")  # true or false, and nothing else is


class Allocation(Section):
    """How patients get their arm, 1:1."""

    method: Literal["permuted-blocks", "simple", "minimisation"] = "permuted-blocks"
    sizes: tuple[Annotated[Whole, Field(ge=2, le=64, multiple_of=2)], ...] = (4,)

    @model_validator(mode="after")
    def _has_a_size(self) -> "Allocation":
        if not self.sizes:
            raise ImplausibleInput(_("At least one block size is needed."))
        return self


class Arm(Section):
    """What one arm does: a rule of the package, with its parts."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")]
    rule: Literal["standard", "deficit", "forecast"]
    maintenance_ml_per_kg: NotNegative = constants.MAINTENANCE_DOSE.value
    target_mg_dl: Annotated[Real, Field(ge=10, le=500)] = constants.TARGET_TITRE.value
    most_days: Annotated[Whole, Field(ge=1, le=7)] = constants.PERSONALISED_MAX_DAYS.value
    probability: Annotated[Real, Field(gt=0, lt=1)] = titration.TARGET_CHANCE.value
    twins: Annotated[Whole, Field(ge=64, le=20_000)] = virtual_trial.SHARED_TWINS.value
    reading: Edition | None = None  # of the deficit rule; whole, so that a saved run has it

    @model_validator(mode="after")
    def _reads_a_rule(self) -> "Arm":
        if self.reading is not None:
            if self.rule != "deficit":
                message = _("A reading belongs to the rule “deficit”, not to “{rule}”.")
                raise ImplausibleInput(message.format(rule=self.rule))
            self.dose_rule(Belief())
        return self

    def dose_rule(self, belief: "Belief") -> DoseRule:
        """The arm's rule: its reading, or the parts that the belief names."""
        if self.reading is None:
            return belief.dose_rule(self.maintenance_ml_per_kg, self.target_mg_dl)
        beside: dict[str, Any] = {"recovery": belief.recovery, "target_mg_dl": self.target_mg_dl}
        if self.reading.rounding is None:
            beside["rounding"] = belief.rounding
        if self.reading.at_target_ml_per_kg is None or self.maintenance_ml_per_kg:
            beside["maintenance_ml_per_kg"] = self.maintenance_ml_per_kg
        return self.reading.rule(**beside)


class ScenarioWeights(Section):
    """How often each clearance is the true one, for the scenario ``averaged``; ratios count."""

    native: NotNegative = 1.0
    intermediate: NotNegative = 1.0
    fast: NotNegative = 1.0

    @model_validator(mode="after")
    def _has_a_weight(self) -> "ScenarioWeights":
        if not self.native + self.intermediate + self.fast > 0:
            raise ImplausibleInput(_("The weights are all 0; expected one above 0."))
        return self

    def normalised(self) -> Weights:
        """Weights that add up to 1."""
        total = self.native + self.intermediate + self.fast
        return self.native / total, self.intermediate / total, self.fast / total


class Truth(Section):
    """What is true of the virtual patients, and what goes wrong at the bedside."""

    scenario: Scenario = "intermediate"
    scenario_weights: ScenarioWeights = ScenarioWeights()
    synthesis: SynthesisMode = USUAL_SYNTHESIS
    recovery: Annotated[Real, Field(ge=0.3, le=1)] = constants.RECOVERY.value
    titre_median_mg_dl: Annotated[Real, Field(gt=0, le=10_000)] = (
        populations.TITRE_MEDIAN_AT_SHOCK.value
    )
    titre_log_sd: LogSd = populations.TITRE_LOG_SD_AT_SHOCK.value
    assay_cv: Annotated[Real, Field(ge=0, le=0.5)] = populations.ASSAY_CV.value
    missed_samples: Share = 0.0
    late_infusion_h: Annotated[Real, Field(ge=0, le=12)] = 0.0
    vasopressor_median_h: Annotated[Real, Field(gt=0, le=10_000)] = (
        virtual_trial.VASOPRESSOR_MEDIAN.value
    )
    vasopressor_log_sd: LogSd = virtual_trial.VASOPRESSOR_LOG_SD.value
    label_rate_limit: Annotated[bool, Strict()] = False
    explored: Explored = Explored()


class Belief(Section):
    """What the dosing arms assume: the parts of the rule, and the forecast's model."""

    volume_rule: VolumeRule = "nadler"
    volume_ml_per_kg: Real | None = None
    coefficient: Real | None = None
    recovery: Annotated[Real, Field(ge=0.3, le=1)] = constants.RECOVERY.value
    rounding: Rounding = "ml"
    scenario: Scenario = "intermediate"
    scenario_weights: ScenarioWeights = ScenarioWeights()
    synthesis: SynthesisMode | None = None  # as in truth
    assay_cv: Annotated[Real, Field(gt=0, le=0.5)] = populations.ASSAY_CV.value

    @model_validator(mode="after")
    def _is_a_rule(self) -> "Belief":
        # Its refusal is a ValueError, so that it is told with the place in the file.
        self.dose_rule(constants.MAINTENANCE_DOSE.value, constants.TARGET_TITRE.value)
        return self

    def dose_rule(self, maintenance_ml_per_kg: float, target_mg_dl: float) -> DoseRule:
        """Return the deficit rule with these parts."""
        return DoseRule(
            volume_rule=self.volume_rule,
            volume_ml_per_kg=self.volume_ml_per_kg,
            coefficient=self.coefficient,
            recovery=self.recovery,
            rounding=self.rounding,
            maintenance_ml_per_kg=maintenance_ml_per_kg,
            target_mg_dl=target_mg_dl,
        )


class ExposureEndpoint(Section):
    """Death by a logistic link on the days at target; no effect unless one is stated."""

    model: Literal["exposure"] = "exposure"
    baseline_mortality: Annotated[Real, Field(gt=0, lt=1)] = populations.MORTALITY_28_DAYS.value
    log_odds_per_day_at_target: LogOdds = virtual_trial.EFFECT_PER_DAY_AT_TARGET.value


class FixedEndpoint(Section):
    """Death with a stated probability in each arm."""

    model: Literal["fixed"]
    mortality: dict[str, Share]


class Analysis(Section):
    """The test of the primary endpoint, two-sided."""

    test: Literal["chi-square", "chi-square-corrected", "fisher"] = "chi-square"
    alpha: Annotated[Real, Field(gt=0, lt=1)] = 0.05
    looks: tuple[Annotated[Real, Field(gt=0, lt=1)], ...] = ()

    @model_validator(mode="after")
    def _looks_rise(self) -> "Analysis":
        if any(later <= earlier for earlier, later in itertools.pairwise(self.looks)):
            raise ImplausibleInput(_("Interim looks are rising shares of the patients."))
        return self


class Design(Section):
    """One virtual trial, or with ``grid`` a family of them."""

    patients: Annotated[Whole, Field(ge=4, le=100_000)] = constants.SAMPLE_SIZE.value
    centres: Annotated[Whole, Field(ge=1, le=1000)] = constants.CENTRES.value
    allocation: Allocation = Allocation()
    arms: Annotated[tuple[Arm, ...], Field(min_length=2, max_length=2)]
    truth: Truth = Truth()
    belief: Belief = Belief()
    endpoint: Annotated[ExposureEndpoint | FixedEndpoint, Field(discriminator="model")] = (
        ExposureEndpoint()
    )
    analysis: Analysis = Analysis()
    price_eur_per_ml: NotNegative = virtual_trial.PRICE_PER_ML.value
    grid: dict[str, list[Any]] = Field(default_factory=dict)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """How many, in which arms, and what is varied: the whole is ``model_dump()``."""
        yield "patients", self.patients
        yield "arms", tuple(arm.name for arm in self.arms)
        if self.grid:
            yield "grid", tuple(self.grid)

    @model_validator(mode="after")
    def _fits_together(self) -> "Design":
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names):
            raise ImplausibleInput(_("The two arms need different names."))
        if isinstance(self.endpoint, FixedEndpoint) and set(self.endpoint.mortality) != set(names):
            message = _("Mortality is keyed by the two arms, {first} and {second}.")
            raise ImplausibleInput(message.format(first=names[0], second=names[1]))
        return self


def read_design(path: Path) -> Design:
    """Read a design file; arms named by a YAML file are read beside it."""
    return design_of(read_yaml(path), path.parent)


def design_of(document: Any, folder: Path = Path()) -> Design:
    """Check a design document.

    Raises
    ------
    IgmFatError
        Naming the place and, for an unknown key, the closest valid one.
    """
    if not isinstance(document, dict):
        raise UnreadableInput(
            _("A design consists of named fields; igmfat trial --example prints one.")
        )
    document = dict(document)
    if isinstance(document.get("arms"), list):
        document["arms"] = [arm_document(arm, folder) for arm in document["arms"]]
    if isinstance(document.get("endpoint"), dict):
        document["endpoint"] = _endpoint_document(document["endpoint"])
    refuse_switches(document, _SWITCHES)
    _refuse_unknown_keys(document, Design, "")
    try:
        return Design.model_validate(document)
    except ValidationError as error:
        found = first_found(error)
        found = replace(found, place=without_tag(found.place))
        raise refusal(found, expected=expected, value=given_value) from error


def example_or(path: str) -> Design:
    """The design of a file, or the example's where none is named."""
    path = given_text(path, "design_path")
    return read_design(Path(path)) if path else design_of(yaml_document(EXAMPLE, _("The example")))


def scenarios(design: Design) -> list[tuple[dict[str, Any], Design]]:
    """Every combination of the grid: (field → value, the design with it).

    Examples
    --------
    >>> grid = {"patients": [356, 700], "truth.assay_cv": [0.0, 0.05, 0.1]}
    >>> family = scenarios(design_of({"arms": ["standard", "deficit"], "grid": grid}))
    >>> len(family), family[-1][0], family[-1][1].patients
    (6, {'patients': 700, 'truth.assay_cv': 0.1}, 700)
    """
    check_grid(design.grid)
    base = design.model_dump(mode="json", exclude={"grid"})
    names = list(design.grid)
    family = []
    for values in itertools.product(*(design.grid[name] for name in names)):
        document = _copied(base)
        for name, value in zip(names, values, strict=True):
            _set(document, name, value)
        family.append((dict(zip(names, values, strict=True)), design_of(document)))
    return family


def _endpoint_document(endpoint: dict[str, Any]) -> dict[str, Any]:
    """The endpoint with its model named; no model is the exposure."""
    model = endpoint.get("model", "exposure")
    if model not in ENDPOINTS:
        message = _("endpoint.model is {model}; expected {names}.{near}")
        near, names = closest(str(model), ENDPOINTS), either(tuple(ENDPOINTS))
        raise UnreadableInput(message.format(model=model, names=names, near=near))
    if model == "exposure" and "mortality" in endpoint:
        raise UnreadableInput(_("endpoint.mortality can be given only with model: fixed."))
    return {"model": model} | endpoint


def _refuse_unknown_keys(document: dict[str, Any], model: type[BaseModel], place: str) -> None:
    for key, value in document.items():
        if key not in model.model_fields:
            message = _("{place}{key} is not a field of a design.{near}")
            near = closest(str(key), model.model_fields)
            raise UnreadableInput(message.format(place=place, key=key, near=near))
        if (part := _section(model, key, value)) is not None:
            _refuse_unknown_keys(value, part, f"{place}{key}.")
        if key == "arms" and isinstance(value, list):
            for arm in value:
                if isinstance(arm, dict):
                    _refuse_unknown_keys(arm, Arm, "arms.")
        if key == "grid" and isinstance(value, dict):
            _refuse_unknown_grid(value)


def _section(model: type[BaseModel], key: str, value: Any) -> type[BaseModel] | None:
    if not isinstance(value, dict):
        return None
    if key == "endpoint" and model is Design:
        return FixedEndpoint if value.get("model") == "fixed" else ExposureEndpoint
    kind = model.model_fields[key].annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _refuse_unknown_grid(grid: dict[str, Any]) -> None:
    known = [name for name in Design.model_fields if name not in ("arms", "grid")]
    for part in (Allocation, Truth, Belief, ExposureEndpoint, FixedEndpoint, Analysis):
        prefix = "endpoint" if part.__name__.endswith("Endpoint") else part.__name__.lower()
        known += [f"{prefix}.{name}" for name in part.model_fields]
    known += [f"truth.explored.{name}" for name in Explored.model_fields]
    for field, values in grid.items():
        if field not in known and not str(field).startswith("endpoint.mortality."):
            message = _("grid.{field} is not a field of a design.{near}")
            near = closest(str(field), known)
            raise UnreadableInput(message.format(field=field, near=near))
        if not isinstance(values, list) or not values:
            message = _("grid.{field} needs a list of values.")
            raise UnreadableInput(message.format(field=field))


def _copied(document: dict[str, Any]) -> dict[str, Any]:
    return {k: _copied(v) if isinstance(v, dict) else v for k, v in document.items()}


def _set(document: dict[str, Any], name: str, value: Any) -> None:
    *sections, last = name.split(".")
    for section in sections:
        document = document[section]
    document[last] = value
