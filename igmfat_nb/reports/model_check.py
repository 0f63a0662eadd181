"""The model check: recorded titres beside their forecasts; notebook 93 calls one part a cell."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from igmfat_nb.courses.clearance import weights_text
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.figures import scoring as figures
from igmfat_nb.files import sha256
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text, quantity_text, text_table
from igmfat_nb.protocol import scoring
from igmfat_nb.reports.choices import scenario_named, synthesis_named, weights_named
from igmfat_nb.reports.run_record import run_record_section
from igmfat_nb.reports.section import Figure, Headed, Section, paragraph, sentences, table, titled
from igmfat_nb.scoring.checks import Checks, run_checks
from igmfat_nb.scoring.fits import patient_fits, reading_table, shrinkage
from igmfat_nb.scoring.folder import CaseFile, ScoredFolder, case_files, kept_scores, score_files
from igmfat_nb.scoring.measures import Measure, calibration, measures, pit_counts, with_intervals
from igmfat_nb.scoring.npde import npde_tests
from igmfat_nb.scoring.settings import SCORED, Settings
from igmfat_nb.scoring.simulated import FAULTS, Fault, simulated_folder
from igmfat_nb.scoring.table import forecasts, parts, prediction_table
from igmfat_nb.scoring.verdict import SCENARIO_WORDS, verdict
from igmfat_nb.scoring.vpc import predictive_check
from igmfat_nb.tables import scoring as tables
from igmfat_nb.units import given_text, whole
from igmfat_nb.widgets.parts.appearance import is_served

MOST_SHOWN = 200
EXAMPLE_PATIENTS, EXAMPLE_SEED = 12, 1


@dataclass(frozen=True)
class ModelCheck:
    """A scored folder; every part of the document is one of its methods."""

    scored: ScoredFolder
    inputs: dict[str, str]

    @classmethod
    def of_folder(
        cls,
        cases_folder: str,
        *,
        fault: str = "none",
        scenario: str,
        scenario_weights: str = "",
        synthesis: str,
        particles: int = scoring.SCORE_PARTICLES.value,
        seed: int,
        scores_file: str = "",
    ) -> "ModelCheck":
        """Score a folder in this process; empty: simulated patients, with a fault or none.

        Raises
        ------
        IgmFatError
            One sentence, if the folder or a setting is not usable.
        """
        folder = given_text(cases_folder, "cases_folder")
        settings = settings_of(
            scenario=scenario,
            scenario_weights=given_text(scenario_weights, "scenario_weights"),
            synthesis=synthesis,
            particles=whole(particles, "particles"),
            seed=whole(seed, "seed"),
        )
        files = case_files(Path(folder)) if folder else _example(fault)
        kept = given_text(scores_file, "scores_file")
        scored = score_files(files, settings, kept=kept_scores(Path(kept)) if kept else None)
        digests = "".join(sha256(file.content) for file in files)
        named = _("{n} case files").format(n=number_text(len(files)))
        return cls(scored, {named: sha256(digests.encode())})

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Every prediction, a row."""
        return prediction_table(self.scored)

    @cached_property
    def checks(self) -> Checks:
        """The answers to the six questions."""
        return run_checks(self.scored, self.predictions)

    @property
    def _own(self) -> pd.DataFrame:
        return forecasts(self.predictions, self.scored.settings.scenario)

    def heading(self) -> Section:
        """What was read, what is judged, and the verdict."""
        cases, refused = len(self.scored.cases), len(self.scored.refused)
        line = _("read {read} = scored {scored} + refused {refused}; judged: {scenario}").format(
            read=number_text(cases + refused),
            scored=number_text(cases),
            refused=number_text(refused),
            scenario=_(SCENARIO_WORDS[self.scored.settings.scenario]),
        )
        said = verdict(self.scored, self.predictions, self.checks)
        title = _("IgM-FAT protocol: is the model right?")
        html = Markup() if is_served() else titled(title, 1)  # a page has its own
        html += paragraph(_(NOTICE), "ig-notice") + paragraph(said[0], "ig-verdict")
        return Section("", html + sentences(said[1:]) + paragraph(line, "ig-note"))

    def questions(self) -> Section:
        """The six checks."""
        header, rows = tables.check_rows(self.checks)
        html = table(header, rows, "ig-words") + paragraph(tables.alarm_sentence(), "ig-note")
        return Section(_("Checks"), html)

    def measures(self) -> Section:
        """Every measure under every scenario, from at least the first titre."""
        rng = np.random.default_rng(self.scored.settings.seed)
        resamples = scoring.RESAMPLES.value
        found: dict[str, dict[str, Measure]] = {
            name: with_intervals(forecasts(self.predictions, name), resamples=resamples, rng=rng)
            for name in self.scored.settings.scenarios
        }
        note = _(
            "Each titre but the first, predicted from all titres before it; in brackets 95 %"
            " intervals by resampling patients. Bias is measured minus predicted, over measured."
            " A higher log score and a lower CRPS are better."
        )
        header, rows = tables.measure_rows(found)
        html = table(header, rows) + paragraph(note, "ig-note") + self._mean_weights()
        return Section(_("How the forecasts did"), html)

    def _mean_weights(self) -> Any:
        last = [case["weights"][-1] for case in self.scored.cases if case["weights"]]
        if not last:
            return paragraph("")
        native, intermediate, fast = (100 * np.mean(last, axis=0)).tolist()
        line = _(
            "Averaged, after each patient's last titre the scenarios weigh on average: native"
            " {native} %, intermediate {intermediate} %, fast {fast} %."
        )
        numbers = {"native": native, "intermediate": intermediate, "fast": fast}
        return paragraph(line.format(**{k: number_text(v) for k, v in numbers.items()}))

    def by_part(self) -> Section:
        """A priori and by titres known; by day, arm, centre, and after events."""
        header, rows = tables.part_rows(parts(self.predictions, self.scored.settings.scenario))
        note = _(
            "A priori: from the body, the doses and titres at shock alone, without any titre; where"
            " doses followed from titres, they tell of them, so it is an approximation."
        )
        html = table(header, rows) + paragraph(note, "ig-note")
        return Section(_("By titres known, day, arm, centre, event"), html, new_page=True)

    def rank_figure(self) -> Headed:
        """PIT histogram."""
        drawn = figures.pit_figure(pit_counts(self._own))
        return Headed(
            _("Where titres fell in their predictions"),
            _("Bars as high as one another where all is well; 95 % of chance lies between the"
              " dotted lines (PIT)."),
            Figure(drawn, _("Measured titres among their predictions: even where all is well.")),
        )  # fmt: skip

    def calibration_figure(self) -> Headed:
        """The chance of the target as forecast, and what came."""
        found = calibration(self._own, self.scored.settings.target_mg_dl)
        said = _("Probability of a measured titre at the target, and how often it came.")
        return Headed(
            _("Was the target reached as forecast?"),
            _("On the dotted line it came as often as forecast; bars are 95 % intervals."),
            Figure(figures.calibration_figure(found), said),
        )

    def observed_figure(self) -> Headed:
        """Observed against predicted."""
        drawn = figures.observed_figure(self._own)
        return Headed(
            _("Measured against predicted titres"),
            _("A point a titre; on the dotted line it is the one predicted."),
            Figure(drawn, _("Measured against predicted titres.")),
        )

    def whole_courses(self) -> Section:
        """What the next figures show, and NPDE."""
        places = [place for case in self.scored.cases for place in case["npde"]]
        tests = npde_tests(places)
        said = _("Too few titres for the tests of whole courses (NPDE).")
        if tests is not None:
            said = _(
                "NPDE of {n} titres: mean {mean} (p {p_mean}), variance {variance} (p"
                " {p_variance}), shape p {p_shape}; together p {p}."
            ).format(
                n=number_text(tests.n),
                mean=number_text(tests.mean, 2),
                variance=number_text(tests.variance, 2),
                p_mean=number_text(tests.p_mean, 3),
                p_variance=number_text(tests.p_variance, 3),
                p_shape=number_text(tests.p_shape, 3),
                p=number_text(tests.p, 3),
            )
        note = _(
            "Whole courses are simulated after the first titre with the doses as given. Doses that"
            " followed from titres would have been others in a simulated patient: an approximation."
            " The forecasts above are none."
        )
        html = paragraph(said) + paragraph(note, "ig-note")
        return Section(_("Whole courses against simulated ones"), html, new_page=True)

    def vpc_figure(self) -> Headed:
        """Visual predictive check."""
        check = predictive_check(self.scored, self.predictions, corrected=False)
        drawn = figures.vpc_figure(check)
        return Headed(
            _("Titres by day"),
            _("Lines: 5, 50 and 95 % of measured titres. Bands: where 95 % of simulated courses"
              " have them."),
            Figure(drawn, _("5, 50 and 95 % of measured titres over those of simulated ones.")),
        )  # fmt: skip

    def corrected_vpc_figure(self) -> Headed:
        """Prediction-corrected visual predictive check."""
        check = predictive_check(self.scored, self.predictions, corrected=True)
        drawn = figures.vpc_figure(check)
        said = _("The same, corrected for what is due to doses and bodies.")
        return Headed(_("Titres by day, prediction-corrected"), said, Figure(drawn, said))

    def below_limit(self) -> Section | Headed:
        """Titres below the assay's limit, in their own panel."""
        check = predictive_check(self.scored, self.predictions, corrected=False)
        if not np.isfinite(np.asarray(check.below, dtype=float)).any():
            return Section("", paragraph(_("No titre lies below the assay's limit."), "ig-note"))
        return Headed(
            _("Titres below the assay's limit"),
            _("Line: share measured. Band: where 95 % of simulated courses have it."),
            Figure(figures.below_figure(check), _("Titres below the assay's limit, by day.")),
        )

    def patients(self) -> Section:
        """Each patient's own fit, worst first."""
        fits = patient_fits(self.scored, self.predictions)
        header, rows = tables.fit_rows(fits, MOST_SHOWN)
        note = _("Worst first; p is of one patient alone: of 100 patients about one is below 0.01.")
        html = table(header, rows) + paragraph(note, "ig-note")
        return Section(_("Each patient's own fit"), html, new_page=True)

    def shrinkage(self) -> Section:
        """How much titres tell of each parameter."""
        header, rows = tables.shrinkage_rows(shrinkage(self.scored))
        note = _("100 % where titres tell nothing of it, 0 % where they tell all.")
        html = table(header, rows) + paragraph(note, "ig-note")
        return Section(_("Shrinkage"), html)

    def doses(self) -> Section:
        """Doses as given in the personalised arm beside each reading of the rule."""
        header, rows = tables.reading_rows(reading_table(self.scored))
        note = _("Every reading is an assumption of this software unless it is marked published.")
        html = table(header, rows) or paragraph(_("No dose of a personalised arm."))
        return Section(_("Doses beside the readings"), html + paragraph(note, "ig-note"))

    def refused(self) -> Section:
        """Every file that is no case, with its sentence."""
        shown = self.scored.refused[:MOST_SHOWN]
        rows = [(one.name, one.centre, one.sentence) for one in shown]
        header = (_("file"), _("centre"), _("why"))
        html = table(header, rows, "ig-words") or paragraph(_("None."))
        return Section(_("Refused files"), html)

    def run_record(self, made_on: str) -> Section:
        """Version, settings, SHA-256 of the cases, date."""
        settings = self.scored.settings
        parameters = {
            "scenario": settings.scenario,
            "scenario_weights": weights_text(settings.weights),
            "synthesis": settings.synthesis,
            "target": quantity_text(settings.target_mg_dl, "mg/dL"),
            "particles": settings.particles,
            "seed": settings.seed,
        }
        return run_record_section(parameters, self.inputs, made_on)

    def as_text(self) -> str:
        """Verdict, checks and measures as plain text: what the stored notebook compares."""
        lines = verdict(self.scored, self.predictions, self.checks)
        header, rows = tables.check_rows(self.checks)
        named = [(name, *row[1:]) for name, row in zip(self.checks, rows, strict=True)]
        found = measures(self._own)
        numbers = [(name, tables.measure_text(name, value)) for name, value in found.items()]
        tabled = text_table(header, named), text_table((_("measure"), _("value")), numbers)
        return "\n\n".join(["\n".join(lines), *tabled])

    def figures_as_text(self) -> str:
        """The data of the figures, in place of pictures."""
        from igmfat_nb.figures.as_text import figure_text

        drawn = (self.rank_figure(), self.calibration_figure(), self.vpc_figure())
        return figure_text(*(one.figure.figure for one in drawn))

    def results(self) -> dict[str, Any]:
        """Named results: measures by scenario, checks, the verdict."""
        said = verdict(self.scored, self.predictions, self.checks)
        named: dict[str, Any] = {
            "cases": len(self.scored.cases),
            "refused": len(self.scored.refused),
            "scenario": self.scored.settings.scenario,
            "verdict": " ".join(said),
        }
        for scenario in self.scored.settings.scenarios:
            found = measures(forecasts(self.predictions, scenario))
            named |= {f"{scenario}_{name}": tables.plain(value) for name, value in found.items()}
        for name, check in self.checks.items():
            named |= {f"{name}_failed": check.failed, f"{name}_p": tables.plain(check.p)}
        return named


def settings_of(
    *, scenario: str, scenario_weights: str, synthesis: str, particles: int, seed: int
) -> Settings:
    """What is judged, from names; ``averaged`` is scored beside it with these weights."""
    known = scenario_named(scenario)
    # Averaged is predicted in any case, so its weights may be stated in any case.
    weights = weights_named(scenario_weights, "averaged")
    if seed < 0 or not 100 <= particles <= 100_000:
        raise UnreadableInput(_("Expected a seed of 0 or more and 100 to 100,000 particles."))
    return Settings(
        scenario=known,
        weights=weights,
        synthesis=synthesis_named(synthesis),
        scenarios=SCORED,
        seed=seed,
        particles=particles,
    )


def _example(fault: str) -> list[CaseFile]:
    known: dict[str, Fault] = {name: name for name in FAULTS}
    if fault not in known:
        message = _("fault is “{fault}”; expected one of {known}.")
        raise UnreadableInput(message.format(fault=fault, known=", ".join(FAULTS)))
    folder = simulated_folder(EXAMPLE_PATIENTS, EXAMPLE_SEED, fault=known[fault])
    return [CaseFile.of_text(name, text) for name, text in folder]
