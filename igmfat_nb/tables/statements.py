"""What the trial says and what this software assumes, as sentences with their source."""

from dataclasses import dataclass
from typing import Any

from igmfat_nb.bedside.dose_rule import DoseRule, Reading
from igmfat_nb.courses.clearance import typical_multiple, weights_text
from igmfat_nb.courses.population import CLEARANCE, half_lives
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, populations, product
from igmfat_nb.protocol.provenance import Sourced, Status
from igmfat_nb.units import HOURS_PER_DAY


@dataclass(frozen=True, slots=True)
class SourcedStatement:
    """One sentence, and its source."""

    sentence: str
    source: str


def trial_statements(rule: DoseRule | None = None) -> list[SourcedStatement]:
    """What was read of the trial, and of the label where the trial is silent.

    With a rule whose reading is published, also that.
    """
    standard = _("Standard arm: {dose} mg/kg of protein a day for {days} days.")
    target = _("Personalised arm: daily dose from the IgM deficit; target {target} mg/dL or above.")
    end = _(
        "Personalised doses are given daily until vasoactive drugs stop, for at most {days} days."
    )
    limit = _("Enrolment: serum IgM below {limit} mg/dL.")
    rate = _(
        "Infusion rate: {rate} mL/kg/h, the maximum on the label. The texts we read do"
        " not state the trial's rate."
    )
    return [
        _statement(
            standard,
            constants.STANDARD_DOSE,
            dose=constants.STANDARD_DOSE,
            days=constants.STANDARD_DAYS,
        ),
        _statement(target, constants.TARGET_TITRE, target=constants.TARGET_TITRE),
        _statement(end, constants.PERSONALISED_MAX_DAYS, days=constants.PERSONALISED_MAX_DAYS),
        _statement(limit, constants.ENROLMENT_TITRE, limit=constants.ENROLMENT_TITRE),
        _statement(rate, product.LABEL_RATE, rate=product.LABEL_RATE),
        *reading_statements(rule, "published"),
    ]


def reading_statements(rule: DoseRule | None, status: Status) -> list[SourcedStatement]:
    """The reading of a rule, where it has this status and is not the default."""
    if rule is None or rule.reading.status != status or rule.reading == Reading():
        return []
    reading = rule.reading
    sentence = _("Personalised dose by the reading {name}: {title}.")
    source = reading.source or _("assumed: {locator}").format(locator=_("readings of the rule"))
    return [SourcedStatement(sentence.format(name=reading.label, title=_(reading.title)), source)]


def assumed_statements(assumptions: Assumptions) -> list[SourcedStatement]:
    """What this software assumes beside it, with the parts as they are set."""
    rule = assumptions.rule
    return [
        *reading_statements(rule, "assumed"),
        *([] if rule.volume_rule == "ladder" else [_volume_statement(assumptions)]),
        *_recovery_statement(assumptions),
        _maintenance_statement(assumptions),
        _statement(
            _("An infusion starts {delay} h after its titre is drawn."),
            constants.DOSE_DELAY,
            delay=constants.DOSE_DELAY,
        ),
        _clearance_statement(assumptions),
        _synthesis_statement(assumptions),
        _statement(
            _("Assay error: coefficient of variation {cv} %."),
            populations.ASSAY_CV,
            cv=100 * populations.ASSAY_CV.value,
        ),
        _statement(
            _("Exchange half-time between plasma and tissue: {hours} h."),
            populations.EXCHANGE_HALF_TIME,
            hours=HOURS_PER_DAY * populations.EXCHANGE_HALF_TIME.value,
        ),
    ]


def statements_text(statements: list[SourcedStatement]) -> str:
    """The sentences as plain text, a line each."""
    return "\n".join(f"- {one.sentence} [{one.source}]" for one in statements)


def _statement(
    sentence: str, constant: Sourced[Any], **values: Sourced[Any] | float
) -> SourcedStatement:
    """Fill a sentence with the numbers of constants, and name where ``constant`` is from."""
    numbers = {
        name: number_text(value.value if isinstance(value, Sourced) else value, 3)
        for name, value in values.items()
    }
    origin = _(constant.source.key)
    if constant.status == "assumed":
        origin = _("assumed: {locator}").format(locator=_(constant.locator))
    return SourcedStatement(sentence.format(**numbers), origin)


