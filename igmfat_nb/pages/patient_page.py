"""What the pages of one patient share: the patient as a notebook's parameters give it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import ipywidgets as ipw

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.pages.as_results import explorer_results
from igmfat_nb.widgets.explorer import as_text
from igmfat_nb.widgets.explorer.inputs import TypedAssumptions
from igmfat_nb.widgets.explorer.model import BAND_SEED, SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.parts.figure import figures_text
from igmfat_nb.widgets.parts.moment import local_time


@dataclass(frozen=True, slots=True)
class PatientPage(ABC):
    """One patient on a page: widgets to change the inputs, the same as text and as results.

    A page follows the inputs: text and results are of what is entered when they are asked for.
    """

    model: ExplorerModel

    #: Whether the titres over two weeks are computed, beside the doses of today.
    with_course: ClassVar[bool] = True
    #: Whether the page says when its doses were calculated.
    with_clock: ClassVar[bool] = True

    @classmethod
    def of(
        cls,
        *,
        sex: str,
        age_text: str,
        height_text: str,
        weight_text: str,
        haematocrit_text: str,
        igm_text: str,
        igm_unit: str,
        answers: Mapping[str, str],
        seed: int = BAND_SEED,
        **assumptions: str,
    ) -> Self:
        """Return the page that opens with the parameters of a notebook, by their names.

        Parameters
        ----------
        answers : mapping of str to str
            Code of a criterion or contraindication to yes, no or unknown.
        seed : int
            Of the virtual patients behind the bands, 0 or more.
        **assumptions
            Of ``TypedAssumptions``; a typed number's name ends in ``_text``.

        Raises
        ------
        UnreadableInput
            If a parameter is of another type. A patient who cannot be read raises
            nothing: the page and the text say what was refused.
        """
        typed = TypedPatient(
            sex, age_text, height_text, weight_text, haematocrit_text, igm_text, igm_unit
        )
        named = {name.removesuffix("_text"): text for name, text in assumptions.items()}
        clock = local_time if cls.with_clock else None
        choices, with_course = TypedAssumptions(**named), cls.with_course
        return cls(
            ExplorerModel.of(
                typed, answers, choices, seed=seed, with_course=with_course, clock=clock
            )
        )

    @classmethod
    def example(cls, *, answers: Mapping[str, str] | None = None) -> Self:
        """Return the page of the synthetic patient, who is the same at every run."""
        return cls(ExplorerModel.of(SYNTHETIC_PATIENT, answers, with_course=cls.with_course))

    @abstractmethod
    def view(self) -> ipw.VBox:
        """Build the page's widgets on the patient."""

    def eligibility_text(self) -> str:
        """The verdict and every criterion with its answer."""
        return as_text.eligibility_text(self.model.outcome)

    def doses_text(self) -> str:
        """Both doses of today with their working; or what is missing or refused."""
        return as_text.doses_text(self.model.outcome)

    def course_text(self) -> str:
        """Titres at whole days, the day plan and the assumptions; or what is missing."""
        return as_text.course_text(self.model.outcome)

    def figures_text(self) -> str:
        """The data of the page's figures, in place of a picture."""
        return figures_text(self.view())

    def results(self) -> dict[str, Any]:
        """Named results: verdict, both doses, titres; or why there is none."""
        return explorer_results(self.model.outcome)
