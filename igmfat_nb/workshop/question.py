"""What a question is: a prompt, the package's own answer, and what a slip would give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from igmfat_nb.case import Case
from igmfat_nb.teaching_cases import TeachingCase, teaching_case
from igmfat_nb.workshop.drawing import Picture

#: What a question is explored with afterwards.
Explorer = Literal["patient", "course", "trial", "sample size"]


class Figure(Protocol):
    """What stands beside a question about a case, before and after it is solved."""

    def __call__(self, case: Case, /, *, solved: bool) -> Picture:
        """Draw it."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake that people make, and the number it leads to.

    Attributes
    ----------
    key : str
        Short name, for the class picture.
    value : callable
        From the case to the number that this mistake gives.
    sentence : str
        What went wrong.
    """

    key: str
    value: Callable[[Case], float]
    sentence: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; ``reason`` says why it is not the answer, where it is not."""

    key: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question has.

    Attributes
    ----------
    key : str
        Stable over versions: files of participants name it.
    title : str
        What it is about, in three or four words.
    case_name : str
        Teaching case it is about.
    reason : str
        The rule behind the answer, said when an answer is wrong.
    hints : tuple of str
        Two levels.
    working : callable
        The worked solution, a line a step.
    point : str
        What this question teaches, said below its figure once it is solved.
    figure : callable
        From the case, and whether the question is solved, to what stands beside it.
    about_patient : bool
        Whether its case is a patient to read about, or only numbers to explore with.
    explorer : str
        What is explored afterwards, with the case filled in.
    """

    key: str
    title: str
    case_name: str
    prompt: str
    reason: str
    hints: tuple[str, str]
    working: Callable[[Case], Sequence[str]]
    point: str
    figure: Figure
    about_patient: bool = True
    explorer: Explorer = "patient"

    @property
    def teaching_case(self) -> TeachingCase:
        """The case with its vignette."""
        return teaching_case(self.case_name)

    @property
    def case(self) -> Case:
        """The case file."""
        return self.teaching_case.case


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(Question):
    """A number in ``unit``, right within ``tolerance`` of what ``truth`` computes."""

    unit: str
    truth: Callable[[Case], float]
    tolerance: float
    decimals: int = 0
    slips: tuple[Slip, ...] = ()

    @property
    def expected(self) -> float:
        """The package's answer."""
        return self.truth(self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(Question):
    """One of several; ``truth`` computes the key of the right one."""

    options: tuple[Option, ...]
    truth: Callable[[Case], str]

    @property
    def expected(self) -> str:
        """The key of the right option."""
        return self.truth(self.case)


AnyQuestion = NumberQuestion | ChoiceQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Twenty to thirty minutes: an aim, questions about cases, what to take home."""

    key: str
    title: str
    aim: str
    minutes: int
    questions: tuple[AnyQuestion, ...]
    take_home: tuple[str, ...]

    def question(self, key: str) -> AnyQuestion | None:
        """Return a question of this lesson, or None."""
        return next((one for one in self.questions if one.key == key), None)
