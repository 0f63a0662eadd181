"""The parts of a virtual trial's report: notebook 91 calls one a cell."""

from dataclasses import dataclass
from typing import Any, Self

from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.trial import difference_figure, flow_figure
from igmfat_nb.figures.trial_rates import convergence_figure
from igmfat_nb.language import _, mark
from igmfat_nb.reports.section import Figure
from igmfat_nb.tables.named_results import trial_results
from igmfat_nb.tables.trial import single_trial_text, trial_lines
from igmfat_nb.trial.design import Design, example_or
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.summary import run_here

SHARE = mark("Mean share of time at 100 mg/dL or above")


@dataclass(frozen=True, slots=True)
class TrialReport:
    """Replicates of one design; every part is one of its methods."""

    design: Design
    seed: int
    block: Block
    answer: dict[str, Any]

    @classmethod
    def of(cls, *, design_path: str, replicates: int, seed: int) -> Self:
        """Run a design file, or the example where the path is empty, in this process.

        Raises
        ------
        IgmFatError
            One sentence, if the file is no design or a number is implausible.
        """
        design = example_or(design_path)
        block, answer = run_here(design, replicates, seed)
        return cls(design, seed, block, answer)

    def summary_text(self) -> str:
        """What both arms gave, and how often the test rejected."""
        return "\n".join(trial_lines(self.answer))

    def participant_flow(self) -> Figure:
        """Screened, excluded, allocated, analysed, of the first replicate."""
        return Figure(
            flow_figure(self.design, self.block), _("Participant flow of the first replicate")
        )

    def time_at_target(self) -> Figure:
        """The share of time at the target in both arms, trial by trial."""
        metric = "fraction_of_time_at_target"
        return Figure(difference_figure(self.design, self.block, metric, _(SHARE)), _(SHARE))

    def convergence(self) -> Figure:
        """How the power, or the type I error, settles over the replicates."""
        return Figure(
            convergence_figure(self.design, self.block),
            _("Share of trials that find fewer or more deaths, by replicates"),
        )

    def figures_text(self) -> str:
        """The data of the three figures, in place of pictures."""
        drawn = (self.participant_flow(), self.time_at_target(), self.convergence())
        return figure_text(*(one.figure for one in drawn))

    def single_trial_text(self) -> str:
        """The first replicate analysed as one trial."""
        return single_trial_text(self.design, self.seed)

    def results(self) -> dict[str, Any]:
        """Named results of the replicates."""
        return trial_results(self.answer)
