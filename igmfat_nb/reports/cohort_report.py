"""The cohort report: a table of patients in, what both arms would give and reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from igmfat_nb.bedside.answer import ARM_TITLE
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.bedside.patient import bmi
from igmfat_nb.bedside.readings import DEFAULT
from igmfat_nb.cohort.doses import dose_table
from igmfat_nb.cohort.files import read_mapping, read_table
from igmfat_nb.cohort.patient_columns import verdicts
from igmfat_nb.cohort.rows import ReadRows, read_rows
from igmfat_nb.cohort.text_tables import Sheets
from igmfat_nb.courses.population import USUAL_SYNTHESIS
from igmfat_nb.courses.shared_patients import SharedPatients
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.files import file_sha256
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, decimals_of, in_signs, number_text, seen_text, text_table
from igmfat_nb.protocol import constants
from igmfat_nb.reports import cohort_figures as figures
from igmfat_nb.reports import patient_sections as sections
from igmfat_nb.reports.choices import (
    rule_of_reading,
    scenario_named,
    synthesis_named,
    weights_named,
)
from igmfat_nb.reports.cohort_rows import patient_table
from igmfat_nb.reports.cohort_strips import strips
from igmfat_nb.reports.run_record import run_record_section
from igmfat_nb.reports.section import (
    Figure,
    Section,
    folded,
    paragraph,
    split,
    table,
    titled,
)
from igmfat_nb.units import given_text, parse_igm_unit, whole

EXAMPLE = Path(__file__).parent / "example_cohort.csv"
SHARES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
DAYS = range(1, constants.PERSONALISED_MAX_DAYS.value + 1)
MOST_ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class CohortReport:
    """A table of patients under stated assumptions; every part is one of its methods."""

    rows: ReadRows
    doses: pd.DataFrame
    settings: Mapping[str, Any]
    inputs: Mapping[str, str]
    sheets: str = ""
    rule: DoseRule = field(default_factory=DoseRule)

    @classmethod
    def of_file(
        cls,
        table_file: str,
        *,
        igm_unit: str = "",
        mapping_file: str = "",
        scenario: str,
        scenario_weights: str = "",
        synthesis: str = USUAL_SYNTHESIS,
        twins: int,
        seed: int,
        reading: str = DEFAULT,
    ) -> "CohortReport":
        """Read and dose a table; an empty name means the example that comes with the package.

        Raises
        ------
        IgmFatError
            One sentence, if the table or a setting is not usable.
        """
        table_file = given_text(table_file, "table_file")
        mapping_file = given_text(mapping_file, "mapping_file")
        igm_unit = given_text(igm_unit, "igm_unit")
        twins, seed = whole(twins, "twins"), whole(seed, "seed")
        path = Path(table_file) if table_file else EXAMPLE
        inputs = {path.name: file_sha256(path)}
        names = read_mapping(Path(mapping_file)) if mapping_file else {}
        if mapping_file:
            inputs[Path(mapping_file).name] = file_sha256(Path(mapping_file))
        unit = parse_igm_unit(igm_unit) if igm_unit else None
        patients = read_table(path, names, unit)
        rows = read_rows(patients)
        sheets: Sheets | None = patients.attrs.get("sheets")
        if seed < 0:
            raise ImplausibleInput(_("The seed is {seed}; expected 0 or more.").format(seed=seed))
        rule = rule_of_reading(reading)
        rng = np.random.default_rng(seed)
        mode = synthesis_named(synthesis)
        known = scenario_named(scenario)
        typed = given_text(scenario_weights, "scenario_weights")
        weights = weights_named(typed, known)
        shared = SharedPatients.draw(rng, twins, known, rule, synthesis=mode, weights=weights)
        settings = {
            "igm_unit": igm_unit,
            "scenario": scenario,
            "scenario_weights": typed,
            "synthesis": synthesis,
            "twins": twins,
            "seed": seed,
            "reading": rule.reading.label,
        }
        doses = dose_table(rows.accepted, shared, rule)
        return cls(rows, doses, settings, inputs, sheets.sentence() if sheets else "", rule)

    def heading(self) -> Section:
        """What was read and refused, first of all; what this is not for."""
        accepted, rejected = len(self.rows.accepted), len(self.rows.rejected)
        line = _("{read} rows read: {accepted} accepted, {rejected} rejected")
        title = line.format(
            read=number_text(accepted + rejected), accepted=number_text(accepted),
            rejected=number_text(rejected),
        )  # fmt: skip
        html = paragraph(_(NOTICE), "ig-notice") + titled(title, 1)
        return Section("", html + paragraph(self.in_short()) + paragraph(self.sheets))

    def in_short(self) -> str:
        """Who could be enrolled by titre, and which arm gives more on the first day."""
        accepted, doses = self.rows.accepted, self.doses
        if not len(accepted):
            return ""
        limit = constants.ENROLMENT_TITRE.value
        more = int((doses["personalised_volume_ml"] > doses["standard_volume_ml"]).sum())
        line = _(
            "{below} of {all} have IgM below {limit} mg/dL, the limit for enrolment. The"
            " personalised arm gives more than the standard arm to {more} of {all} on day 1."
        )
        return line.format(
            below=number_text(int((accepted["igm_mg_dl"] < limit).sum())),
            all=number_text(len(accepted)), limit=number_text(limit, 1), more=number_text(more),
        )  # fmt: skip

    def counts(self) -> str:
        """Every row is in one of two places."""
        accepted, rejected = len(self.rows.accepted), len(self.rows.rejected)
        line = _("read {read} = accepted {accepted} + rejected {rejected}")
        return line.format(read=accepted + rejected, accepted=accepted, rejected=rejected)

    def patients(self) -> Section:
        """Who they are: quantiles of the inputs."""
        accepted = self.rows.accepted
        columns = {
            _("Age, years"): ("age_years", accepted["age_years"]),
            _("Height, cm"): ("height_cm", accepted["height_cm"]),
            _("Weight, kg"): ("weight_kg", accepted["weight_kg"]),
            _("BMI, kg/m²"): ("bmi_kg_m2", _bmi(accepted)),
            _("Haematocrit"): ("haematocrit", accepted["haematocrit"]),
            _("Serum IgM, mg/dL"): ("igm_mg_dl", accepted["igm_mg_dl"]),
            _("Plasma volume, mL"): ("plasma_volume_ml", accepted["plasma_volume_ml"]),
        }
        drawn = [(_("Serum IgM, mg/dL"), "igm_mg_dl"), (_("Weight, kg"), "weight_kg"),
                 (_("Age, years"), "age_years")]  # fmt: skip
        barred = int((verdicts(accepted)[0] == "not eligible").sum())
        line = _(
            "{barred} of {all} are not eligible by age, BMI or titre; their doses are"
            " included. The table does not contain the other criteria of the trial."
        )
        html = strips([(label, name, accepted[name]) for label, name in drawn])
        html += _table_behind(columns)
        html += paragraph(line.format(barred=barred, all=len(accepted)), "ig-note")
        check = accepted[accepted["check"] != ""]
        said = [
            (str(one.line), str(one.subject), str(one.check))
            for one in check.head(MOST_ROWS_SHOWN).itertuples()
        ]
        rare = table((_("line"), _("subject"), _("rare, to check")), said, "ig-words")
        return Section(_("The patients"), html + rare)

    def first_doses(self) -> Section:
        """What the first day asks for in each arm."""
        columns: dict[str, tuple[str, Any]] = {}
        for arm in ARMS:
            name = _(ARM_TITLE[arm])
            for label, quantity in (
                (_("{arm}: volume, mL"), "volume_ml"),
                (_("{arm}: mL/kg"), "volume_ml_per_kg"),
                (_("{arm}: hours"), "duration_h"),
                (_("{arm}: discarded, mL"), "discarded_ml"),
            ):
                columns[label.format(arm=name)] = quantity, self.doses[f"{arm}_{quantity}"]
        said = _("Each patient twice. The lower the titre, the larger the personalised dose.")
        note = paragraph(sections.arm_origin("personalised", self.rule), "ig-note")
        html = paragraph(said) + _table_behind(columns) + note
        return Section(_("First dose by titre"), split(html, self._vials()))

    def dose_figure(self) -> Figure:
        """Volume per weight against the titre in both arms."""
        return figures.dose_figure(self.doses, self.rows.accepted["igm_mg_dl"])

    def titres(self) -> Section:
        """Predicted titres over the week, patient by patient, summed up."""
        note = _(
            "Median true titre of the shared virtual patients on each morning; then quantiles over"
            " the patients of this table. Kinetics: assumption of this software."
        )
        columns = {
            _("{arm}, day {day}").format(arm=_(ARM_TITLE[arm]), day=day): (
                f"{arm}_igm_day{day}_p50",
                self.doses[f"{arm}_igm_day{day}_p50"],
            )
            for arm in ARMS
            for day in DAYS
        }
        html = self._at_target() + _table_behind(columns) + paragraph(note, "ig-note")
        return Section(_("Serum IgM over the week, mg/dL"), html)

    def _at_target(self) -> Markup:
        """How many patients' median titres are at the target on each morning."""
        target = constants.TARGET_TITRE.value
        rows = [
            (
                _(ARM_TITLE[arm]),
                *(
                    number_text(int((self.doses[f"{arm}_igm_day{day}_p50"] >= target).sum()))
                    for day in DAYS
                ),
            )
            for arm in ARMS
        ]
        line = _("patients at {target} or above").format(target=number_text(target, 1))
        days = (_("day {day}").format(day=day) for day in DAYS)
        return table((line, *days), rows) if len(self.doses) else Markup()

    def titre_figure(self) -> Figure:
        """Median titre by day in both arms with its spread over the patients."""
        return figures.titre_figure(self.doses)

    def doses_by_subject(self) -> Section:
        """Every patient's first dose, or the first of many."""
        html = patient_table(self.doses, self.rows.accepted, MOST_ROWS_SHOWN)
        return Section(_("Patient by patient"), html, new_page=True)

    def rejected(self) -> Section:
        """Every refused row with its sentence, or the first of many."""
        shown = self.rows.rejected.head(MOST_ROWS_SHOWN)
        cells = shown[["line", "column", "value", "sentence"]].itertuples(index=False)
        rows = [tuple(seen_text(str(cell)) for cell in row) for row in cells]
        header = (_("line"), _("column"), _("value"), _("why"))
        more = len(self.rows.rejected) - len(shown)
        note = _("{more} more rejected rows.").format(more=more) if more else ""
        html = table(header, rows, "ig-words") or paragraph(_("None."))
        return Section(_("Rejected rows"), html + paragraph(note, "ig-note"))

    def said_and_assumed(self) -> Section:
        """What the trial says, apart from what this software assumes."""
        scenario = scenario_named(str(self.settings["scenario"]))
        synthesis = synthesis_named(str(self.settings["synthesis"]))
        weights = weights_named(str(self.settings["scenario_weights"]), scenario)
        return sections.said_and_assumed(
            Assumptions(scenario, synthesis, self.rule, weights=weights)
        )

    def run_record(self, made_on: str) -> Section:
        """Version, parameters, seed, SHA-256 of the inputs, date."""
        return run_record_section(self.settings, self.inputs, made_on)

    def as_text(self) -> str:
        """Counts, first doses and last titres as plain text: what the stored notebook compares."""
        header = ("subject", *(f"{arm} {name}" for arm in ARMS for name in ("mL", "day 7")))
        rows = [(str(row["subject"]), *_cells(row)) for _place, row in self.doses.iterrows()]
        return f"{self.counts()}\n\n{text_table(header, rows)}"

    def figures_as_text(self) -> str:
        """The data of both figures, in place of pictures."""
        from igmfat_nb.figures.as_text import figure_text

        return figure_text(self.dose_figure().figure, self.titre_figure().figure)

    def results(self) -> dict[str, Any]:
        """Named results: counts, totals and medians."""
        named: dict[str, Any] = {
            "accepted": len(self.rows.accepted),
            "rejected": len(self.rows.rejected),
            "reading": self.rule.reading.label,
            "reading_status": self.rule.reading.status,
        }
        for arm in ARMS:
            volume_ml = self.doses[f"{arm}_volume_ml"]
            named[f"{arm}_total_volume_ml"] = float(volume_ml.sum())
            if len(self.doses):
                named[f"{arm}_median_volume_ml"] = float(volume_ml.median())
                titre = self.doses[f"{arm}_igm_day{DAYS[-1]}_p50"]
                named[f"{arm}_median_igm_day{DAYS[-1]}"] = float(titre.median())
        return named

    def _vials(self) -> Markup:
        rows = []
        names = [name for name in self.doses if str(name).startswith("standard_vials_")]
        for name in names:
            size = str(name).removeprefix("standard_vials_").removesuffix("_ml")
            counts = [int(self.doses[f"{arm}_vials_{size}_ml"].sum()) for arm in ARMS]
            rows.append((f"{size} mL", *(number_text(count) for count in counts)))
        header = (_("vials on day 1"), *(_(ARM_TITLE[arm]) for arm in ARMS))
        return table(header, rows)


def _bmi(patients: pd.DataFrame) -> "pd.Series[float]":
    both = zip(patients["weight_kg"], patients["height_cm"], strict=True)
    return pd.Series([bmi(weight_kg, height_cm) for weight_kg, height_cm in both], dtype=float)


def _cells(row: "pd.Series[Any]") -> tuple[str, ...]:
    names = [f"{arm}_{name}" for arm in ARMS for name in ("volume_ml", "igm_day7_p50")]
    return tuple(in_signs(f"{row[name]:.1f}") for name in names)


def _table_behind(columns: Mapping[str, tuple[str, Any]]) -> Markup:
    """Quantiles of each column, with the decimals that such a quantity has."""
    rows = [
        (label, *(number_text(value, decimals_of(name) or 0, padded=True) for value in quantiles))
        for label, (name, values) in columns.items()
        for quantiles in ([float(values.quantile(share)) for share in SHARES.values()],)
        if len(values)
    ]
    header = (
        _("over the patients"),
        *(in_signs(f"{100 * share:g} %") for share in SHARES.values()),
    )
    if not rows:
        return paragraph(_("No row was accepted."))
    return folded(_("The figure as a table"), table(header, rows))
