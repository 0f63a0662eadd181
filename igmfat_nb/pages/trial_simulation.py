"""Notebook 30: virtual trials, what a design can show, and how many patients it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import ipywidgets as ipw

from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.trial_rates import grid_convergence_figure
from igmfat_nb.reports.trial_document import trial_document
from igmfat_nb.tables import named_results
from igmfat_nb.tables import trial as tables
from igmfat_nb.trial.design import Design, example_or
from igmfat_nb.trial.summary import Scenario, run_grid_here, run_here
from igmfat_nb.widgets.parts.figure import figures_text
from igmfat_nb.widgets.trial.cards import figure_card
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.page import trial_panel
from igmfat_nb.widgets.trial.sample_size_panel import sample_size_panel

#: The field of a design that the grid of the notebook varies.
EFFECT = "endpoint.log_odds_per_day_at_target"


def trial_page(design_path: str = "") -> ipw.VBox:
    """A virtual trial to change, run, watch and cancel; begins with a design file if one is named.

    Raises
    ------
    IgmFatError
        One sentence, if the file is no design.
    """
    model = TrialModel()
    if design_path:
        model.adopt(example_or(design_path))
    return trial_panel(model, trial_document)


def example_figures_text(replicates: int) -> str:
    """The data of the figures of a run of the untouched page, in place of pictures."""
    model = TrialModel(replicates=str(replicates))
    model.run()
    return figures_text(trial_panel(model))


@dataclass(frozen=True, slots=True)
class TrialSimulation:
    """Replicates of one design, summed up."""

    design: Design
    replicates: int
    seed: int
    answer: dict[str, Any]

    @classmethod
    def of(cls, *, design_path: str, replicates: int, seed: int) -> Self:
        """Run a design file, or the example where the path is empty, in this process.

        Parameters
        ----------
        replicates : int
            Virtual trials, 1 to 5,000.
        seed : int
            Of all random numbers, 0 or more.

        Raises
        ------
        IgmFatError
            One sentence, if the file is no design or a number is implausible.
        """
        design = example_or(design_path)
        _block, answer = run_here(design, replicates, seed)
        return cls(design, replicates, seed, answer)

    def summary_text(self) -> str:
        """What both arms gave, and how often the test rejected."""
        return "\n".join(tables.trial_lines(self.answer))

    def single_trial_text(self) -> str:
        """The first replicate analysed as one trial."""
        return tables.single_trial_text(self.design, self.seed)

    def immortal_time_text(self) -> str:
        """Deaths by the target reached or not, without any effect."""
        return tables.immortal_time_text(self.design, self.seed, self.replicates)

    def grid(self, effects: Sequence[float]) -> "TrialGrid":
        """The same over the design's own grid, or over these log odds a day at target."""
        grid = {EFFECT: list(effects)}
        return TrialGrid(run_grid_here(self.design, grid, self.replicates, self.seed))

    def results(self) -> dict[str, Any]:
        """Named results of the replicates."""
        return named_results.trial_results(self.answer)


@dataclass(frozen=True, slots=True)
class TrialGrid:
    """Every scenario of a grid, each run with the same seed."""

    family: Sequence[Scenario]

    def text(self) -> str:
        """Rejections by direction, cost and volume of each scenario."""
        return tables.grid_text(self.family)

    def figure(self) -> ipw.VBox:
        """How the rejection rates settle over the replicates."""
        return figure_card(grid_convergence_figure(self.family))

    def figure_text(self) -> str:
        """The data of the figure, in place of a picture."""
        return figure_text(grid_convergence_figure(self.family))

    def results(self) -> dict[str, Any]:
        """Named results of each scenario."""
        return named_results.grid_results(self.family)


@dataclass(frozen=True, slots=True)
class SampleSizes:
    """Two mortalities and a drop-out, as shares, to be told apart by a trial."""

    control_mortality: float
    treated_mortality: float
    dropout: float

    def view(self) -> ipw.VBox:
        """Fields to change and patients by four formulas; opens with these values."""
        return sample_size_panel(
            control=self.control_mortality,
            treated=self.treated_mortality,
            dropout=self.dropout,
        )

    def text(self) -> str:
        """Patients in each arm by four formulas; what the trial's number could tell."""
        return tables.sample_size_text(self.control_mortality, self.treated_mortality, self.dropout)

    def reconstruction_text(self) -> str:
        """Round assumptions that give the trial's number of patients."""
        return tables.reconstruction_text()

    def results(self) -> dict[str, Any]:
        """Named results: patients by each formula."""
        return named_results.sample_size_results(
            self.control_mortality, self.treated_mortality, self.dropout
        )