def _volume_statement(assumptions: Assumptions) -> SourcedStatement:
    rule = assumptions.rule
    if rule.volume_rule == "fixed" and rule.volume_ml_per_kg is not None:
        sentence = _("Distribution volume: {volume} mL/kg.")
        return _statement(sentence, constants.FIXED_VOLUME_RANGE, volume=rule.volume_ml_per_kg)
    if rule.volume_rule == "coefficient" and rule.coefficient is not None:
        sentence = _("Dose: {coefficient} mL/kg of product per mg/dL of deficit.")
        return _statement(sentence, constants.COEFFICIENT_RANGE, coefficient=rule.coefficient)
    sentence = _(
        "Distribution volume: the plasma volume, from Nadler's blood volume and the haematocrit."
    )
    if rule.volume_rule == "steady-state":
        sentence = _(
            "Distribution volume: the plasma volume, from Nadler's blood volume and the"
            " haematocrit, over the intravascular share of IgM."
        )
    return SourcedStatement(
        sentence,
        _("assumed: dose rule; formula: {source}").format(
            source=populations.NADLER_MALE.source.key
        ),
    )


def _recovery_statement(assumptions: Assumptions) -> list[SourcedStatement]:
    percent = 100 * assumptions.rule.recovery
    sentence = _("Recovery: {percent} % of the infused IgM is found in plasma.")
    return [_statement(sentence, constants.RECOVERY, percent=percent)]


def _maintenance_statement(assumptions: Assumptions) -> SourcedStatement:
    rule = assumptions.rule
    if rule.maintenance_ml_per_kg:
        sentence = _("Maintenance dose at {target} mg/dL or above: {volume} mL/kg.")
    else:
        sentence = _("No dose at {target} mg/dL or above.")
    volume = rule.maintenance_ml_per_kg
    below = rule.dose_below_mg_dl or rule.fill_to_mg_dl or rule.target_mg_dl
    if rule.ladder:
        below = rule.dose_below_mg_dl or rule.ladder[-1][0]
    return _statement(sentence, constants.MAINTENANCE_DOSE, target=below, volume=volume)


def _clearance_statement(assumptions: Assumptions) -> SourcedStatement:
    if assumptions.scenario == "averaged":
        return _averaged_statement(assumptions)
    factor = CLEARANCE[assumptions.scenario]
    sentence = _(
        "Clearance: {factor} times healthy (half-life {hours} h over the first day,"
        " terminal half-life {days} days); coefficient of variation between patients {cv}"
        " %."
    )
    curve = half_lives(factor.value)
    hours, days = round(curve.first_day_h), round(curve.terminal_days, 1)
    cv = 100 * populations.CLEARANCE_CV.value
    return _statement(sentence, factor, factor=factor, hours=hours, days=days, cv=cv)


def _averaged_statement(assumptions: Assumptions) -> SourcedStatement:
    sentence = _(
        "Clearance: averaged over three scenarios by their weights before any later titre"
        " ({weights}), updated by the patient's titres; the median is {factor} times healthy."
    )
    factor = round(typical_multiple("averaged", assumptions.weights), 2)
    named = sentence.replace("{weights}", weights_text(assumptions.weights))
    return _statement(named, populations.SCENARIO_WEIGHTS, factor=factor)


def _synthesis_statement(assumptions: Assumptions) -> SourcedStatement:
    start_h, end_h = populations.SYNTHESIS_RISE.value
    sentence = {
        "baseline": _(
            "Synthesis: constant, at the rate that maintains the first titre without treatment."
        ),
        "recovering": _(
            "Synthesis: maintains the first titre without treatment, and rises from {start}"
            " to {end} h to {healthy} mg/kg/day where that is higher."
        ),
        "none": _("Synthesis: none."),
    }[assumptions.synthesis]
    healthy = populations.NATIVE_SYNTHESIS
    return _statement(sentence, populations.SYNTHESIS, start=start_h, end=end_h, healthy=healthy)
