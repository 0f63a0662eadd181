"""Notebook 31: what an answer depends on: the dose equation, and every other assumption."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import ipywidgets as ipw
from markupsafe import Markup

from igmfat_nb.bedside.readings import reading_named
from igmfat_nb.case import MOST_BYTES, Case, read_case
from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.sensitivity import sobol_figure, tornado_figure
from igmfat_nb.files import read_whole
from igmfat_nb.language import _
from igmfat_nb.protocol.exploration import Explored
from igmfat_nb.reports.section import Section, folded, paragraph, sentences, table
from igmfat_nb.sensitivity.patient_model import PatientModel
from igmfat_nb.sensitivity.readings_beside import strongest_lines, weeks_by_reading
from igmfat_nb.sensitivity.study import Study, patient_study
from igmfat_nb.sensitivity.words import output_title, source_address
from igmfat_nb.tables.readings import weeks_note, weeks_rows, weeks_text
from igmfat_nb.tables.sensitivity import (
    sobol_lines,
    sobol_rows,
    sources_rows,
    sources_text,
    tornado_head,
    tornado_lines,
    tornado_rows,
    worth_heading,
    worth_lines,
    worth_sentence,
)
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.units import given_text, whole
from igmfat_nb.widgets.parts.figure import figure_alone

EXAMPLE = "plain-eligible"


@dataclass(frozen=True, slots=True)
class WhatMatters:
    """One patient's answer, and what it depends on."""

    case: Case
    model: PatientModel
    study: Study

    @classmethod
    def of(
        cls, *, case_path: str, reading: str, draws: int, prices: Sequence[float], seed: int
    ) -> Self:
        """Study a case file; an empty path means a synthetic teaching case.

        Parameters
        ----------
        case_path : str
        reading : str
            Name of a reading, or a YAML file; that of the case where it is empty.
        draws : int
            Base size of Sobol's sequence, a power of two.
        prices : sequence of float
            Hours at target that 100 mL must be worth.
        seed : int

        Raises
        ------
        IgmFatError
            One sentence, if the file is no case, its first titre no number, or a choice unknown.
        """
        path = given_text(case_path, "case_path")
        case = (
            read_case(read_whole(Path(path), MOST_BYTES)) if path else teaching_case(EXAMPLE).case
        )
        chosen = given_text(reading, "reading")
        rule = reading_named(chosen).rule() if chosen else case.rule()
        model = PatientModel(case.patient(), rule)
        study = patient_study(
            model, draws=whole(draws, "draws"), seed=whole(seed, "seed"), prices=list(prices)
        )
        return cls(case, model, study)

    def readings(self) -> Section:
        """Every reading for this patient, and whose they are."""
        rows = weeks_rows(weeks_by_reading(self.model))
        return Section("", table(rows[0], rows[1:]) + paragraph(weeks_note(), "ig-note"))

    def strongest(self) -> Section:
        """The three assumptions that move the volume most."""
        return Section("", sentences(strongest_lines(self.model), "ig-said"))

    def values(self) -> Section:
        """The values of every output, each output to be opened."""
        html = Markup()
        for output in self.study.outputs:
            rows, found = tornado_rows(self.study, output), self.study.indices[output]
            shares = sobol_rows(found) if found else [()]
            alone = [row[:-1] for row in rows]  # the table of ranges leads to the sources
            html += folded(
                tornado_head(self.study, output),
                table(alone[0], alone[1:], "ig-words") + table(shares[0], shares[1:]),
            )
        return Section("", html)

    def worth(self) -> Section:
        """What is worth measuring, at each price."""
        said = [worth_sentence(one) for one in self.study.worth]
        return Section("", paragraph(worth_heading(self.study)) + sentences(said, "ig-said"))

    def sources(self) -> Section:
        """Every range with its reason and its distribution; a name leads to its entry."""
        header, *rows = sources_rows(self.study)
        shown = [
            (_named(bar.explored), f"{row[1]}; {_(row[2])}", row[3])
            for bar, row in zip(self.study.bars, rows, strict=True)
        ]
        return Section("", table((header[0], header[1], header[3]), shown, "ig-words"))

    def readings_text(self) -> str:
        """Every reading for this patient."""
        return weeks_text(weeks_by_reading(self.model))

    def strongest_text(self) -> str:
        """The three assumptions that move the volume most."""
        return "\n".join(f"- {line}" for line in strongest_lines(self.model))

    def tornado(self, *, output: str) -> ipw.Box:
        """One output: each assumption alone."""
        return figure_alone(tornado_figure(self.study, output), output_title(output))

    def indices(self, *, output: str) -> ipw.Box:
        """One output: shares of its variance."""
        rows = self.study.indices[output] or []
        return figure_alone(sobol_figure(rows, output), output_title(output))

    def tables_text(self) -> str:
        """Tornado and indices of every output."""
        parts = []
        for output in self.study.outputs:
            parts.append("\n".join(tornado_lines(self.study, output)))
            parts.append("\n".join(sobol_lines(output, self.study.indices[output])))
        return "\n\n".join(parts)

    def worth_text(self) -> str:
        """What is worth measuring, at each price."""
        return "\n".join(worth_lines(self.study))

    def sources_text(self) -> str:
        """Every range with its reason, its distribution and its entry."""
        return sources_text(self.study)

    def figures_text(self) -> str:
        """The data of the figures, in place of pictures."""
        return figure_text(
            *(tornado_figure(self.study, output) for output in self.study.outputs),
            sobol_figure(self.study.indices["hours_at_target"] or [], "hours_at_target"),
        )

    def results(self) -> dict[str, Any]:
        """Named results: the strongest assumption for each output, and what to measure first."""
        named: dict[str, Any] = {"subject": self.case.subject}
        for output in self.study.outputs:
            ranked = self.study.ranked(output)
            named[f"strongest_{output}"] = ranked[0].explored.name if ranked else _("nothing")
        for priced in self.study.worth:
            told = [one.name for one in priced.decision.worths if one.is_told]
            named[f"measure_first_at_{priced.price:g}"] = told[0] if told else None
        return named


def _named(one: Explored) -> Markup:
    """An assumption's name, leading to its entry where that is on another page."""
    link = Markup('<a href="{}">{}</a>') if one.constant else Markup("{1}")
    return link.format(source_address(one), _(one.title))
