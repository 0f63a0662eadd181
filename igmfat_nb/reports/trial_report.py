"""The parts of a virtual trial's report: notebook 91 calls one a cell."""

from dataclasses import dataclass
from typing import Any, Self

from markupsafe import Markup

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.trial import titre_figure
from igmfat_nb.figures.trial_parts import figure_of
from igmfat_nb.figures.trial_rates import convergence_figure
from igmfat_nb.files import sha256
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE
from igmfat_nb.reports.run_record import run_record_section
from igmfat_nb.reports.section import Figure, Headed, Section, made, paragraph, split, titled
from igmfat_nb.tables.named_results import trial_results
from igmfat_nb.tables.trial import single_trial_text, trial_lines
from igmfat_nb.trial.design import example_or
from igmfat_nb.trial.design_text import design_yaml
from igmfat_nb.trial.power import block_verdicts
from igmfat_nb.trial.words import arm_words, deaths_text
from igmfat_nb.units import whole
from igmfat_nb.widgets.parts.page import style_sections
from igmfat_nb.widgets.trial import markup
from igmfat_nb.widgets.trial.cards import curve_of, curves_shown
from igmfat_nb.widgets.trial.run import Finished, Pair
from igmfat_nb.widgets.trial.verdict import curve_sentence

_FIGURE_PX = 250  # three of them on a sheet
_STYLES = (
    "Tables and lists",
    "A virtual trial: the design left, the answer right, one trial below",
)


@dataclass(frozen=True, slots=True)
class TrialReport:
    """Replicates of one design, with its effect and without; every part is one of its methods."""

    finished: Finished
    design_name: str

    @classmethod
    def of(cls, *, design_path: str, replicates: int, seed: int) -> Self:
        """Run a design file, or the example where the path is empty, in this process.

        Raises
        ------
        IgmFatError
            One sentence, if the file is no design or a number is implausible.
        """
        design = example_or(design_path)
        replicates, seed = whole(replicates, "replicates"), whole(seed, "seed")
        pair = Pair(design, seed)
        for first, count in pair.tasks(replicates):
            pair.run(first, count)
        finished = pair.finished(replicates, None)
        if finished is None:
            message = _("replicates is {replicates}; expected 1 or more.")
            raise ImplausibleInput(message.format(replicates=replicates))
        return cls(finished, design_path)

    def parts(self, made_on: str) -> tuple[Section | Figure | Headed, ...]:
        """All of them in the notebook's order, for a document that needs no notebook."""
        return (
            self.heading(),
            self.how_often(),
            self.doses(),
            self.titres(),
            self.titre_figure(),
            self.power(),
            self.power_figure(),
            self.convergence(),
            self.single_trial(),
            self.immortal_time(),
            self.run_record(made_on),
        )

    def heading(self) -> Section:
        """The verdict first; what the design assumes beside it."""
        design = self.finished.design
        first, second = arm_words(design)
        facts = [
            (_("Arms"), _("{first} against {second}").format(first=first, second=second), ""),
            (_("Patients"), str(design.patients), ""),
            (_("Assumed of deaths"), deaths_text(design), ""),
            (_("Trials"), str(self.finished.trials), ""),
        ]
        html = paragraph(_(NOTICE), "ig-notice")
        html += made("identity", _("Virtual trial"), facts)
        html += _card(markup.verdict_card(self.finished))
        return Section("", html, styles=style_sections(*_STYLES))

    def how_often(self) -> Section:
        """Operating characteristics with their intervals."""
        return Section(_("How often"), _card(markup.how_often(self.finished)))

    def doses(self) -> Section:
        """What each arm uses, wastes and costs; an effect that no titre explains is said."""
        return Section(_("Doses and cost"), _card(markup.doses_table(self.finished)))

    def titres(self) -> Section:
        """Time at target in words; the figure stands below."""
        return Section(_("Time at target"), _card(markup.titre_sentence(self.finished)))

    def titre_figure(self) -> Figure:
        """Serum IgM over the week in both arms."""
        figure = titre_figure(self.finished.design, self.finished.bands)
        figure.update_layout(height=_FIGURE_PX)
        return Figure(figure, _("Serum IgM over the week, median and 5 to 95 % of patients."))

    def power(self) -> Section:
        """How many patients the usual power takes."""
        curves = curves_shown(self.finished)
        said = curve_sentence(curves) if curves else ""
        return Section(_("More or fewer patients"), paragraph(said))

    def power_figure(self) -> Figure:
        """Power over the number of patients, enumerated, and this run among it."""
        figure = figure_of(curve_of(self.finished))
        figure.update_layout(showlegend=False, height=_FIGURE_PX)
        return Figure(figure, _("Power against the number of patients."))

    def convergence(self) -> Section | Headed:
        """How the power, or the type I error, settles; nothing where no trial finds anything."""
        if not block_verdicts(self.finished.design, self.finished.block).any():
            return Section("", Markup())
        figure = convergence_figure(self.finished.design, self.finished.block)
        figure.update_layout(height=_FIGURE_PX)
        said = _("Share of trials that find fewer or more deaths, by replicates")
        return Headed(_("As the trials add up"), f"{said}.", Figure(figure, said))

    def single_trial(self) -> Section:
        """The first trial as its authors would see it: who took part, what it would say."""
        single = self.finished.single
        left = titled(_("One trial: who took part"), 2) + _card(markup.flow(single))
        right = titled(_("One trial: what it would say"), 2) + _card(markup.forest(single))
        return Section("", split(left, right), new_page=True)

    def immortal_time(self) -> Section:
        """Immortal time bias as a picture, in the same patients without any effect."""
        return Section(_("Immortal time bias"), _card(markup.trap(self.finished)))

    def run_record(self, made_on: str) -> Section:
        """Version, parameters, SHA-256 of the design and of the results, date."""
        finished = self.finished
        parameters = {
            "design_path": self.design_name,
            "replicates": finished.trials,
            "seed": finished.seed,
        }
        inputs = {
            _("the design"): sha256(design_yaml(finished.design).encode()),
            _("the results"): finished.answer["result_sha256"],
        }
        return run_record_section(parameters, inputs, made_on)

    def summary_text(self) -> str:
        """What both arms gave, and how often the test rejected."""
        return "\n".join(trial_lines(self.finished.answer))

    def figures_text(self) -> str:
        """The data of the figures, in place of pictures."""
        settling = self.convergence()
        drawn = [self.titre_figure(), self.power_figure()]
        drawn += [settling.figure] if isinstance(settling, Headed) else []
        return figure_text(*(one.figure for one in drawn))

    def single_trial_text(self) -> str:
        """The first replicate analysed as one trial."""
        return single_trial_text(self.finished.design, self.finished.seed)

    def results(self) -> dict[str, Any]:
        """Named results of the replicates."""
        return trial_results(self.finished.answer)


def _card(html: str) -> Markup:
    """Parts of the page in their own styles; they are markup of our templates."""
    return Markup('<div class="ig-card ig-flat">{}</div>').format(Markup(html))  # noqa: S704
