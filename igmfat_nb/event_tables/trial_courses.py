"""The patients of a saved virtual trial as courses, to be written as an event table."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.event_tables.exporting import Course, TitreRow
from igmfat_nb.event_tables.mapping import STOPPED
from igmfat_nb.protocol import titration
from igmfat_nb.trial.replicate import Detail, block_replicates, run_detail
from igmfat_nb.trial.runs import Run, saved_run
from igmfat_nb.trial.week import DAY_H, DAYS

_ARM = {"standard": "standard", "deficit": "personalised"}
_SCENARIOS = "scenario-*"


def saved_runs(folder: Path) -> list[tuple[str, Run, int]]:
    """A run, or every scenario of a grid's folder: prefix of its subjects, run, replicates.

    Raises
    ------
    MissingInput
        If there is neither.
    """
    parts = sorted(path for path in folder.glob(_SCENARIOS) if path.is_dir())
    if not parts:
        return [("", *saved_run(folder))]
    return [(f"s{path.name.rpartition('-')[2]}-", *saved_run(path)) for path in parts]


def trial_courses(run: Run, replicates: int, prefix: str = "") -> Iterator[Course]:
    """Every patient as followed until death or day 7; the replicates in their order.

    Titres are the measured ones, doses what ran; hours as a case takes them. The arm of a rule
    that is none of the trial's stands in the notes.
    """
    size = block_replicates(run.design)
    for first in range(0, replicates, size):
        detail = run_detail(run.design, run.seed, first, min(size, replicates - first))
        courses = [one for number in range(len(detail.arms)) for one in _arm(run, detail, number)]
        for (replicate, patient), course in sorted(courses, key=lambda pair: pair[0]):
            name = f"{prefix}r{first + replicate}-p{patient}"
            yield course(name)


def _arm(run: Run, detail: Detail, number: int) -> Iterator[tuple[tuple[int, int], "_Build"]]:
    places, _week, _outcome = detail.arms[number]
    for column, place in enumerate(places.tolist()):
        n = run.design.patients
        yield (place // n, place % n + 1), _Build(run, detail, number, column, place)


class _Build:
    """One patient of a block, put together once its name is known."""

    def __init__(self, run: Run, detail: Detail, number: int, column: int, place: int) -> None:
        self._arm, self._column = run.design.arms[number], column
        _places, self._week, self._outcome = detail.arms[number]
        enrolled = detail.enrolled[place // run.design.patients]
        self._people, self._at = enrolled.patients, place % run.design.patients
        self._centre = int(enrolled.centre[self._at]) + 1

    def __call__(self, name: str) -> Course:
        death_h = float(self._outcome.death_h[self._column])
        stopped_h = resolved_h(float(self._people.vasopressor_h[self._at]))
        stops = 0 <= stopped_h <= min(death_h, titration.COURSE_TIME_RANGE.value[1])
        return Course(
            subject=name,
            sex="male" if self._body("male") else "female",
            age_years=self._body("age_years"),
            height_cm=self._body("height_cm"),
            weight_kg=self._body("weight_kg"),
            haematocrit=self._body("haematocrit"),
            arm=_ARM.get(self._arm.rule),
            titres=list(self._titres(death_h)),
            doses=list(self._doses()),
            events=[(stopped_h, STOPPED)] if stops else [],
            notes=f"Simulated: centre {self._centre}, arm {self._arm.name}.",
        )

    def _body(self, name: str) -> float:
        return float(getattr(self._people, name)[self._at])

    def _titres(self, death_h: float) -> Iterator[TitreRow]:
        for day in range(DAYS):
            measured = float(self._week.measured_mg_dl[day, self._column])
            if math.isfinite(measured) and day * DAY_H < death_h:
                yield TitreRow(float(day * DAY_H), measured)

    def _doses(self) -> Iterator[tuple[float, float, float]]:
        rate = float(np.asarray(self._week.rate_ml_h)[self._column])
        for day in range(DAYS):
            volume_ml = float(self._outcome.given_ml[day, self._column])
            if volume_ml > 0:
                start_h = resolved_h(float(self._week.start_h[day, self._column]))
                yield start_h, volume_ml, resolved_h(volume_ml / rate)
