"""What the numbers of an arm mean: a label, a unit and a sentence for each metric."""

from dataclasses import dataclass

from igmfat_nb.language import mark


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it is shown: ``factor`` turns the stored number into ``unit``."""

    label: str
    unit: str
    factor: float
    decimals: int
    meaning: str
    stored_unit: str


METRIC_TEXT = {
    "fraction_of_time_at_target": Metric(
        mark("Time at target, days 0 to 7"), "%", 100.0, 1,
        mark("share of the time alive in days 0 to 7 with a true titre of 100 mg/dL or more"),
        "share",
    ),
    "overshoot": Metric(
        mark("Mean excess over target"), "mg/dL", 1.0, 1,
        mark("mean excess of the true titre over 100 mg/dL during the time alive"), "mg/dL",
    ),
    "volume_ml": Metric(
        mark("Volume given"), "mL", 1.0, 0, mark("per patient, until death or the last dose"), "mL"
    ),
    "vials_opened": Metric(
        mark("Vials opened"), mark("vials"), 1.0, 1, mark("per patient, all sizes"), "vials"
    ),
    "wasted_ml": Metric(
        mark("Discarded"), "mL", 1.0, 1, mark("per patient, left in opened vials"), "mL"
    ),
    "glucose_g": Metric(mark("Glucose"), "g", 1.0, 1, mark("per patient, from the product"), "g"),
    "sodium_mmol": Metric(
        mark("Sodium"), "mmol", 1.0, 1, mark("per patient, from the product"), "mmol"
    ),
    "cost": Metric(
        mark("Cost of opened vials"), "EUR", 1.0, 0,
        mark("per patient, at the price in the design"), "EUR",
    ),
    "deaths": Metric(
        mark("Deaths by day 28"), "%", 100.0, 1, mark("share of patients in the arm"), "share"
    ),
}  # fmt: skip
