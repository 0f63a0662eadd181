"""Notebook 23: a ward's table in, one small curve a subject out; what was refused, and why."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from igmfat_nb.case import Case
from igmfat_nb.courses.hours import time_points_h
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.course_grid import LearntCourse, course_grid_figure
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, seen_text, text_table
from igmfat_nb.protocol import constants
from igmfat_nb.reports.choices import scenario_named, synthesis_named
from igmfat_nb.reports.section import Figure, Section, folded, paragraph, sentences, table
from igmfat_nb.titration.from_case import infusions_of_case, learn_course
from igmfat_nb.units import HOURS_PER_DAY, given_text, whole

if TYPE_CHECKING:
    from igmfat_nb.event_tables.importing import Imported

MOST_CURVES = 60
MOST_REASONS = 500
STEP_H = 4.0
_PARTS = ("", "_accepted", "_rejected")


@dataclass(frozen=True, slots=True)
class BringYourCourses:
    """What became of a table, and what each patient's titres teach."""

    found: "Imported"
    courses: list[LearntCourse]
    sheets: str = ""

    @classmethod
    def of_table(
        cls,
        *,
        table_file: str,
        mapping_file: str,
        partial: bool,
        curves: int,
        scenario: str,
        synthesis: str,
        seed: int,
    ) -> Self:
        """Read a table by its mapping; without both, the synthetic one of the package.

        Parameters
        ----------
        table_file, mapping_file : str
            Paths: CSV, XLSX or Parquet; YAML. Both or neither: units are never guessed.
        partial : bool
            Whether a subject is kept without its bad rows.
        curves : int
            1 to 60; of the first subjects accepted.
        scenario, synthesis : str
            Assumed: how fast IgM leaves, what the patients make.
        seed : int

        Raises
        ------
        IgmFatError
            One sentence, if a file or a choice is not usable.
        """
        from igmfat_nb.cohort.text_tables import read_text_table  # pandas: when it is needed
        from igmfat_nb.event_tables import import_rows, read_mapping

        file, mapping = _files(table_file, mapping_file)
        assumptions = Assumptions(scenario_named(scenario), synthesis_named(synthesis))
        count, of_all = _curves(curves), whole(seed, "seed")
        if not isinstance(partial, bool):
            raise UnreadableInput(
                _("partial is “{given}”; expected true or false.").format(given=partial)
            )
        frame = read_text_table(file)
        found = import_rows(frame, read_mapping(mapping), partial=partial)
        sheets = frame.attrs.get("sheets")
        courses = _learnt(found.cases[:count], of_all, assumptions)
        return cls(found, courses, sheets.sentence() if sheets else "")

    def counts(self) -> Section:
        """Rows and subjects read, accepted and rejected; what was not used."""
        return Section("", sentences(self._counted(), "ig-said"))

    def counts_text(self) -> str:
        """The same as text."""
        return "\n".join(self._counted())

    def _counted(self) -> list[str]:
        lines = []
        for unit, name in (("rows", _("rows")), ("subjects", _("subjects"))):
            message = _("{name} read {read} = accepted {accepted} + rejected {rejected}")
            read, accepted, rejected = (
                number_text(self.found.counts[f"{unit}{part}"]) for part in _PARTS
            )
            lines.append(message.format(name=name, read=read, accepted=accepted, rejected=rejected))
        if without := self.found.counts["rows_without_content"]:
            message = _("{n} rows hold no titre, dose or event.")
            lines.append(message.format(n=number_text(without)))
        if self.found.unused:
            names = seen_text(", ".join(self.found.unused))
            lines.append(_("Columns not used: {names}.").format(names=names))
        return [*lines, *filter(None, [self.sheets, self._left_out()])]

    def rejected(self) -> Section:
        """Each reason with its line in the file; lines with the same one stand together."""
        header, *rows = self._rejected()
        together = [
            (_lines([row[0] for row in same]), *what)
            for what, same in ((key, list(found)) for key, found in groupby(rows, lambda r: r[1:]))
        ]
        return Section("", table(header, together, "ig-words") + paragraph(self._further()))

    def rejected_text(self) -> str:
        """The same as text."""
        header, *rows = self._rejected()
        lines = [text_table(header, rows)] if rows else []
        return "\n".join([*lines, *filter(None, [self._further()])])

    def _rejected(self) -> list[tuple[str, ...]]:
        rows = [
            (str(one.line), *map(seen_text, (one.subject, one.column, one.value)), one.sentence)
            for one in self.found.problems[:MOST_REASONS]
        ]
        return [(_("line"), _("subject"), _("column"), _("value"), _("why")), *rows]

    def _further(self) -> str:
        if not self.found.problems:
            return _("No row was rejected.")
        further = len(self.found.problems) - MOST_REASONS
        message = _("{n} further lines; igmfat import-table writes them all to rejected.csv.")
        return message.format(n=number_text(further)) if further > 0 else ""

    def figure(self) -> Figure | Section:
        """The curves; a sentence where no subject was accepted."""
        if not self.courses:
            return Section("", paragraph(_("No subject was accepted: there is no curve.")))
        caption = _(
            "Titres, doses and what the titres taught of {n} patients: median and 90 % band."
        )
        figure = course_grid_figure(self.courses)
        return Figure(figure, caption.format(n=number_text(len(self.courses))))

    def courses_table(self) -> Section:
        """The curves as a table; titres [mg/dL] at hours, doses [mL], day 7 as learnt [mg/dL]."""
        rows = [_row(one) for one in self.courses]
        return Section("", folded(_("The figure as a table"), table(_header(), rows, "ig-words")))

    def courses_text(self) -> str:
        """The same as text."""
        if not self.courses:
            return _("No subject was accepted: there is no curve.")
        return text_table(_header(), [_row(one) for one in self.courses])

    def figure_text(self) -> str:
        """The data of the figure, in place of a picture."""
        return figure_text(course_grid_figure(self.courses)) if self.courses else _("no curve")

    def results(self) -> dict[str, Any]:
        """Named results: every count; of the accepted, titres, doses and their volume."""
        titres = [titre for case in self.found.cases for titre in case.titres]
        doses = [dose for case in self.found.cases for dose in case.doses]
        return {
            **self.found.counts,
            "curves": len(self.courses),
            "titres": len(titres),
            "titres_below_limit": sum(titre.is_limit for titre in titres),
            "titres_asked_about": sum(len(one.outlying_h) for one in self.courses),
            "doses": len(doses),
            "volume_ml": sum(dose.volume_ml for dose in doses),
        }

    def _left_out(self) -> str:
        shown, accepted = len(self.courses), len(self.found.cases)
        message = _("Curves: the first {shown} of {accepted} accepted subjects.")
        if shown == accepted:
            return ""
        return message.format(shown=number_text(shown), accepted=number_text(accepted))


