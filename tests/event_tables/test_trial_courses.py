"""Patients of virtual trials as an event table, a grid's too; they come back exactly."""

import numpy as np
import pandas as pd
import pytest

from igmfat_nb.cohort.text_tables import read_text_table
from igmfat_nb.event_tables import import_rows, read_mapping
from igmfat_nb.event_tables.examples import own_text
from igmfat_nb.event_tables.exporting import course_of, event_rows, write_events
from igmfat_nb.event_tables.trial_courses import saved_runs, trial_courses
from igmfat_nb.trial.design import example_or
from igmfat_nb.trial.export import exported
from igmfat_nb.trial.replicate import run_block
from igmfat_nb.trial.runs import Run


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A grid's folder with two scenarios of twelve patients, two replicates each."""
    folder = tmp_path_factory.mktemp("grid")
    for number, missed in ((1, 0.0), (2, 0.3)):
        example = example_or("")
        truth = example.truth.model_copy(update={"missed_samples": missed})
        design = example.model_copy(update={"truth": truth, "patients": 12})
        run = Run(design, 7, folder / f"scenario-{number:03d}")
        list(run.blocks(2, lambda tasks, one=design: [run_block(one, 7, *tasks[0])]))
    return saved_runs(folder)


def written(runs, path):
    courses = [c for prefix, run, count in runs for c in trial_courses(run, count, prefix)]
    with path.open("w", encoding="utf-8", newline="") as file:
        list(write_events(courses, file))
    return courses


def test_every_patient_of_a_grid_comes_back_exactly(runs, tmp_path):
    courses = written(runs, tmp_path / "events.csv")
    (tmp_path / "own.yaml").write_text(own_text(), encoding="utf-8")

    found = import_rows(
        read_text_table(tmp_path / "events.csv"), read_mapping(tmp_path / "own.yaml")
    )

    assert found.problems == []
    assert len(found.cases) == len(courses) == 48
    assert {case.subject.split("-")[0] for case in found.cases} == {"s001", "s002"}
    for course, case in zip(courses, found.cases, strict=True):
        assert event_rows(course_of(case), 1) == event_rows(course, 1)


def test_the_rows_are_those_of_the_trials_own_tables(runs, tmp_path):
    (prefix, run, count), *_others = runs
    written([runs[0]], tmp_path / "events.csv")
    days = pd.concat([daily for _patients, daily in exported(run, count)])
    names = prefix + "r" + days["replicate"].astype(str) + "-p" + days["patient"].astype(str)

    events = pd.read_csv(tmp_path / "events.csv", na_values=".")

    assert events["SUBJECT"].nunique() == names.nunique() == 24
    titres = events[events["EVID"] == 0].set_index(["SUBJECT", "TIME"])["DV"]
    measured = days.assign(SUBJECT=names, TIME=24.0 * (days["study_day"] - 1))
    measured = measured.dropna(subset="measured_igm_mg_dl")
    measured = measured.set_index(["SUBJECT", "TIME"])["measured_igm_mg_dl"]
    assert titres.sort_index().to_dict() == measured.sort_index().to_dict()
    doses = events[events["EVID"] == 1].groupby("SUBJECT")["AMT"].sum() / 6
    given = days.assign(SUBJECT=names).groupby("SUBJECT")["volume_ml"].sum()
    assert np.allclose(doses.reindex(given.index).fillna(0), given)
