"""A virtual trial as a model of its assumptions: contrast and power, many designs at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.courses.clearance import typical_multiple
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.protocol.exploration import Explored
from igmfat_nb.sensitivity.values import Values, base_value, explored_of, options_of, readings
from igmfat_nb.trial.analysis import exact_rejection_rates
from igmfat_nb.trial.compared import CONTRAST
from igmfat_nb.trial.design import Arm, Design, ExposureEndpoint
from igmfat_nb.trial.endpoint import mortality
from igmfat_nb.trial.replicate import run_detail
from igmfat_nb.workers import many

Array = NDArray[np.float64]
OUTPUTS = ("contrast", "power")
_TAIL = 1e-9  # of an arm's deaths, left out of the enumeration
_ROWS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class TrialModel:
    """A design with one standard and one deficit arm; every row is one trial of ``patients``.

    All rows share patients, realised parameters and allocation as far as their assumptions let
    them: the same seed. Power is that of the final test with the design's own number of
    patients, at the mean mortality of each arm, by enumeration: no luck of a trial in it.
    ``done`` is told how many more rows are done.
    """

    design: Design
    patients: int
    seed: int
    workers: int = 1
    done: Callable[[int], object] = lambda _count: None

    def __post_init__(self) -> None:
        if self.design.grid:
            raise ImplausibleInput(_("A grid cannot be explored; leave it out of the design."))
        if sorted(arm.rule for arm in self.design.arms) != ["deficit", "standard"]:
            message = _("Explored is a design with one standard and one deficit arm.")
            raise ImplausibleInput(message)

    def known(self) -> tuple[Explored, ...]:
        """What plays a part: the mortality only where the endpoint has one for both arms."""
        exposed = isinstance(self.design.endpoint, ExposureEndpoint)
        return tuple(one for one in explored_of("trial") if exposed or one.name != "mortality")

    def base(self) -> dict[str, float]:
        """Where the design itself stands."""
        truth, belief, endpoint = self.design.truth, self.design.belief, self.design.endpoint
        seen, arm = truth.explored, self._deficit()
        multiple = seen.clearance_multiple
        if multiple is None:
            multiple = typical_multiple(truth.scenario, truth.scenario_weights.normalised())
        own: dict[str, float] = {
            "clearance": multiple,
            "volume": seen.volume_factor,
            "recovery": truth.recovery,
            "rule_recovery": belief.recovery,
            "igm_content": seen.igm_mg_per_ml,
            "maintenance": arm.maintenance_ml_per_kg,
            "intravascular": seen.intravascular_share,
            "haematocrit": seen.haematocrit_factor,
            "exchange": seen.exchange_half_time_days,
            "delay": seen.dose_delay_h,
            "assay_cv": truth.assay_cv,
            "clearance_cv": seen.clearance_cv,
            "volume_cv": seen.volume_cv,
            "titre_median": truth.titre_median_mg_dl,
            "titre_log_sd": truth.titre_log_sd,
            "vasopressors": truth.vasopressor_median_h,
            "bmi": seen.bmi_median,
        }
        if isinstance(endpoint, ExposureEndpoint):
            own["mortality"] = endpoint.baseline_mortality
        by_name = {one.name: one for one in self.known()}
        own["synthesis"] = float(options_of(by_name["synthesis"]).index(truth.synthesis))
        return {one.name: own.get(one.name, base_value(one)) for one in self.known()}

    def __call__(self, values: Values) -> Mapping[str, Array]:
        """Contrast and power of every row; rows go to the workers in small lots."""
        names = list(values)
        rows = [
            {name: float(values[name][place]) for name in names}
            for place in range(len(values[names[0]]))
        ]
        found = np.empty((len(rows), len(OUTPUTS)))
        for start, part in self._parts(rows):
            found[start : start + len(part)] = part
            self.done(len(part))
        return {name: found[:, place] for place, name in enumerate(OUTPUTS)}

    def _parts(self, rows: list[dict[str, float]]) -> Iterator[tuple[int, Array]]:
        lots = [rows[i : i + _ROWS_AT_ONCE] for i in range(0, len(rows), _ROWS_AT_ONCE)]
        if self.workers == 1:
            for place, lot in enumerate(lots):
                yield place * _ROWS_AT_ONCE, rows_of(self.design, self.patients, self.seed, lot)
            return
        calls = [(self.design, self.patients, self.seed, lot) for lot in lots]
        for place, result in many.in_processes(rows_of, calls, self.workers):
            yield place * _ROWS_AT_ONCE, result()

    def _deficit(self) -> Arm:
        return next(arm for arm in self.design.arms if arm.rule == "deficit")


def rows_of(design: Design, patients: int, seed: int, rows: Sequence[Mapping[str, float]]) -> Array:
    """Contrast and power of some rows, shape (rows, 2)."""
    return np.array([_row(design, patients, seed, row) for row in rows])


def _row(design: Design, patients: int, seed: int, row: Mapping[str, float]) -> list[float]:
    changed = explored_design(design, row).model_copy(update={"patients": patients})
    detail = run_detail(changed, seed, 0, 1)
    shares, deaths = [], []
    for arm, (_places, _week, result) in zip(changed.arms, detail.arms, strict=True):
        share = float(result.metrics[CONTRAST].mean())
        shares.append(-share if arm.rule == "standard" else share)
        chance = mortality(changed.endpoint, arm.name, result.days_at_target_as_if_alive)
        deaths.append(float(np.mean(chance)))
    first, second = deaths
    rates = exact_rejection_rates(design.analysis, design.patients // 2, first, second, _TAIL)
    return [sum(shares), sum(rates)]


def explored_design(design: Design, row: Mapping[str, float]) -> Design:
    """The design with the values of one row in it."""
    known = {one.name: one for one in explored_of("trial")}
    seen = design.truth.explored.model_copy(
        update={
            field: row[name]
            for field, name in (
                ("clearance_multiple", "clearance"),
                ("clearance_cv", "clearance_cv"),
                ("volume_factor", "volume"),
                ("volume_cv", "volume_cv"),
                ("intravascular_share", "intravascular"),
                ("exchange_half_time_days", "exchange"),
                ("igm_mg_per_ml", "igm_content"),
                ("dose_delay_h", "delay"),
                ("haematocrit_factor", "haematocrit"),
                ("bmi_median", "bmi"),
            )
        }
    )
    truth = design.truth.model_copy(
        update={
            "synthesis": options_of(known["synthesis"])[round(row["synthesis"])],
            "recovery": row["recovery"],
            "titre_median_mg_dl": row["titre_median"],
            "titre_log_sd": row["titre_log_sd"],
            "assay_cv": row["assay_cv"],
            "vasopressor_median_h": row["vasopressors"],
            "explored": seen,
        }
    )
    changes: dict[str, Any] = {
        "truth": truth,
        "belief": design.belief.model_copy(update={"recovery": row["rule_recovery"]}),
        "arms": tuple(_arm(arm, row) for arm in design.arms),
    }
    if "mortality" in row:
        changes["endpoint"] = design.endpoint.model_copy(
            update={"baseline_mortality": row["mortality"]}
        )
    return design.model_copy(update=changes)


def _arm(arm: Arm, row: Mapping[str, float]) -> Arm:
    """The deficit arm with its reading; the first one means the design's own rule."""
    if arm.rule == "standard":
        return arm
    place = round(row["reading"])
    changes: dict[str, Any] = {}
    if place:
        changes["reading"] = readings()[place]
    reading = changes.get("reading", arm.reading)
    if reading is None or reading.at_target_ml_per_kg is None:
        changes["maintenance_ml_per_kg"] = row["maintenance"]
    return arm.model_copy(update=changes)