def _files(table_file: str, mapping_file: str) -> tuple[Path, Path]:
    from igmfat_nb.event_tables.examples import ward_paths

    table = given_text(table_file, "table_file")
    mapping = given_text(mapping_file, "mapping_file")
    if not table and not mapping:
        return ward_paths()
    if not mapping:
        message = _(
            "A table needs mapping_file, which names its columns and units;"
            " igmfat import-table --example event writes one to begin with."
        )
        raise MissingInput(message)
    if not table:
        raise MissingInput(_("A mapping needs table_file, the table that it describes."))
    return Path(table), Path(mapping)


def _curves(given: int) -> int:
    count = whole(given, "curves")
    if not 1 <= count <= MOST_CURVES:
        message = _("curves is {given}; expected 1 to {most}.")
        raise ImplausibleInput(message.format(given=given, most=MOST_CURVES))
    return count


def _learnt(cases: list[Case], seed: int, assumptions: Assumptions) -> list[LearntCourse]:
    """What each case teaches by itself, all over the longest course among them."""
    week_h = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY
    time_h = time_points_h(max([week_h, *(_last_h(case) for case in cases)]), STEP_H)
    courses = []
    for case in cases:
        body = case.body_after(case.titres)
        learning = learn_course(
            case, case.titres, case.doses, body, seed=seed, assumptions=assumptions
        )
        band = learning.final.band(time_h, infusions_of_case(case.doses))
        asked = [one.time_h for one in learning.predictions if one.outlying]
        courses.append(LearntCourse(case, time_h, band, asked))
    return courses


def _last_h(case: Case) -> float:
    """The last titre, or the end of the last dose [h]."""
    ends = [dose.start_h + dose.duration_h for dose in case.doses]
    return max([*ends, case.titres[-1].time_h])


def _lines(numbers: list[str]) -> str:
    """Lines one below the other as a range."""
    if len(numbers) == 1:
        return numbers[0]
    return _("{low} to {high}").format(low=numbers[0], high=numbers[-1])


def _header() -> tuple[str, ...]:
    return (
        *(_("subject"), _("arm"), _("titres [mg/dL] at [h]"), _("doses [mL]")),
        *(_("day 7 [mg/dL]"), _("90 % band"), _("asked about [h]")),
    )


def _row(course: LearntCourse) -> tuple[str, ...]:
    case = course.case
    week_h = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY
    at = int(abs(course.time_h - week_h).argmin())
    low, middle, high = (number_text(float(course.band[p][at])) for p in ("p5", "p50", "p95"))
    titres = [f"{one.text(1)} ({number_text(one.time_h, 1)})" for one in case.titres]
    return (
        case.subject,
        _(case.arm) if case.arm else "–",
        ", ".join(titres),
        ", ".join(number_text(dose.volume_ml) for dose in case.doses) or "–",
        middle,
        _("{low} to {high}").format(low=low, high=high),
        ", ".join(number_text(hour, 1) for hour in course.outlying_h) or "–",
    )
