"""A result comes along when its page turns to another language."""

import json
import time

import pytest

from igmfat_nb.language import reading
from igmfat_nb.trial.design import design_of
from igmfat_nb.trial.runners import local_runner
from igmfat_nb.trial.runs import Run
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.turned import MOST_LETTERS, folder_text

FIELDS = {"patients": "40", "replicates": "6", "seed": "7"}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "run"
    design = design_of(
        {"patients": 48, "arms": ["standard", "deficit"], "truth": {"recovery": 0.8}}
    )
    list(Run(design, 3, folder).blocks(20, local_runner(design, 3, 1)))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def ran(model):
    until = time.monotonic() + 120
    while (model.running or model.finished is None) and time.monotonic() < until:
        time.sleep(0.02)
    return model.finished


def turned(before, **texts):
    """The page in the other language: the result first, then the fields one by one."""
    with reading("it"):
        after = TrialModel()
        after.bring_result(before.result_along)
        assert not after.running
        for name, text in texts.items():
            setattr(after, name, text)
        return after, ran(after)


def test_a_run_is_made_again_once_its_fields_have_come():
    before = TrialModel(**FIELDS)
    assert before.result_along == ""
    before.run()
    after, finished = turned(before, **FIELDS)

    assert finished.answer == before.finished.answer
    assert finished.null.answer == before.finished.null.answer
    assert not finished.cancelled
    after.patients = "60"  # from here on it is the reader's
    after.patients = "40"
    assert after.finished is None
    assert not after.running


def test_a_cancelled_run_comes_along_with_the_trials_that_were_done():
    before = TrialModel(**FIELDS | {"replicates": "2000"})
    before.observe(lambda change: change["new"] and before.cancel(), "done")
    before.run()
    assert before.finished.cancelled
    _after, finished = turned(before, **FIELDS | {"replicates": "2000"})

    assert finished.cancelled
    assert finished.answer == before.finished.answer


def test_a_saved_run_is_opened_again_and_its_design_does_not_clear_it(saved):
    before = TrialModel()
    before.open_run("run", saved)
    after = TrialModel()
    after.bring_result(before.result_along)
    if before.opened_link:
        after.come_along(before.opened_link)

    assert after.finished.answer == before.finished.answer
    assert after.finished.folder == "run"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"link": "x", "trials": 1}', '{"files": 1}'])
def test_what_is_damaged_is_one_sentence(text):
    model = TrialModel()
    model.bring_result(text)

    assert model.opened
    assert model.finished is None


def test_a_folder_too_large_for_a_tab_says_so():
    text = folder_text("big", {"part": b"0" * MOST_LETTERS})
    assert json.loads(text)["files"] == {}
    model = TrialModel()
    model.bring_result(text)

    assert model.opened == "big was too large to come along; open it again."
